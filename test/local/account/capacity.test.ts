/** What the table in memory charges is what a server that speaks DynamoDB says it would. */
import { playOverTheWire, type WireMonth } from '../../../local/account/wire-month.ts';

const USERS = ['dispatch', 'reconcile', 'route', 'exporter'];

let played: WireMonth;

beforeAll(async () => {
  played = await playOverTheWire({ clusters: 1, sample: 'push', slotSeconds: 15, seconds: 1200 });
}, 300_000);

test.each(USERS.map((user) => `table.${user}.calls`))('%s: the same', (name) => {
  expect(played.inMemory[name]).toBe(played.overTheWire[name]);
});

// The first dispatch finds an empty list: DynamoDB charges a unit for that, dynalite none.
test.each(USERS.map((user) => `table.${user}.readUnits`))('%s: the same, but for one', (name) => {
  const [memory = 0, wire = 0] = [played.inMemory[name], played.overTheWire[name]];
  expect(memory - wire).toBe(name.includes('dispatch') ? 1 : 0);
});

test.each(USERS.map((user) => `table.${user}.writeUnits`))('%s: at most a hundredth apart', (name) => {
  const [memory = 0, wire = 0] = [played.inMemory[name], played.overTheWire[name]];
  expect(Math.abs(memory - wire)).toBeLessThanOrEqual(0.01 * wire);
});

test('the loop ran, and the exporter pushed', () => {
  expect(played.inMemory['function.reconcile.invocations']).toBeGreaterThan(60);
  expect(played.inMemory['table.exporter.writeUnits']).toBeGreaterThan(200);
});
