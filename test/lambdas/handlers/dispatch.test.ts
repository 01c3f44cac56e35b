/** The schedule's invocation: what is told, and when a sign of life is left. */
import { type Dispatched, PartlyDispatchedError } from '../../../lambdas/app/dispatch.ts';
import { handleDispatch } from '../../../lambdas/handlers/dispatch.ts';
import type { Measured } from '../../../lambdas/ports/measures.ts';

const DISPATCHED: Dispatched = {
  clusters: 3,
  scaled: 1,
  wakeUps: 4,
  alarms: 2,
  seeded: 0,
  problems: [
    { cluster: 'a', problem: 'absent', told: 'no cluster fits' },
    { cluster: 'b', problem: 'not-tagged', told: 'tag it' },
    { cluster: 'b', problem: 'policy-refused', told: 'correct it' },
  ],
  notices: ['EMR was slow'],
};

const handling = async (dispatch: () => Promise<Dispatched>) => {
  const lines: Record<string, unknown>[] = [];
  const measured: Measured[] = [];
  let signs = 0;
  const failure = await handleDispatch({
    dispatch,
    leaveSign: async () => {
      signs += 1;
    },
    report: (line) => lines.push(line),
    measure: (one) => measured.push(one),
  }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { lines, measured, signs, failure };
};

const TOLD = [
  { event: 'dispatch', clusters: 3, scaled: 1, wakeUps: 4, alarms: 2, seeded: 0 },
  { event: 'cluster-problem', cluster: 'a', problem: 'absent', told: 'no cluster fits' },
  { event: 'cluster-problem', cluster: 'b', problem: 'not-tagged', told: 'tag it' },
  { event: 'cluster-problem', cluster: 'b', problem: 'policy-refused', told: 'correct it' },
  { event: 'dispatch-notice', told: 'EMR was slow' },
];

test('two clusters with three problems → each on a line with what to do, two measured, and a sign of life', async () => {
  expect(await handling(async () => DISPATCHED)).toEqual({
    lines: TOLD,
    measured: [{ environment: { cannotBeScaled: 2 } }],
    signs: 1,
    failure: undefined,
  });
});

test('no cluster has a problem → zero is measured: it is known', async () => {
  const { measured } = await handling(async () => ({ ...DISPATCHED, problems: [], notices: [] }));
  expect(measured).toEqual([{ environment: { cannotBeScaled: 0 } }]);
});

test('a part of it fails → the rest is told and measured, the invocation fails, and no sign of life is left', async () => {
  const { lines, measured, signs, failure } = await handling(async () => {
    throw new PartlyDispatchedError([new Error('the alarms cannot be read')], DISPATCHED);
  });
  expect([lines, measured.length, signs]).toEqual([TOLD, 1, 0]);
  expect(failure).toContain('the alarms cannot be read');
});

test('all of it fails → nothing is told, the invocation fails, and no sign of life is left', async () => {
  const ended = await handling(async () => {
    throw new Error('the table is gone');
  });
  expect(ended).toEqual({ lines: [], measured: [], signs: 0, failure: 'the table is gone' });
});
