import { describeEngine } from './bench.ts';
import { protectionTests } from './protection.ts';
import { scaleTests } from './scale.ts';
import { waitingTests } from './waiting.ts';

describeEngine('presto', () => {
  describe('scaling', () => scaleTests('presto'));
  describe('protection', () => protectionTests('presto'));
  describe('waiting for the first worker', () => waitingTests('presto'));
});
