/** What every part of the fleet works with. */
import type { FleetKnobs } from '../knobs.ts';
import type { Agenda } from './agenda.ts';
import type { FleetEvent } from './events.ts';
import type { FleetHost } from './model.ts';
import type { Roster } from './roster.ts';

export interface FleetContext {
  readonly knobs: FleetKnobs;
  readonly seed: number;
  readonly host: FleetHost;
  readonly agenda: Agenda;
  readonly roster: Roster;
  readonly emit: (event: FleetEvent) => void;
}
