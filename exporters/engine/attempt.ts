/** One source read, with how long it took and why it failed. */
import type { Source, SourceReport } from './reading.ts';

export interface Attempt<Value> {
  readonly report: SourceReport;
  /** Absent: it failed. */
  readonly value?: Value;
}

/** Never throws. */
export const attempt = async <Value>(source: Source, work: () => Promise<Value>): Promise<Attempt<Value>> => {
  const began = performance.now();
  const took = (): number => performance.now() - began;
  try {
    const value = await work();
    return { report: { source, milliseconds: took() }, value };
  } catch (error) {
    return { report: { source, milliseconds: took(), error: error as Error } };
  }
};

/** A reading's field, or nothing. */
export const part = <Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } =>
  value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value });
