/** The bytes of one JSON value that may arrive in pieces, as long as they are not too many. */
export class CapturedBytes {
  readonly #maximumBytes: number;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#maximumBytes) this.#parts = [];
    // A copy: the piece would keep the whole chunk that it is part of.
    else this.#parts.push(Buffer.from(part));
  }

  /**
   * The value with its last piece, undefined when it is too long; then the next one may begin.
   * @throws {SyntaxError} if it is no JSON
   */
  finish(last: Buffer): unknown {
    const tooLong = this.#length + last.length > this.#maximumBytes;
    const text =
      tooLong || this.#length === 0 ? last.toString('utf8') : Buffer.concat([...this.#parts, last]).toString();
    this.#parts = [];
    this.#length = 0;
    return tooLong ? undefined : JSON.parse(text);
  }
}
