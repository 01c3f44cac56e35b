import type { DayPart } from '../../lambdas/core/ledger-record.ts';
import type { Ledger } from '../../lambdas/ports/ledger.ts';

export class FakeLedger implements Ledger {
  readonly parts = new Map<string, DayPart>();

  async put(part: DayPart): Promise<void> {
    const key = `${part.day} ${part.from}`;
    const there = this.parts.get(key);
    if (there === undefined || there.until <= part.until)
      this.parts.set(key, JSON.parse(JSON.stringify(part)) as DayPart);
  }

  async read(first: number, last: number): Promise<readonly DayPart[]> {
    return [...this.parts.values()]
      .filter(({ day }) => day >= first && day <= last)
      .toSorted((one, other) => one.day - other.day || one.from - other.from);
  }
}
