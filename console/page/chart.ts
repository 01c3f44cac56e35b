/** One chart of lines over virtual time, with its legend, readable by pointer and by arrow keys. */
import uPlot from 'uplot';
import type { Point, RunFacts, StoryLine } from '../protocol.ts';
import { drawLimits } from './chart-limits.ts';
import type { ChartPlan } from './chart-lines.ts';
import { drawMarks } from './chart-marks.ts';
import { chartOptions } from './chart-options.ts';
import { byId, setText } from './element.ts';
import { dayTime } from './format.ts';
import { Legend } from './legend.ts';
import { onSchemeChange } from './palette.ts';
import { windowOf } from './scales.ts';

/** Outside the plot: uPlot hides the cursor there. */
const NOWHERE = { left: -10, top: -10 };
/** How far a key goes, as a share of what is shown. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -0.01, ArrowRight: 0.01, PageUp: -0.1, PageDown: 0.1 };

export class Chart {
  readonly #plan: ChartPlan;
  readonly #host: HTMLElement;
  readonly #note: HTMLElement;
  readonly #legend: Legend;
  readonly #plot: uPlot;
  #points: readonly Point[] = [];
  #marks: readonly StoryLine[] = [];
  #facts: RunFacts | undefined;
  #window: [number, number] = [0, 1];

  constructor(plan: ChartPlan) {
    this.#plan = plan;
    this.#host = byId(`${plan.id}-chart`);
    this.#note = byId(`${plan.id}-note`);
    this.#plot = new uPlot(this.#options(), this.#data(), this.#host);
    this.#legend = new Legend(byId(`${plan.id}-legend`), plan.lines, (index, shown) =>
      this.#plot.setSeries(index + 1, { show: shown }),
    );
    this.#host.tabIndex = 0;
    this.#host.addEventListener('keydown', (event) => this.#onKey(event));
    this.#host.addEventListener('blur', () => this.#plot.setCursor(NOWHERE));
    new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(this.#host);
    onSchemeChange(() => this.#plot.redraw());
  }

  /**
   * Draws anew.
   * @param marks - what happened to spot, in order of time
   * @param seconds - how much of the end of the run is shown; null is all of it.
   */
  draw(points: readonly Point[], marks: readonly StoryLine[], facts: RunFacts, seconds: number | null): void {
    this.#points = points;
    this.#marks = marks;
    this.#facts = facts;
    this.#window = windowOf(points[0]?.at ?? 0, points.at(-1)?.at ?? 0, seconds);
    this.#host.classList.toggle('empty', points.length === 0);
    this.#plot.setData(this.#data());
    this.#showMoment();
    this.#host.setAttribute('aria-label', this.#summary());
  }

  #options(): uPlot.Options {
    return chartOptions(this.#plan, {
      ...this.#size(),
      window: () => this.#window,
      limit: () => (this.#plan.limits === true ? this.#facts?.maximumUnits : undefined),
      onDraw: (plot) => {
        if (this.#plan.limits === true && this.#facts !== undefined && this.#points.length > 0)
          drawLimits(plot, this.#facts);
        drawMarks(plot, this.#marks, this.#plan.letters === true);
      },
      onCursor: () => this.#showMoment(),
    });
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(1, this.#host.clientWidth), height: Math.max(1, this.#host.clientHeight) };
  }

  #data(): uPlot.AlignedData {
    return [
      this.#points.map((point) => point.at),
      ...this.#plan.lines.map((line) => this.#points.map((point) => line.value(point))),
    ];
  }

  #valuesOf(point: Point | undefined): readonly (number | null)[] {
    return this.#plan.lines.map((line) => (point === undefined ? null : line.value(point)));
  }

  /** Under the cursor, else the newest. */
  #showMoment(): void {
    // uPlot calls while it is being made.
    if (this.#legend === undefined) return;
    const { left = -1 } = this.#plot.cursor;
    const pointed = left >= 0 ? this.#points[this.#plot.posToIdx(left)] : undefined;
    const note = this.#facts === undefined ? '' : this.#plan.note(this.#facts);
    setText(this.#note, pointed === undefined ? note : `at ${dayTime(pointed.at)}`);
    this.#legend.show(this.#valuesOf(pointed ?? this.#points.at(-1)));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#plot.setCursor(NOWHERE);
    const share = STEPS[event.key];
    if (share === undefined || this.#points.length === 0) return;
    event.preventDefault();
    const [from, to] = this.#window;
    const newest = this.#plot.valToPos(this.#points.at(-1)?.at ?? to, 'x');
    const width = this.#plot.valToPos(to, 'x') - this.#plot.valToPos(from, 'x');
    const { left = -1 } = this.#plot.cursor;
    const wanted = (left >= 0 ? left : newest) + share * width;
    this.#plot.setCursor({ left: Math.min(newest, Math.max(0, wanted)), top: 0 });
  }

  #summary(): string {
    const last = this.#points.at(-1);
    if (last === undefined) return `${this.#plan.name}: nothing yet.`;
    const values = this.#valuesOf(last);
    const told = this.#plan.lines.map((line, index) => `${line.label} ${line.show(values[index] ?? null)}`);
    return `${this.#plan.name} at ${dayTime(last.at)}: ${told.join(', ')}. Arrow keys go back in time.`;
  }
}
