import { hold, policyWith } from './builders.ts';
import { commandsOf, drive, running } from './drive.ts';

const small = policyWith({ resize: { smallestGrowthShare: 0.25 } });

test('an extra hold of one unit on forty → granted, however small it is beside the target', () => {
  const holds = () => [hold({ kind: 'extra', units: 1 as never, key: 'job' })];
  const ticks = drive({ seconds: 300, units: 40, policy: small, sample: running(() => 40), holds });
  expect(commandsOf(ticks).map(([, units]) => units)).toEqual([41]);
});

test('one unit more by demand alone → waits until it is worth a resize', () => {
  const ticks = drive({ seconds: 300, units: 40, policy: small, sample: running(() => 41) });
  expect(commandsOf(ticks)).toEqual([]);
});
