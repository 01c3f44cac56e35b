/** The engine's settings as EMR's classifications. */
import type { CfnCluster } from 'aws-cdk-lib/aws-emr';
import type { FilledProps } from './defaults.ts';
import type { ClusterConfiguration } from './props.ts';

/** A property that this construct sets, and the prop that says what it is. */
interface Setting {
  readonly classification: string;
  readonly property: string;
  readonly value: string;
  readonly by: string;
}

/** EMR's application, and the classification of its config.properties (Release Guide, "Presto", "Trino"). */
const ENGINES = {
  presto: { application: 'Presto', classification: 'presto-config' },
  trino: { application: 'Trino', classification: 'trino-config' },
} as const;

export const applicationOf = ({ engine }: FilledProps): string => ENGINES[engine].application;

const ofPresto = ({ gracefulShutdownTimeout }: FilledProps): readonly Setting[] => [
  {
    classification: 'presto-config',
    // Read by EMR, not by the engine: how long it waits in a scale-in (Release Guide, "Using Presto auto scaling with
    // graceful decommission"; EMR 5.30 and later). 0 unless set: workers are killed at once.
    property: 'graceful-shutdown-timeout',
    value: `${gracefulShutdownTimeout.toSeconds()}s`,
    by: 'presto.gracefulShutdownTimeout',
  },
];

const retriesOf = ({ trino, exchangePrefix, region }: FilledProps): readonly Setting[] => {
  const bucket = trino?.taskRetries?.exchangeBucket;
  if (bucket === undefined) return [];
  // Release Guide, "Fault-tolerant execution in Trino": EMR 6.9 and later.
  const by = 'trino.taskRetries';
  return [
    { classification: 'trino-config', property: 'retry-policy', value: 'TASK', by },
    {
      classification: 'trino-exchange-manager',
      property: 'exchange.base-directories',
      value: `s3://${bucket.bucketName}/${exchangePrefix}`,
      by,
    },
    // Without it the SDK's default is taken (Trino, fault-tolerant execution, AWS S3).
    { classification: 'trino-exchange-manager', property: 'exchange.s3.region', value: region, by },
  ];
};

const ofTrino = (props: FilledProps): readonly Setting[] => [
  {
    classification: 'trino-config',
    property: 'shutdown.grace-period',
    value: `${props.shutdownGracePeriod.toSeconds()}s`,
    by: 'trino.shutdownGracePeriod',
  },
  ...retriesOf(props),
];

const ofBoth = (props: FilledProps): readonly Setting[] => {
  const { classification } = ENGINES[props.engine];
  return [
    // Both engines count the coordinator as a worker unless told; scaling counts workers alone.
    { classification, property: 'node-scheduler.include-coordinator', value: 'false', by: 'the construct itself' },
    {
      classification,
      property: 'query-manager.required-workers',
      value: String(props.requiredWorkers),
      by: 'requiredWorkers',
    },
    {
      classification,
      property: 'query-manager.required-workers-max-wait',
      value: `${props.requiredWorkersMaxWait.toSeconds()}s`,
      by: 'requiredWorkersMaxWait',
    },
  ];
};

const settingsOf = (props: FilledProps): readonly Setting[] => [
  ...ofBoth(props),
  ...(props.engine === 'presto' ? ofPresto(props) : ofTrino(props)),
];

/** What the owner's classifications say that this construct says itself; one line each. */
export const clashes = (props: FilledProps): string[] => {
  const settings = settingsOf(props);
  const given = props.configurations ?? [];
  const names = given.map(({ classification }) => classification);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return [
    ...twice.map((name) => `configurations: ${name} is given more than once, expected one with all its properties.`),
    ...given.flatMap(({ classification, properties = {} }) =>
      Object.keys(properties).flatMap((property) => {
        const own = settings.find((one) => one.classification === classification && one.property === property);
        return own === undefined
          ? []
          : [`configurations: ${property} of ${classification} is set by ${own.by}: leave it out here.`];
      }),
    ),
  ];
};

const cfn = ({
  classification,
  properties,
  configurations,
}: ClusterConfiguration): CfnCluster.ConfigurationProperty => ({
  classification,
  ...(properties === undefined ? {} : { configurationProperties: { ...properties } }),
  ...(configurations === undefined ? {} : { configurations: configurations.map(cfn) }),
});

/** The owner's classifications and this construct's, each classification once: EMR refuses one that stands twice. */
export const configurationsOf = (props: FilledProps): CfnCluster.ConfigurationProperty[] => {
  const all = new Map((props.configurations ?? []).map((one) => [one.classification, one]));
  for (const { classification, property, value } of settingsOf(props)) {
    const before = all.get(classification) ?? { classification };
    all.set(classification, { ...before, properties: { ...before.properties, [property]: value } });
  }
  return [...all.values()].map(cfn);
};
