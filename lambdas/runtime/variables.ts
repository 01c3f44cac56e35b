/** The functions' environment variables, judged once at the start: everything that is missing is told at once. */
import { ENV, NO_NETWORK } from '../contract.ts';
import { type ClusterEntry, networkOf } from '../settings/settings.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** Variables that every function has. */
export interface CommonVariables {
  readonly table: string;
  readonly region: string;
}

/** Address of the tick queue by network; {@link NO_NETWORK} is the key of clusters outside any. */
export type TickQueues = Readonly<Record<string, string>>;

const given = (variables: Variables, name: string, problems: string[]): string => {
  const value = variables[name] ?? '';
  if (value === '') problems.push(`the environment variable ${name} is not set`);
  return value;
};

const parsedQueues = (text: string): TickQueues | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isMap && Object.values(value).every((url) => typeof url === 'string' && URL.canParse(url))
      ? (value as TickQueues)
      : undefined;
  } catch {
    return undefined;
  }
};

const queuesIn = (variables: Variables, clusters: readonly ClusterEntry[], problems: string[]): TickQueues => {
  const text = given(variables, ENV.tickQueues, problems);
  if (text === '') return {};
  const queues = parsedQueues(text);
  if (queues === undefined) {
    const expected = `{"${NO_NETWORK}": "https://…", "<network>": "https://…"}`;
    problems.push(`the environment variable ${ENV.tickQueues} is ${text.slice(0, 200)}, expected ${expected}`);
    return {};
  }
  for (const network of new Set(clusters.map((entry) => networkOf(entry) ?? NO_NETWORK))) {
    if (queues[network] === undefined) problems.push(`${ENV.tickQueues} has no queue for the network ${network}`);
  }
  return queues;
};

const settle = <Value>(value: Value, problems: readonly string[]): Value => {
  if (problems.length === 0) return value;
  throw new Error(`the function cannot start: ${problems.join('; ')}. The deploy sets these, so deploy again`);
};

/** @throws Error that names every variable that is missing */
export const commonVariables = (variables: Variables): CommonVariables => {
  const problems: string[] = [];
  const table = given(variables, ENV.table, problems);
  return settle({ table, region: given(variables, 'AWS_REGION', problems) }, problems);
};

/**
 * Of a function that wakes clusters.
 * @throws Error that names every variable that is missing, and every network that has no queue
 */
export const wakingVariables = (
  variables: Variables,
  clusters: readonly ClusterEntry[],
): CommonVariables & { readonly tickQueues: TickQueues } => {
  const problems: string[] = [];
  const table = given(variables, ENV.table, problems);
  const region = given(variables, 'AWS_REGION', problems);
  return settle({ table, region, tickQueues: queuesIn(variables, clusters, problems) }, problems);
};

/**
 * Another address than AWS's own of a service that is asked without a client of the SDK, by the variables that the SDK
 * reads for its own; undefined: AWS's.
 * @param service as in the names of the variables: `EC2`, `AMP`
 */
export const endpointOf = (variables: Variables, service: string): string | undefined =>
  [variables[`AWS_ENDPOINT_URL_${service}`], variables['AWS_ENDPOINT_URL']].find(
    (url) => url !== undefined && url !== '',
  );
