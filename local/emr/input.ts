/** Reading a request's JSON, with the errors of AWS's framework. In AWS JSON 1.1 null means absent. */
import { API_ERRORS } from './api-error.ts';

export type Input = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The framework spells members in lower camel case. */
const pathOf = (path: string, member: string): string =>
  `${path === '' ? '' : `${path}.`}${member.charAt(0).toLowerCase()}${member.slice(1)}`;

const wrongType = (path: string, expected: string): Error =>
  API_ERRORS.malformed(`the value at '${path}' can not be converted to ${expected}`);

/** @throws EmrApiError for what is no JSON object */
export const parseInput = (body: string): Input => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw API_ERRORS.malformed('the body is not JSON');
  }
  if (!isObject(value)) throw API_ERRORS.malformed('the body is not a JSON object');
  return value;
};

/** A structure of a request and where it stands in it. */
export class Fields {
  readonly #input: Input;
  readonly #path: string;

  constructor(input: Input, path = '') {
    this.#input = input;
    this.#path = path;
  }

  path(member: string): string {
    return pathOf(this.#path, member);
  }

  has(member: string): boolean {
    return (this.#input[member] ?? undefined) !== undefined;
  }

  optionalText(member: string): string | undefined {
    const value = this.#input[member] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw wrongType(this.path(member), 'String');
  }

  text(member: string): string {
    const value = this.optionalText(member);
    if (value === undefined) throw API_ERRORS.missing(this.path(member));
    return value;
  }

  optionalWhole(member: string): number | undefined {
    const value = this.#input[member] ?? undefined;
    if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value;
    throw wrongType(this.path(member), 'Integer');
  }

  optionalFields(member: string): Fields | undefined {
    const value = this.#input[member] ?? undefined;
    if (value === undefined) return undefined;
    if (isObject(value)) return new Fields(value, this.path(member));
    throw wrongType(this.path(member), 'a structure');
  }

  optionalTexts(member: string): readonly string[] | undefined {
    const value = this.#input[member] ?? undefined;
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw wrongType(this.path(member), 'a list of String');
  }
}
