/** Reads the body of POST /api/actions. Every mistake of a body is told at once. */
import type { ConsoleAction } from './protocol.ts';

/** The body is no action. Its message is for people. */
export class BadAction extends Error {
  override readonly name = 'BadAction';
}

/** Says what was expected, or nothing where the value is right. */
type Check = (value: unknown) => string | undefined;

const MOST_QUERIES = 10_000;
const MOST_UNITS = 1_000_000;
const WEEK_MINUTES = 7 * 24 * 60;

const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;

const notNegative: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? undefined : 'a number of at least 0';

const FIELDS = {
  burst: { queries: whole(1, MOST_QUERIES) },
  spot: { gone: flag },
  largestPool: {},
  pause: { paused: flag },
  hold: { units: whole(1, MOST_UNITS), minutes: whole(1, WEEK_MINUTES) },
  releaseHold: {},
  speed: { speed: notNegative },
} as const satisfies { readonly [Name in ConsoleAction['action']]: Readonly<Record<string, Check>> };

const isName = (name: unknown): name is ConsoleAction['action'] =>
  typeof name === 'string' && Object.hasOwn(FIELDS, name);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadAction('The body is not JSON.');
  }
};

const mistakesOf = (body: Readonly<Record<string, unknown>>, checks: Readonly<Record<string, Check>>): string[] => {
  const wrong = Object.entries(checks).flatMap(([field, check]) => {
    const expected = check(body[field]);
    return expected === undefined
      ? []
      : [`"${field}" is ${JSON.stringify(body[field]) ?? 'missing'}, expected ${expected}.`];
  });
  const unknown = Object.keys(body).filter((field) => field !== 'action' && !Object.hasOwn(checks, field));
  return [...wrong, ...unknown.map((field) => `"${field}" is no field of this action.`)];
};

/**
 * Reads an action.
 * @throws {BadAction} with every mistake.
 */
export const parseAction = (text: string): ConsoleAction => {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new BadAction('The body is not a JSON object.');
  const { action } = body as { action?: unknown };
  if (!isName(action)) {
    const given = JSON.stringify(action) ?? 'missing';
    throw new BadAction(`"action" is ${given}, expected one of ${Object.keys(FIELDS).join(', ')}.`);
  }
  const mistakes = mistakesOf(body as Record<string, unknown>, FIELDS[action]);
  if (mistakes.length > 0) throw new BadAction(mistakes.join(' '));
  // Every field was checked against the table above.
  return body as ConsoleAction;
};
