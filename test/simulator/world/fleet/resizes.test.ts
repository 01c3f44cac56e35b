import { Bench, knobsWith, poolOf } from './bench.ts';

const NEVER = Number.POSITIVE_INFINITY;
const scarce = { pools: [poolOf('a', { spotInstances: 4 })] };

describe('RUNNING → RESIZING → RUNNING', () => {
  test('raised and met → RESIZING from the modify until the last runs', () => {
    const bench = new Bench(knobsWith()).start(0, 2).to(100);
    expect(bench.status).toBe('running');
    expect(bench.modify({ spotUnits: 5 }).status).toBe('resizing');
    expect(bench.to(399).status).toBe('resizing');
    expect(bench.to(400).status).toBe('running');
    expect(bench.events.filter(({ kind }) => kind.startsWith('resize'))).toEqual([
      {
        kind: 'resizeStarted',
        at: 100,
        cause: 'request',
        targetUnits: { onDemand: 0, spot: 5 },
        provisionedUnits: { onDemand: 0, spot: 2 },
      },
      {
        kind: 'resizeEnded',
        at: 400,
        cause: 'request',
        outcome: 'complete',
        shrinkTimedOut: false,
        targetUnits: { onDemand: 0, spot: 5 },
        provisionedUnits: { onDemand: 0, spot: 5 },
      },
    ]);
  });

  test('asked for what is there → begun and complete in one moment', () => {
    const bench = new Bench(knobsWith()).start(1, 2).modify({ onDemandUnits: 1, spotUnits: 2 });
    expect([bench.status, bench.ended]).toEqual(['running', [[0, 'request', 'complete']]]);
  });

  test('nothing to come → no next event', () => {
    const bench = new Bench(knobsWith()).start(3, 3);
    expect(bench.fleet.nextEventAt()).toBeUndefined();
    bench.modify({ onDemandUnits: 1, spotUnits: 9 });
    expect(bench.fleet.nextEventAt()).toBe(60);
    expect(bench.to(300).fleet.nextEventAt()).toBeUndefined();
  });

  test('advanced backwards → refused', () => {
    const bench = new Bench(knobsWith()).to(10);
    expect(() => bench.fleet.advanceTo(9)).toThrow(RangeError);
  });
});

describe('sequential: a modify while RESIZING waits', () => {
  test('raised to 4, then to 10 on the way → the new target is shown, 6 more are launched when the first 4 run', () => {
    const bench = new Bench(knobsWith()).modify({ spotUnits: 4 }).to(100).modify({ spotUnits: 10 });
    expect([bench.targets, bench.provisioned]).toEqual([
      [0, 10],
      [0, 4],
    ]);
    expect(bench.to(299).provisioned).toEqual([0, 4]);
    bench.to(300);
    expect([bench.status, bench.provisioned]).toEqual(['resizing', [0, 10]]);
    expect(bench.to(600).ended.map(([at]) => at)).toEqual([300, 600]);
  });

  test('two modifies in the queue → each in its turn, first come first served', () => {
    const bench = new Bench(knobsWith())
      .modify({ spotUnits: 1 })
      .to(1)
      .modify({ spotUnits: 3 })
      .modify({ spotUnits: 2 });
    bench.to(7200);
    expect(bench.of('resizeStarted').map(({ at, targetUnits }) => [at, targetUnits.spot])).toEqual([
      [0, 1],
      [300, 3],
      [600, 2],
    ]);
    expect([bench.status, bench.provisioned]).toEqual(['running', [0, 2]]);
  });

  test('lowered while drains of a former shrink go on → waits for them', () => {
    const bench = new Bench(knobsWith()).start(0, 10).modify({ spotUnits: 8 }).to(50).modify({ spotUnits: 6 });
    expect(bench.to(99).engine.drained).toHaveLength(2);
    expect(bench.to(100).engine.drained).toHaveLength(4);
  });

  test('raised again while drains go on → nobody is called back, the drained are launched anew', () => {
    const bench = new Bench(knobsWith(), { reversible: true }).start(0, 10).modify({ spotUnits: 6 }).to(50);
    bench.modify({ spotUnits: 10 }).to(100);
    expect(bench.engine.calledBack).toEqual([]);
    expect(bench.inState('provisioning')).toHaveLength(4);
  });

  test('spot gives up with a modify in the queue → "Continuing Resize", and the next begins', () => {
    const bench = new Bench(knobsWith(scarce))
      .modify({ spotUnits: 10 })
      .to(100)
      .modify({ onDemandUnits: 3, spotUnits: 4 });
    expect(bench.to(599).provisioned).toEqual([0, 4]);
    bench.to(600);
    expect(bench.of('provisioningTimeout').map(({ code, continuing }) => [code, continuing])).toEqual([
      ['Spot Provisioning Timeout - Continuing Resize', true],
    ]);
    expect([bench.status, bench.provisioned]).toEqual(['resizing', [3, 4]]);
  });

  test('each resize has its own patience, from its own beginning', () => {
    const bench = new Bench(knobsWith(scarce)).modify({ spotUnits: 10, spotTimeoutSeconds: 300 }).to(100);
    bench.modify({ spotUnits: 11, spotTimeoutSeconds: 900 }).to(7200);
    expect(bench.of('provisioningTimeout').map(({ at, missingUnits }) => [at, missingUnits])).toEqual([
      [300, 6],
      [1200, 7],
    ]);
  });
});

