import type { WorkloadSample } from '../../../lambdas/core/model.ts';
import { cores, epochSeconds } from '../../../lambdas/core/quantities.ts';
import { sampleLoad } from '../../../local/live/engine-sample.ts';

const NOTHING = { readyCores: null, drainingCores: null, runningQueries: null, waitingQueries: null };
const FULL: WorkloadSample = {
  takenAt: epochSeconds(1000),
  runningQueries: 2,
  queuedQueries: 3,
  waitingForWorkersQueries: 4,
  groupHeldQueries: 5,
  readyCores: cores(6),
  drainingCores: cores(0),
};

test('a full sample → every number, what waits added up', () => {
  expect(sampleLoad(FULL, 1001)).toEqual({ readyCores: 6, drainingCores: 0, runningQueries: 2, waitingQueries: 12 });
});

test.each([
  ['no sample', undefined, 1000],
  ['a sample of 16 s ago', FULL, 1016],
])('%s → nothing is known', (_, sample, now) => {
  expect(sampleLoad(sample, now)).toEqual(NOTHING);
});

test('a sample that says nothing → nothing is known, and nothing is 0', () => {
  expect(sampleLoad({ takenAt: epochSeconds(1000) }, 1000)).toEqual(NOTHING);
});

test.each(['queuedQueries', 'waitingForWorkersQueries', 'groupHeldQueries'] as const)(
  'without %s → what waits is not known, the rest is',
  (name) => {
    const { [name]: _left, ...partly } = FULL;
    expect(sampleLoad(partly, 1015)).toEqual({
      readyCores: 6,
      drainingCores: 0,
      runningQueries: 2,
      waitingQueries: null,
    });
  },
);
