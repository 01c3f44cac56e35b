/** What every query of the dashboards shares: the variables it is asked with. */

/** Names of the variables that a reader chooses by. */
export const VARIABLES = { source: 'datasource', environment: 'environment', cluster: 'cluster' } as const;

/** The data source of every panel, as the reader chose it. */
export const SOURCE = { type: 'prometheus', uid: '$datasource' };

/**
 * A metric of the chosen cluster.
 * @param more matchers as in PromQL, such as `term!="ceiling"`
 */
export const here = (metric: string, ...more: readonly string[]): string =>
  `${metric}{${['environment="$environment"', 'cluster="$cluster"', ...more].join(', ')}}`;

/** The rise of a counter in a second, over a window that fits the resolution of the panel. */
export const rate = (metric: string, ...more: readonly string[]): string =>
  `rate(${here(metric, ...more)}[$__rate_interval])`;

/** The agent's own metrics have names that other things may use too. */
export const JMX = 'job="prestoscale-jmx"';