describe('override: a modify while RESIZING replaces', () => {
  const override = (changes = {}) => knobsWith({ resizes: 'override', ...changes });

  test('raised to 4, then to 10 on the way → 6 more are launched at once', () => {
    const bench = new Bench(override()).modify({ spotUnits: 4 }).to(100).modify({ spotUnits: 10 });
    expect([bench.targets, bench.provisioned]).toEqual([
      [0, 10],
      [0, 10],
    ]);
    expect(bench.to(400).ended).toEqual([
      [100, 'request', 'overridden'],
      [400, 'request', 'complete'],
    ]);
  });

  test('raised to 10, lowered to 4 while all start → the 6 newest are cancelled and billed for what they used', () => {
    const bench = new Bench(override()).modify({ spotUnits: 10 }).to(100).modify({ spotUnits: 4 });
    expect(bench.removals).toEqual({ cancelled: 6 });
    expect(bench.inState('terminated')).toEqual([5, 6, 7, 8, 9, 10].map((n) => `r5.4xlarge/spot/${n}`));
    bench.to(300);
    expect([bench.status, bench.engine.ready.length]).toEqual(['running', 4]);
    expect(bench.fleet.bill(300).instanceHours * 3600).toBeCloseTo(4 * 300 + 6 * 100);
  });

  test('weight 4, 12 start, lowered to 6 → one is cancelled, the target is not undershot', () => {
    const bench = new Bench(override({ pools: [poolOf('a', { weightUnits: 4 })] })).modify({ spotUnits: 12 }).to(100);
    expect(bench.modify({ spotUnits: 6 }).provisioned).toEqual([0, 8]);
  });

  test('10 run, 4 drain, raised to 8 again, drains can be called back → 2 come back, the last chosen first', () => {
    const bench = new Bench(override(), { reversible: true }).start(0, 10).modify({ spotUnits: 6 }).to(50);
    const chosen = [...bench.engine.drained];
    bench.modify({ spotUnits: 8 });
    expect(bench.engine.calledBack).toEqual([chosen[3], chosen[2]]);
    expect([bench.inState('running').length, bench.inState('draining').length]).toEqual([8, 2]);
    expect(bench.inState('provisioning')).toEqual([]);
    bench.to(7200);
    expect([bench.removals, bench.provisioned]).toEqual([{ drained: 2 }, [0, 8]]);
  });

  test('the same, drains cannot be called back → all 4 go on, 2 are launched', () => {
    const bench = new Bench(override()).start(0, 10).modify({ spotUnits: 6 }).to(50).modify({ spotUnits: 8 });
    expect(bench.engine.calledBack).toHaveLength(4);
    expect([bench.inState('draining').length, bench.inState('provisioning').length]).toEqual([4, 2]);
    bench.to(7200);
    expect([bench.removals, bench.provisioned]).toEqual([{ drained: 4 }, [0, 8]]);
  });

  test('too young to go, raised again before they are old enough → nobody goes later', () => {
    const bench = new Bench(override()).modify({ spotUnits: 10 }).to(400).modify({ spotUnits: 6 }).to(500);
    bench.modify({ spotUnits: 10 }).to(7200);
    expect([bench.engine.drained, bench.provisioned]).toEqual([[], [0, 10]]);
  });

  test('called back, then chosen again → a grace of its own', () => {
    const bench = new Bench(override(), { reversible: true, drainSeconds: NEVER }).start(0, 1).modify({ spotUnits: 0 });
    bench.to(1000).modify({ spotUnits: 1 }).to(1500).modify({ spotUnits: 0 }).to(3299);
    expect(bench.removals).toEqual({});
    expect(bench.to(3300).removals).toEqual({ killed: 1 });
  });

  test('spot waits, then lowered to what is there → the wait ends without a timeout', () => {
    const bench = new Bench(override(scarce)).modify({ spotUnits: 10 }).to(100).modify({ spotUnits: 4 }).to(7200);
    expect(bench.of('provisioningTimeout')).toEqual([]);
    expect(bench.ended).toEqual([
      [100, 'request', 'overridden'],
      [300, 'request', 'complete'],
    ]);
  });

  test('asked again while it waits → the patience begins anew', () => {
    const bench = new Bench(override(scarce)).modify({ spotUnits: 10 }).to(500).modify({ spotUnits: 10 }).to(7200);
    expect(bench.of('provisioningTimeout').map(({ at }) => at)).toEqual([1100]);
  });
});

