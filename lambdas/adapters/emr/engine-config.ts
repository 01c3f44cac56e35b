/**
 * From EMR's description of a cluster to what it says of its engine. Only the few settings that matter to removed workers
 * are looked at; a configuration may hold passwords, and nothing else of it goes on.
 *
 * An instance type of a fleet may have configurations of its own, which stand above those of the cluster.
 */
import type { Cluster, Configuration, InstanceFleet } from '@aws-sdk/client-emr';
import type { FoundEngine } from '../../core/model.ts';
import { answerError } from './errors.ts';

type Engine = FoundEngine['engine'];
type RetryPolicy = NonNullable<FoundEngine['retryPolicy']>;

/** EMR's applications, and the classification of each one's config.properties. PrestoSQL is Trino's name in EMR 6.1 to 6.3. */
const APPLICATIONS: ReadonlyMap<string, { readonly engine: Engine; readonly classification: string }> = new Map([
  ['Presto', { engine: 'presto', classification: 'presto-config' }],
  ['Trino', { engine: 'trino', classification: 'trino-config' }],
  ['PrestoSQL', { engine: 'trino', classification: 'prestosql-config' }],
]);

/** EMR sets up an exchange manager for this classification, also for one without properties: HDFS then (trino-ft). */
const EXCHANGE_MANAGER = 'trino-exchange-manager';
const RETRY_POLICIES: readonly RetryPolicy[] = ['TASK', 'QUERY', 'NONE'];
const LONGEST_TEXT = 40;

const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/**
 * Seconds of a duration as the engines write it (`1800s`, `30m`, `1.5h`); undefined for anything else. A number without a
 * unit is no duration to them, except 0: it might be no grace at all.
 */
export const durationSeconds = (text: string): number | undefined => {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ns|us|ms|s|m|h|d)?\s*$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  if (unit === undefined) return Number(amount) === 0 ? 0 : undefined;
  return Number(amount) * (SECONDS[unit] ?? Number.NaN);
};

type Configurations = readonly Configuration[];

const flat = (configurations: Configurations): Configuration[] =>
  configurations.flatMap((one) => [one, ...flat(one.Configurations ?? [])]);

const valuesIn = (configurations: Configurations, classification: string, property: string): string[] => {
  const given = flat(configurations)
    .filter(({ Classification }) => Classification === classification)
    .flatMap(({ Properties }) => Properties?.[property] ?? []);
  return [...new Set(given)];
};

/** The settings of a cluster, node by node; takes note of what cannot be understood. */
class Settings {
  readonly unreadable: string[] = [];
  readonly #cluster: Configurations;
  readonly #fleets: readonly InstanceFleet[];

  constructor(cluster: Configurations, fleets: readonly InstanceFleet[]) {
    this.#cluster = cluster;
    this.#fleets = fleets;
  }

  /** The least that a worker may have; undefined where no worker has any. */
  grace(classification: string): number | undefined {
    const property = 'graceful-shutdown-timeout';
    const given = this.#values(classification, property, ({ InstanceFleetType }) => InstanceFleetType !== 'MASTER');
    if (given.every((text) => text === undefined)) return undefined;
    const seconds = given.map((text) => {
      const known = text === undefined ? 0 : durationSeconds(text);
      if (known === undefined) this.#tell(classification, property, text, 'a duration like "1800s"');
      return known ?? 0;
    });
    return Math.min(...seconds);
  }

  /** The coordinator decides it. */
  retryPolicy(classification: string): RetryPolicy | undefined {
    const property = 'retry-policy';
    const given = this.#values(classification, property, ({ InstanceFleetType }) => InstanceFleetType === 'MASTER');
    const [text] = given;
    if (given.length > 1) {
      const all = given.map((one) => one ?? 'not set').join(' and ');
      this.#tell(classification, property, all, 'one value');
      return undefined;
    }
    if (text === undefined) return undefined;
    const known = RETRY_POLICIES.find((policy) => policy === text.trim().toUpperCase());
    if (known === undefined) this.#tell(classification, property, text, RETRY_POLICIES.join(', '));
    return known;
  }

  /** Every node needs one. */
  hasExchangeManager(): boolean {
    const has = (configurations: Configurations): boolean =>
      flat(configurations).some(({ Classification }) => Classification === EXCHANGE_MANAGER);
    const nodes = this.#nodes(() => true);
    return has(this.#cluster) || (nodes.length > 0 && nodes.every(has));
  }

  tellBoth(names: readonly string[]): void {
    this.unreadable.push(`the applications ${names.join(' and ')}, expected one engine`);
  }

  /** What each instance type has on top of the cluster's configuration. */
  #nodes(belongs: (fleet: InstanceFleet) => boolean): Configurations[] {
    return this.#fleets
      .filter(belongs)
      .flatMap(({ InstanceTypeSpecifications: types = [] }) => types.map((type) => type.Configurations ?? []));
  }

  /** The different values that nodes may have; undefined: one that has none. */
  #values(
    classification: string,
    property: string,
    belongs: (fleet: InstanceFleet) => boolean,
  ): readonly (string | undefined)[] {
    const ofCluster = valuesIn(this.#cluster, classification, property);
    const nodes = this.#nodes(belongs);
    const all = (nodes.length === 0 ? [[]] : nodes).flatMap((node) => {
      const own = valuesIn(node, classification, property);
      const given = own.length > 0 ? own : ofCluster;
      return given.length > 0 ? given : [undefined];
    });
    return [...new Set(all)];
  }

  #tell(classification: string, property: string, text: string | undefined, expected: string): void {
    const said = JSON.stringify((text ?? 'not set').slice(0, LONGEST_TEXT));
    this.unreadable.push(`${property} of ${classification} was ${said}, expected ${expected}`);
  }
}

/**
 * What a cluster says of its engine.
 * @param doing the call, for the error
 * @throws FleetError `unavailable` for a description that cannot be meant
 */
export const engineOf = (
  cluster: Cluster | undefined,
  fleets: readonly InstanceFleet[],
  clusterId: string,
  doing: string,
): FoundEngine => {
  if (cluster?.Id !== clusterId) throw answerError(doing, [`Id was ${cluster?.Id}, expected ${clusterId}`]);
  if (cluster.Applications === undefined) throw answerError(doing, ['Applications was missing, expected a list']);
  const settings = new Settings(cluster.Configurations ?? [], fleets);
  const engines = cluster.Applications.flatMap(({ Name, Version }) => {
    const known = APPLICATIONS.get(Name ?? '');
    return known === undefined ? [] : [{ ...known, name: Name ?? '', version: Version }];
  });
  if (engines.length > 1) settings.tellBoth(engines.map(({ name }) => name));
  const [only] = engines.length === 1 ? engines : [];
  const grace = only === undefined ? undefined : settings.grace(only.classification);
  const retryPolicy = only?.engine === 'trino' ? settings.retryPolicy(only.classification) : undefined;
  return {
    clusterId,
    ...(cluster.ReleaseLabel === undefined ? {} : { release: cluster.ReleaseLabel }),
    engine: only?.engine ?? 'none',
    ...(only?.version === undefined ? {} : { version: only.version }),
    ...(grace === undefined ? {} : { gracefulTimeoutSeconds: grace }),
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
    exchangeManager: only?.engine === 'trino' && settings.hasExchangeManager(),
    unreadable: settings.unreadable,
  };
};
