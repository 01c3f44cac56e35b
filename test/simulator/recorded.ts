/** Recorded data beside the project; tests that need it say so when it is not there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const DATA = process.env['PRESTOSCALE_DATA'] ?? join(__dirname, '../../../shared/data');
export const CAB_TRACE = join(DATA, 'workload/cab/query_streams.csv');

/** A test of recorded data, or a test that says it was left out. */
export const recordedTest = (title: string, file: string, body: () => Promise<void>): void => {
  if (existsSync(file)) {
    test(title, body);
    return;
  }
  test(`left out, no recorded data: ${title}`, () => {
    process.stderr.write(`left out: ${title}: ${file} is not there\n`);
  });
};
