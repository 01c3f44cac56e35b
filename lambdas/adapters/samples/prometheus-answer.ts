/** Answers of `/api/v1/query`, which nobody has checked. */
import { Fields, listOf, membersOf, NonsenseError, parseJson, textOf } from '../../../exporters/engine/untrusted.ts';
import type { PostAnswer } from '../post.ts';
import type { OneSeries } from './own-metrics.ts';

/** A series of an instant vector. */
export type VectorSeries = Required<OneSeries>;

const LONGEST_TEXT = 300;

/** One line: AWS writes the whole signed request, tokens and all, on the lines after its first. */
const lineOf = (text: unknown): string | undefined =>
  typeof text === 'string' && text.trim() !== ''
    ? (text.trim().split('\n', 1)[0] ?? '').slice(0, LONGEST_TEXT)
    : undefined;

/** What a server says of its refusal: Prometheus and AWS do it in JSON, anything else is a page that nobody wants to read. */
const saidIn = (body: string): string | undefined => {
  try {
    const said = membersOf(JSON.parse(body), 'the answer');
    const text = lineOf(said['error']) ?? lineOf(said['message']) ?? lineOf(said['Message']);
    const kind = lineOf(said['errorType']);
    return text === undefined || kind === undefined ? text : `${kind}: ${text}`;
  } catch {
    return undefined;
  }
};

const HINTS: Readonly<Record<number, string>> = {
  401: 'who asks is not known there',
  403: 'who asks may not ask this',
  404: 'there is no Prometheus at this address',
  429: 'too many questions',
};

/** The server answered, and not with a result. */
export class RefusedError extends Error {
  constructor({ status, body }: PostAnswer) {
    const redirect = status >= 300 && status < 400 ? 'redirects are not followed' : undefined;
    const why = [HINTS[status] ?? redirect, saidIn(body)].filter((text) => text !== undefined).join('; ');
    super(`answered ${status}${why === '' ? '' : ` (${why})`}`);
    this.name = 'RefusedError';
  }
}

const labelsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(membersOf(value, 'metric')).map(([name, text]) => [name, textOf(text, 'a label')]));

const seriesOf = (entry: unknown): VectorSeries => {
  const { metric, value } = membersOf(entry, 'data.result[]');
  const [, text] = listOf(value, 'data.result[].value');
  return { labels: labelsOf(metric), value: textOf(text, 'data.result[].value[1]') };
};

/**
 * The series of an instant vector. Those whose value is no number are left out: what Prometheus writes as NaN is
 * unknown.
 * @throws {RefusedError} if the server refused
 * @throws {NonsenseError} if the answer is no vector, or is known to be incomplete
 */
export const vectorOf = (answer: PostAnswer): readonly VectorSeries[] => {
  if (answer.status !== 200) throw new RefusedError(answer);
  const body = new Fields(parseJson(answer.body, 'the answer'), 'the answer');
  const [warning] = body.has('warnings') ? body.list('warnings') : [];
  // Where a part of the stores did not answer, a sum is too small and nobody can see it.
  if (warning !== undefined)
    throw new NonsenseError(`the answer is incomplete: ${lineOf(warning) ?? 'no reason given'}`);
  const data = body.fields('data');
  const type = data.text('resultType');
  if (type !== 'vector') throw new NonsenseError(`the answer is a ${type.slice(0, 20)}, expected a vector`);
  return data
    .list('result')
    .map(seriesOf)
    .filter(({ value }) => value !== 'NaN');
};
