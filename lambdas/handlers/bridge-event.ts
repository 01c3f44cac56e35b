/** Reading an event of EventBridge: what is missing or wrong is told with what was given. */

export interface BridgeEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

const LONGEST_SHOWN = 200;

/** A value as it is shown in an error. */
export const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, LONGEST_SHOWN);

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** Seconds since 1970 of a time as AWS writes it; alarms write the zone as `+0000`, which ISO 8601 does not know. */
export const secondsOf = (time: unknown): number =>
  typeof time === 'string' ? Date.parse(time.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) / 1000 : Number.NaN;

/**
 * The event, if it has the form of one.
 * @throws Error that names everything that is wrong with it
 */
export const bridgeEventOf = (value: unknown): BridgeEvent => {
  const fields = fieldsOf(value);
  const isText = (key: string): boolean => typeof fields[key] === 'string' && fields[key] !== '';
  const wrong = [
    ...['source', 'detail-type'].filter((key) => !isText(key)).map((key) => `${key} (${shown(fields[key])})`),
    ...(Number.isFinite(secondsOf(fields['time'])) ? [] : [`time (${shown(fields['time'])})`]),
  ];
  if (wrong.length === 0) return fields as unknown as BridgeEvent;
  throw new Error(`an event must carry source, detail-type and an ISO 8601 time; wrong: ${wrong.join(', ')}`);
};

/** @throws Error where there is no text */
export const textOf = (fields: Fields, key: string, type: string): string => {
  const value = fields[key];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`an event "${type}" must carry ${key}; given ${shown(value)}`);
};

/** @throws Error where there is no number */
export const numberOf = (fields: Fields, key: string, type: string): number => {
  const value = fields[key];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Error(`an event "${type}" must carry the number ${key}; given ${shown(value)}`);
};
