import fc from 'fast-check';
import { Agenda } from '../../../../simulator/world/fleet/agenda.ts';

const runUntil = (agenda: Agenda, seconds: number): void => {
  for (let next = agenda.nextAt(); next !== undefined && next <= seconds; next = agenda.nextAt()) {
    agenda.moveTo(next);
    agenda.runDue();
  }
};

describe('agenda', () => {
  test('planned in any order → happens in order of time, first planned first at one time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (times) => {
        const agenda = new Agenda();
        const seen: [number, number][] = [];
        times.forEach((time, index) => {
          agenda.at(time, () => seen.push([agenda.now, index]));
        });
        runUntil(agenda, 100);
        const expected = times.map((time, index): [number, number] => [time, index]);
        expect(seen).toEqual(expected.sort(([a, i], [b, j]) => a - b || i - j));
      }),
    );
  });

  test('some called off → the others happen, and only their times are announced', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean())), (plans) => {
        const agenda = new Agenda();
        const seen: number[] = [];
        const timers = plans.map(([time]) => agenda.at(time, () => seen.push(time)));
        plans.forEach(([, keep], index) => {
          if (!keep) timers[index]?.cancel();
        });
        const kept = plans.filter(([, keep]) => keep).map(([time]) => time);
        expect(agenda.nextAt()).toBe(kept.length === 0 ? undefined : Math.min(...kept));
        runUntil(agenda, 100);
        expect(seen).toEqual(kept.sort((a, b) => a - b));
      }),
    );
  });

  test('planned for the past → happens now', () => {
    const agenda = new Agenda();
    agenda.moveTo(10);
    expect(agenda.at(3, () => undefined).at).toBe(10);
    expect(agenda.nextAt()).toBe(10);
  });

  test('planned for never → is not announced', () => {
    const agenda = new Agenda();
    agenda.after(Number.POSITIVE_INFINITY, () => undefined);
    expect(agenda.nextAt()).toBeUndefined();
  });

  test('planned while something happens, for the same time → happens after it', () => {
    const agenda = new Agenda();
    const seen: string[] = [];
    agenda.at(5, () => {
      seen.push('first');
      agenda.after(0, () => seen.push('second'));
    });
    runUntil(agenda, 5);
    expect(seen).toEqual(['first', 'second']);
  });

  test('time runs backwards → refused', () => {
    const agenda = new Agenda();
    agenda.moveTo(10);
    expect(() => agenda.moveTo(9)).toThrow(RangeError);
    expect(() => agenda.moveTo(Number.NaN)).toThrow(RangeError);
  });
});
