import { describeEngine } from '../engines/bench.ts';
import { monitoringTests } from './monitoring.ts';

describeEngine('presto', () => monitoringTests('presto'));
