/** The tables of the two markets and of the pools. */
import type { FleetNow, PoolNow } from '../protocol.ts';
import { byId, element, setText } from './element.ts';
import { MARKET_ROWS, poolCells } from './fleet-words.ts';
import { UNKNOWN } from './format.ts';

interface Row {
  readonly root: HTMLElement;
  readonly cells: readonly HTMLElement[];
}

/** @param roomy - the cell that stands only where there is room */
const rowOf = (name: string, count: number, roomy?: number): Row => {
  const cells = Array.from({ length: count }, (_, index) => element('td', index === roomy ? { class: 'roomy' } : {}));
  return { cells, root: element('tr', {}, element('th', { scope: 'row' }, name), ...cells) };
};

const fill = ({ cells }: Row, texts: readonly string[]): void => {
  for (const [index, cell] of cells.entries()) setText(cell, texts[index] ?? '');
};

const POOL_CELLS = 6;
const ON_DEMAND_PRICE = 4;
/** Nothing is wrong where this stands. */
const QUIET: ReadonlySet<string> = new Set(['', '0', UNKNOWN]);

export class FleetPanel {
  readonly #markets = MARKET_ROWS.map((row) => ({ ...row, made: rowOf(row.label, 3) }));
  readonly #pools = byId('pool-rows');
  #rows: readonly { readonly type: string; readonly made: Row }[] = [];

  constructor() {
    byId('market-rows').append(...this.#markets.map(({ made }) => made.root));
  }

  show(fleet: FleetNow): void {
    for (const { made, cells, grave } of this.#markets) {
      fill(made, cells(fleet));
      if (grave === undefined) continue;
      for (const cell of made.cells) cell.classList.toggle(grave, !QUIET.has(cell.textContent ?? ''));
    }
    this.#rowsFor(fleet.pools);
    for (const [index, pool] of fleet.pools.entries()) {
      const made = this.#rows[index]?.made;
      if (made === undefined) continue;
      fill(made, poolCells(pool, fleet));
      made.root.classList.toggle('gone', pool.gone);
    }
  }

  /** The pools of a run hardly ever change. */
  #rowsFor(pools: readonly PoolNow[]): void {
    if (this.#rows.map(({ type }) => type).join() === pools.map(({ instanceType }) => instanceType).join()) return;
    this.#rows = pools.map(({ instanceType }) => ({
      type: instanceType,
      made: rowOf(instanceType, POOL_CELLS, ON_DEMAND_PRICE),
    }));
    this.#pools.replaceChildren(...this.#rows.map(({ made }) => made.root));
  }
}
