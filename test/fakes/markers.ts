import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { Markers, Path, SignOfLife } from '../../lambdas/ports/markers.ts';

const DAY = 86_400;

export class FakeMarkers implements Markers {
  readonly left = new Map<Path, SignOfLife>();

  async leave(path: Path, sign: SignOfLife): Promise<void> {
    this.left.set(path, sign);
  }

  async last(path: Path, now: EpochSeconds): Promise<SignOfLife | undefined> {
    const sign = this.left.get(path);
    return sign === undefined || sign.at + DAY <= now ? undefined : sign;
  }
}
