import type { SpotOutage } from '../../../../simulator/world/knobs.ts';
import { Bench, knobsWith, poolOf } from './bench.ts';

/** Takes all spot at 1,000 s and gives nothing for a moment. */
const loss = (changes: Partial<SpotOutage> = {}): SpotOutage => ({
  startSeconds: 1000,
  endSeconds: 1001,
  instanceTypes: null,
  reclaims: true,
  ...changes,
});

describe('replacement', () => {
  test('4 lost together → one resize of EMR, a minute after, towards the unchanged target', () => {
    const bench = new Bench(knobsWith({ outages: [loss()] })).start(0, 4).to(1179);
    expect([bench.status, bench.provisioned, bench.targets]).toEqual(['running', [0, 0], [0, 4]]);
    bench.to(1180);
    expect([bench.status, bench.provisioned, bench.targets]).toEqual(['resizing', [0, 4], [0, 4]]);
    bench.to(7200);
    expect(bench.of('resizeStarted').map(({ at, cause }) => [at, cause])).toEqual([[1180, 'replacement']]);
    expect(bench.ended).toEqual([[1480, 'replacement', 'complete']]);
  });

  test('replacementDelaySeconds null → never', () => {
    const bench = new Bench(knobsWith({ outages: [loss()], replacementDelaySeconds: null })).start(0, 4).to(7200);
    expect([bench.status, bench.provisioned, bench.of('resizeStarted')]).toEqual(['running', [0, 0], []]);
  });

  test('losses 30 s apart, within one delay → one replacement covers both', () => {
    const pools = [poolOf('a'), poolOf('b')];
    const outages = [
      loss({ instanceTypes: ['a'] }),
      loss({ instanceTypes: ['b'], startSeconds: 1030, endSeconds: 1031 }),
    ];
    const bench = new Bench(knobsWith({ pools, outages })).start(0, 4).to(7200);
    expect(bench.of('resizeStarted').map(({ at }) => at)).toEqual([1180]);
    expect(bench.provisioned).toEqual([0, 4]);
  });

  test('lost while the replacement of an earlier loss runs → a second one after it', () => {
    const pools = [poolOf('a'), poolOf('b')];
    const outages = [
      loss({ instanceTypes: ['a'], endSeconds: 9000 }),
      loss({ instanceTypes: ['b'], startSeconds: 1100, endSeconds: 1250 }),
    ];
    const bench = new Bench(knobsWith({ pools, outages })).start(0, 4).to(9000);
    expect(bench.of('resizeStarted').map(({ at, cause }) => [at, cause])).toEqual([
      [1180, 'replacement'],
      [1570, 'replacement'],
    ]);
    expect(bench.provisioned).toEqual([0, 4]);
  });

  test('the target was lowered meanwhile to what is left → nothing is replaced', () => {
    const bench = new Bench(knobsWith({ outages: [loss()] })).start(2, 4).to(1130);
    bench.modify({ onDemandUnits: 2, spotUnits: 0 }).to(7200);
    expect(bench.of('resizeStarted').map(({ cause }) => cause)).toEqual(['request']);
    expect(bench.fleet.instances()).toHaveLength(6);
  });

  test('a modify between the loss and its replacement → that resize covers the loss', () => {
    const bench = new Bench(knobsWith({ outages: [loss()] })).start(0, 4).to(1130).modify({ spotUnits: 5 }).to(7200);
    expect(bench.of('resizeStarted').map(({ at, cause }) => [at, cause])).toEqual([[1130, 'request']]);
    expect(bench.provisioned).toEqual([0, 5]);
  });

  test('a modify while the replacement runs → queued behind it', () => {
    const bench = new Bench(knobsWith({ outages: [loss()] })).start(0, 4).to(1200).modify({ spotUnits: 6 }).to(7200);
    expect(bench.of('resizeStarted').map(({ at, cause }) => [at, cause])).toEqual([
      [1180, 'replacement'],
      [1480, 'request'],
    ]);
  });

  test('override, a modify while the replacement runs → it takes over', () => {
    const bench = new Bench(knobsWith({ outages: [loss()], resizes: 'override' })).start(0, 4).to(1200);
    bench.modify({ spotUnits: 6 }).to(7200);
    expect(bench.ended).toEqual([
      [1200, 'replacement', 'overridden'],
      [1500, 'request', 'complete'],
    ]);
    expect(bench.fleet.instances()).toHaveLength(4 + 6);
  });

  test('the pool stays empty → the replacement gives up with the timeouts last given, RUNNING below target', () => {
    const bench = new Bench(knobsWith({ outages: [loss({ endSeconds: 7200 })] })).start(0, 4);
    bench.modify({ spotUnits: 4, spotTimeoutSeconds: 400 }).to(7200);
    expect(bench.ended.at(-1)).toEqual([1580, 'replacement', 'timedOut']);
    expect([bench.status, bench.provisioned, bench.targets]).toEqual(['running', [0, 0], [0, 4]]);
  });

  test('the resize that covers the loss gives up → "timeout", not "continuing": no replacement waits behind it', () => {
    const bench = new Bench(knobsWith({ outages: [loss({ endSeconds: 9000 })] })).start(0, 4).to(1130);
    bench.modify({ spotUnits: 4 }).to(7200);
    expect(bench.of('provisioningTimeout').map(({ at, continuing }) => [at, continuing])).toEqual([[1730, false]]);
    expect(bench.of('resizeStarted')).toHaveLength(1);
  });

  test('4 lost while a resize runs → one replacement waits behind it, not four', () => {
    const bench = new Bench(knobsWith({ outages: [loss({ endSeconds: 9000 })] })).start(0, 4).to(1100);
    bench.modify({ onDemandUnits: 1, spotUnits: 4 }).to(7200);
    expect(bench.ended).toEqual([
      [1400, 'request', 'complete'],
      [2000, 'replacement', 'timedOut'],
    ]);
    expect(bench.of('provisioningTimeout').map(({ continuing }) => continuing)).toEqual([false]);
  });

  test('a replacement waits behind a modify that was queued after the loss → covered by it, even if it gives up', () => {
    const bench = new Bench(knobsWith({ outages: [loss({ endSeconds: 9000 })] })).start(0, 4).to(1100);
    bench.modify({ onDemandUnits: 1, spotUnits: 4 }).to(1130).modify({ onDemandUnits: 1, spotUnits: 4 }).to(7200);
    expect(bench.ended).toEqual([
      [1400, 'request', 'complete'],
      [2000, 'request', 'timedOut'],
    ]);
  });

  test('override, a modify while a replacement waits → the modify covers it', () => {
    const knobs = knobsWith({ outages: [loss()], resizes: 'override' });
    const bench = new Bench(knobs, { drainSeconds: 1000 }).start(3, 4).to(1100);
    bench.modify({ onDemandUnits: 1, spotUnits: 4 }).to(1200).modify({ onDemandUnits: 1, spotUnits: 4 }).to(7200);
    expect(bench.of('resizeStarted').map(({ at, cause }) => [at, cause])).toEqual([
      [1100, 'request'],
      [1200, 'request'],
    ]);
  });

  test('the fleet was never modified → ten minutes of patience', () => {
    const bench = new Bench(knobsWith({ outages: [loss({ endSeconds: 7200 })] })).start(0, 4).to(7200);
    expect(bench.ended).toEqual([[1780, 'replacement', 'timedOut']]);
  });

  test('on-demand above its target while spot is replaced → replacing does not shrink it', () => {
    const knobs = knobsWith({ outages: [loss()], shrinkTimeoutSeconds: 1 });
    const bench = new Bench(knobs).modify({ onDemandUnits: 3, spotUnits: 3 }).to(400);
    bench.modify({ onDemandUnits: 1, spotUnits: 3 }).to(7200);
    expect(bench.ended.at(-1)?.[1]).toBe('replacement');
    expect(bench.provisioned).toEqual([3, 3]);
  });
});
