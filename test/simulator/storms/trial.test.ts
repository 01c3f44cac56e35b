/** All spot gone for three hours over an office day: how on-demand comes, and how it goes again. */
import { fallbackOf, figuresOf } from '../../../simulator/storms/figures.ts';
import { pictureOf } from '../../../simulator/storms/picture.ts';
import { lossesOf, survived } from '../../../simulator/storms/reserve-trial.ts';
import { ALL_SPOT_GONE, CALM, CONTENDERS, type Contender } from '../../../simulator/storms/storms.ts';
import { largestPools, type Stage, StormTrials } from '../../../simulator/storms/trial.ts';
import { loadWorkload } from '../../../simulator/workload/load.ts';

const HOUR = 3600;
const TICK = 15;
const FALLBACK = 900;
const P95_START = 480;

/** Nine to six, the storm at eleven. */
const stage = (): Stage => {
  const day = loadWorkload({ generate: 'office', untilSeconds: 18 * HOUR, seed: 5 });
  const queries = day.queries
    .filter(({ arrivalSeconds }) => arrivalSeconds >= 9 * HOUR)
    .map((query) => ({ ...query, arrivalSeconds: query.arrivalSeconds - 9 * HOUR }));
  return { workload: { name: 'office', queries }, seed: 5, untilSeconds: 9 * HOUR, stormAtSeconds: 2 * HOUR };
};

const trials = new StormTrials(stage());
const contender = (name: string): Contender => {
  const found = CONTENDERS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no contender ${name}`);
  return found;
};
const fallback = async (name: string) => {
  const { run } = await trials.trial(contender(name), ALL_SPOT_GONE);
  return { run, figures: fallbackOf(run, 2 * HOUR, 5 * HOUR) };
};

test.each(['prestoscale', 'prestoscale, resizes override'])(
  '%s: on-demand is asked for within the fallback time and two ticks, and given back step by step after spot is found',
  async (name) => {
    const { run, figures } = await fallback(name);
    expect(figures.askedSeconds).toBeLessThanOrEqual(FALLBACK + 2 * TICK);
    expect(figures.foundSeconds).toBeLessThanOrEqual(1800);
    expect(figures.steps).toBeGreaterThanOrEqual(3);
    expect(figures.killed).toBe(0);
    expect(figures.mostOnDemandUnits).toBeLessThanOrEqual(100);
    expect(run.result.empty).toBe(true);
  },
);

test('resizes override → 95 % of what was asked for is ready within a long start more', async () => {
  const { figures } = await fallback('prestoscale, resizes override');
  expect(figures.readySeconds).toBeLessThanOrEqual(FALLBACK + 2 * TICK + P95_START + TICK);
});

test('beside spot of one type and EMR alone → less time short, fewer late, and EMR alone never comes back', async () => {
  const figures = async (name: string) => figuresOf(await trials.trial(contender(name), ALL_SPOT_GONE));
  const ours = await figures('prestoscale');
  const oneType = await figures('spot only, one type');
  const emr = await figures('EMR without us, fixed spot target');
  expect(ours.shortfall.shareOfTime).toBeLessThan(oneType.shortfall.shareOfTime / 2);
  expect(ours.lateShare).toBeLessThan(oneType.lateShare / 2);
  expect(emr.lateShare).toBeGreaterThan(oneType.lateShare);
  expect(emr.modifyCalls).toBeNull();
});

test('no storm → hardly ever short, no query lost, and the pools hold equal shares', async () => {
  const trial = await trials.trial(contender('prestoscale'), CALM);
  const { failed, shortfall } = figuresOf(trial);
  expect(failed).toEqual({ interruption: 0, scaleIn: 0, other: 0 });
  expect(shortfall.shareOfTime).toBeLessThan(0.03);
  expect(largestPools(trial.run, 2 * HOUR)).toHaveLength(5);
});

test('the picture → one well-formed SVG with both markets, demand and dollars', async () => {
  const { run } = await fallback('prestoscale');
  const picture = pictureOf(run, { startSeconds: 2 * HOUR, endSeconds: 5 * HOUR });
  expect(picture.match(/<path /g)?.length).toBeGreaterThanOrEqual(4);
  expect(picture).toMatch(/^<svg[^>]*>[\s\S]*<\/svg>\n$/);
  expect(picture).not.toMatch(/NaN|undefined|Infinity/);
});

describe('what a loss left', () => {
  const tick = (atSeconds: number, shouldUnits: number, readyUnits: number) => ({ atSeconds, shouldUnits, readyUnits });
  const loss = { atSeconds: 1000 };

  test.each([
    ['enough all the time', [tick(975, 20, 26), tick(1000, 20, 26), tick(1150, 25, 22)], true],
    ['fewer than was asked for before it', [tick(975, 20, 26), tick(1150, 20, 19)], false],
    ['short only after it was over', [tick(975, 20, 26), tick(1150, 20, 20), tick(1400, 20, 10)], true],
    ['short before it: not its doing', [tick(975, 20, 19), tick(1150, 20, 10)], undefined],
    ['nobody looked before it', [tick(1150, 20, 10)], undefined],
  ])('%s', (_, ticks, expected) => {
    expect(survived(loss, ticks)).toBe(expected);
  });

  test('all spot taken at once → one loss, with all units of every pool', async () => {
    const { run } = await fallback('prestoscale');
    const held = run.moments.find(({ atSeconds }) => atSeconds === 2 * HOUR - TICK)?.spotUnits ?? {};
    expect(lossesOf(run).find(({ atSeconds }) => atSeconds === 2 * HOUR)?.units).toEqual(held);
  });
});
