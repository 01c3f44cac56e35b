import { Fleet, type FleetEvent } from '../../../../simulator/world/fleet/fleet.ts';
import { DEFAULT_KNOBS } from '../../../../simulator/world/knobs.ts';

const HOST = {
  workerReady: () => {},
  drain: () => {},
  undrain: () => false,
  isDrained: () => true,
  drainedAt: () => undefined,
  removed: () => {},
};

test('spot taken away while 4 run → all get notice, none can be had, until it is given back', () => {
  const events: FleetEvent[] = [];
  const fleet = new Fleet(DEFAULT_KNOBS.fleet, 1, HOST, (event) => events.push(event));
  fleet.start({ onDemandUnits: 0, spotUnits: 4 });
  fleet.advanceTo(100);
  fleet.takeSpotAway();
  fleet.takeSpotAway();
  expect(events.filter((event) => event.kind === 'interruptionNotice')).toHaveLength(4);
  fleet.advanceTo(600);
  expect(fleet.read().spot).toEqual({ targetUnits: 4, provisionedUnits: 0 });
  fleet.giveSpotBack();
  fleet.advanceTo(2400);
  expect(fleet.read().spot).toEqual({ targetUnits: 4, provisionedUnits: 4 });
});
