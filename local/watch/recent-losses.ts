/** Spot instances that were taken lately, or are about to be: of what EC2 said, as an owner hears it. */
import type { FleetEvent } from '../../simulator/world/fleet/fleet.ts';

/** What is lost for longer is no news. */
export const RECENT_SECONDS = 600;

/** An instance with its notice, or gone. */
interface Loss {
  readonly at: number;
  readonly instanceType: string;
  readonly units: number;
  readonly gone: boolean;
}

/** Units at a moment. */
export interface LossesNow {
  /** Gone in the last ten minutes. */
  readonly lostUnits: number;
  /** By instance type: with a notice and not gone yet. */
  readonly going: ReadonlyMap<string, number>;
}

export class RecentLosses {
  readonly #losses = new Map<string, Loss>();

  /** Takes notices and ends; everything else is passed over. */
  add(event: FleetEvent): void {
    if (event.kind === 'interruptionNotice') this.#keep(event, false);
    if (event.kind !== 'terminated') return;
    if (event.how === 'interrupted') this.#keep(event, true);
    // It ended in another way before the market came for it.
    else this.#losses.delete(event.instanceId);
  }

  /** @param now virtual seconds, as in the events */
  read(now: number): LossesNow {
    const going = new Map<string, number>();
    let lostUnits = 0;
    for (const [id, { at, instanceType, units, gone }] of this.#losses) {
      if (!gone) going.set(instanceType, (going.get(instanceType) ?? 0) + units);
      else if (now - at <= RECENT_SECONDS) lostUnits += units;
      else this.#losses.delete(id);
    }
    return { lostUnits, going };
  }

  #keep(
    { at, instanceId, instanceType, units }: Omit<Loss, 'gone'> & { readonly instanceId: string },
    gone: boolean,
  ): void {
    this.#losses.set(instanceId, { at, instanceType, units, gone });
  }
}
