/** What a simulated account is made of. */

import type { Table } from '../../lambdas/adapters/dynamo/table.ts';
import type { Report } from '../../lambdas/runtime/wiring.ts';
import type { Call } from '../emr/service.ts';
import type { Lags } from './lags.ts';
import type { TableMeter } from './memory-table.ts';
import type { SiteOptions } from './site.ts';

/** Where the sample of every cluster of an account comes from. */
export type SampleWay = 'push' | 'scrape' | 'alarms';

export interface AccountOptions {
  readonly environment: string;
  readonly sites: readonly SiteOptions[];
  /** Default `push`. */
  readonly sample?: SampleWay;
  /** Names in the settings that no cluster of EMR has: dispatch looks for them in vain. */
  readonly absent?: SiteOptions['entry'][];
  readonly slotSeconds: number;
  readonly journalRetentionDays: number;
  /** Ticks that may run at once. */
  readonly mostAtOnce: number;
  readonly seed: number;
  /** Default {@link DEFAULT_LAGS}. */
  readonly lags?: Lags;
  /** How many times as fast as published EMR's budgets refill; default 1. */
  readonly quotaFactor?: number;
  /** Clusters are known from the start, as an earlier deploy left them; else dispatch has to find them first. */
  readonly located?: boolean;
  /** Another table than one in memory, as each of its users has it. */
  readonly tableFor?: (user: string, meter: TableMeter) => Table;
  /** Told of every line that a function writes to its log. */
  readonly onLine?: (functionName: string, line: Parameters<Report>[0]) => void;
  /** Told of every request to EMR, at the moment at which it arrives. */
  readonly onEmrCall?: (call: Call) => void;
  /** Told of every invocation that threw, and of pushes that failed. */
  readonly onFailure?: (what: string, error: Error) => void;
}
