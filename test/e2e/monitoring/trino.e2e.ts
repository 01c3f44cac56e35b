import { describeEngine } from '../engines/bench.ts';
import { monitoringTests } from './monitoring.ts';

describeEngine('trino', () => monitoringTests('trino'));
