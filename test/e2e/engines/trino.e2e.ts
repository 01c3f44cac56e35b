import { describeEngine } from './bench.ts';
import { protectionTests } from './protection.ts';
import { scaleTests } from './scale.ts';
import { waitingTests } from './waiting.ts';

describeEngine('trino', () => {
  describe('scaling', () => scaleTests('trino'));
  describe('protection', () => protectionTests('trino'));
  describe('waiting for the first worker', () => waitingTests('trino'));
});
