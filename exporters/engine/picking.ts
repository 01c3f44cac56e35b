/**
 * An answer of which only a few values are wanted, read while it comes: lists of queries have megabytes of their texts,
 * and memory by node has entries for each query on each node.
 */
import { Picker, type PickerOptions } from './streaming/picker.ts';

/** What is picked of an answer's elements, and what is made of each. */
export interface Picking<Item> extends Pick<PickerOptions, 'where' | 'form' | 'paths'> {
  /**
   * Undefined: it is left out. The parameters are those of {@link PickerOptions.onElement}.
   * @throws {NonsenseError}
   */
  readonly read: (element: unknown, name: string) => Item | undefined;
}

/** One answer, of which slices are pushed until its end. */
export class PickedAnswer<Item> {
  readonly #items: Item[] = [];
  readonly #picker: Picker;

  constructor({ read, ...picked }: Picking<Item>) {
    const onElement = (element: unknown, name: string): void => {
      const item = read(element, name);
      if (item !== undefined) this.#items.push(item);
    };
    this.#picker = new Picker({ ...picked, onElement });
  }

  /** @throws {NonsenseError} */
  push(slice: Buffer): void {
    this.#picker.push(slice);
  }

  /**
   * What was made of the elements, in their order.
   * @throws {NonsenseError} if the answer has not ended
   */
  end(): readonly Item[] {
    this.#picker.end();
    return this.#items;
  }
}
