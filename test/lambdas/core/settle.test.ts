import { settleCommand } from '../../../lambdas/core/settle.ts';
import { at, memory, targets } from './builders.ts';
import { commandsOf, drive, running, tickAt } from './drive.ts';

const sent = (seen: boolean) =>
  memory({ command: { targets: targets(0, 40), previous: targets(0, 10), at: at(0), seen, askedAgain: 0 } });

test.each([
  ['nothing was ever sent', memory(), 'unknown'],
  ['no call was announced since', sent(false), 'none'],
  ['a read has shown the targets since', sent(true), 'unknown'],
] as const)('%s → memory stands as it is', (_, before, last) => {
  expect(settleCommand(before, last)).toBe(before);
});

test('the last call: accepted → the command says so, and nothing else changes', () => {
  const before = sent(false);
  expect(settleCommand(before, 'accepted')).toEqual({ ...before, command: { ...before.command, accepted: true } });
});

test('accepted, and EMR shows yesterday’s state for ten minutes → trusted, nothing is sent twice, nobody is blamed', () => {
  const first = drive({ seconds: 15, sample: running(() => 40), obeys: () => false });
  const after = settleCommand(tickAt(first, 15).memory, 'accepted');
  const ticks = drive({ from: 30, seconds: 600, memory: after, sample: running(() => 40), obeys: () => false });
  expect(commandsOf(ticks)).toEqual([]);
  expect(ticks.every(({ decision }) => decision.reasons.every(({ code }) => code !== 'foreign-target'))).toBe(true);
});

test.each(['failed', 'unknown'] as const)(
  'the last call: %s → the command is unconfirmed, and nothing else changes',
  (last) => {
    const before = sent(false);
    expect(settleCommand(before, last)).toEqual({ ...before, command: { ...before.command, unconfirmed: true } });
  },
);

test('a call that failed: the next tick reads, sees the old targets and sends at once, without the wait for stale reads', () => {
  const first = drive({ seconds: 15, sample: running(() => 40), obeys: () => false });
  const after = settleCommand(tickAt(first, 15).memory, 'failed');
  const ticks = drive({ from: 30, seconds: 60, memory: after, sample: running(() => 40) });
  expect(commandsOf(ticks)).toEqual([[30, 40]]);
});

test('an unknown call that did come through: the read shows it → seen, and not sent again', () => {
  const first = drive({ seconds: 15, sample: running(() => 40) });
  const after = settleCommand(tickAt(first, 15).memory, 'unknown');
  const ticks = drive({ units: 40, from: 30, seconds: 120, memory: after, sample: running(() => 40) });
  expect(commandsOf(ticks)).toEqual([]);
  expect(tickAt(ticks, 30).memory.command).toMatchObject({ seen: true });
  expect(tickAt(ticks, 30).memory.command).not.toHaveProperty('unconfirmed');
});