describe('SUSPENDED', () => {
  const failing = (changes = {}) => knobsWith({ startFailureShare: 1, suspendAfterFailedStarts: 2, ...changes });

  test('suspended, then modified → RESIZING again, with a count of its own', () => {
    const bench = new Bench(failing()).modify({ spotUnits: 2 }).to(500);
    expect(bench.status).toBe('suspended');
    expect(bench.modify({ spotUnits: 2 }).status).toBe('resizing');
    expect(bench.to(799).status).toBe('resizing');
    expect(bench.to(800).status).toBe('suspended');
    expect(bench.of('suspended').map(({ at, failedStarts }) => [at, failedStarts])).toEqual([
      [300, 2],
      [800, 2],
    ]);
  });

  test('suspended, then lowered to what runs → RUNNING, and what runs was not touched', () => {
    const bench = new Bench(failing()).start(0, 3).modify({ spotUnits: 5 }).to(700);
    expect([bench.status, bench.provisioned]).toEqual(['suspended', [0, 3]]);
    bench.modify({ spotUnits: 3 });
    expect([bench.status, bench.removals]).toEqual(['running', { failedStart: 3 }]);
  });

  test('suspended with a modify in the queue → it is forgotten, its target is still shown', () => {
    const bench = new Bench(failing())
      .modify({ spotUnits: 2 })
      .to(100)
      .modify({ onDemandUnits: 5, spotUnits: 0 })
      .to(7200);
    expect([bench.status, bench.provisioned, bench.targets]).toEqual(['suspended', [0, 0], [5, 0]]);
    bench.modify({ onDemandUnits: 1 });
    expect(bench.of('resizeStarted').map(({ at, targetUnits }) => [at, targetUnits.onDemand])).toEqual([
      [0, 0],
      [7200, 1],
    ]);
  });

  test('a running one is lost while suspended → not replaced', () => {
    const outages = [{ startSeconds: 1000, endSeconds: 1001, instanceTypes: null, reclaims: true }];
    const bench = new Bench(failing({ outages })).start(0, 3).modify({ onDemandUnits: 2, spotUnits: 3 }).to(7200);
    expect([bench.status, bench.provisioned]).toEqual(['suspended', [0, 0]]);
    expect(bench.of('resizeStarted')).toHaveLength(1);
  });
});

describe('stale reads', () => {
  test('staleReadSeconds 10 → the whole record as before the modify for 10 s, then the truth', () => {
    const bench = new Bench(knobsWith({ staleReadSeconds: 10 })).start(0, 2).to(100);
    const before = bench.fleet.read();
    bench.modify({ spotUnits: 5 }).to(109);
    expect(bench.fleet.read()).toEqual(before);
    bench.to(110);
    expect([bench.status, bench.targets, bench.provisioned]).toEqual(['resizing', [0, 5], [0, 5]]);
  });

  test('staleReadSeconds 0 → the truth at once', () => {
    const bench = new Bench(knobsWith({ staleReadSeconds: 0 })).start(0, 2).modify({ spotUnits: 5 });
    expect([bench.status, bench.targets]).toEqual(['resizing', [0, 5]]);
  });

  test('revived from SUSPENDED → still shown SUSPENDED at first', () => {
    const knobs = knobsWith({ startFailureShare: 1, suspendAfterFailedStarts: 1, staleReadSeconds: 10 });
    const bench = new Bench(knobs).modify({ spotUnits: 1 }).to(400).modify({ spotUnits: 1 });
    expect(bench.to(405).status).toBe('suspended');
    expect(bench.to(410).status).toBe('resizing');
  });

  test('modified again within the stale time → stale anew, with the first modify in it', () => {
    const bench = new Bench(knobsWith({ staleReadSeconds: 10 })).start(0, 2).modify({ spotUnits: 5 }).to(5);
    bench.modify({ spotUnits: 7 });
    expect([bench.to(14).targets, bench.to(15).targets]).toEqual([
      [0, 5],
      [0, 7],
    ]);
  });
});
