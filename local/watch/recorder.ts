/** Keeps what the page shows of a run, and tells subscribers what is new. */
import type {
  ConsoleState,
  ConsoleUpdate,
  Controls,
  DecisionLine,
  EventLine,
  Point,
  RunFacts,
} from '../../console/protocol.ts';

const MOST_POINTS = 20_000;
const MOST_DECISIONS = 500;
const MOST_EVENTS = 500;

type Listener = (update: ConsoleUpdate) => void;

const kept = <Item>(items: Item[], most: number): void => {
  if (items.length > most) items.splice(0, items.length - most);
};

/** A steady decision like the one before it is not worth a line of its own. */
const repeats = (line: DecisionLine, before: DecisionLine | undefined): boolean =>
  before !== undefined &&
  line.verdict === 'steady' &&
  before.verdict === 'steady' &&
  !line.sent &&
  !before.sent &&
  line.reasons.map((reason) => reason.code).join(' ') === before.reasons.map((reason) => reason.code).join(' ');

export class Recorder {
  readonly #points: Point[] = [];
  readonly #decisions: DecisionLine[] = [];
  readonly #events: EventLine[] = [];
  readonly #listeners = new Set<Listener>();
  #fresh: { points: Point[]; decisions: DecisionLine[]; events: EventLine[] } = {
    points: [],
    decisions: [],
    events: [],
  };
  #facts: RunFacts;
  #controls: Controls;

  constructor(facts: RunFacts, controls: Controls) {
    this.#facts = facts;
    this.#controls = controls;
  }

  get controls(): Controls {
    return this.#controls;
  }

  state(): ConsoleState {
    this.flush();
    return {
      facts: this.#facts,
      controls: this.#controls,
      points: [...this.#points],
      decisions: [...this.#decisions],
      events: [...this.#events],
    };
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  addPoint(point: Point): void {
    this.#points.push(point);
    this.#fresh.points.push(point);
    kept(this.#points, MOST_POINTS);
  }

  addDecision(line: DecisionLine): void {
    if (repeats(line, this.#decisions.at(-1))) return;
    this.#decisions.push(line);
    this.#fresh.decisions.push(line);
    kept(this.#decisions, MOST_DECISIONS);
  }

  addEvent(line: EventLine): void {
    this.#events.push(line);
    this.#fresh.events.push(line);
    kept(this.#events, MOST_EVENTS);
  }

  setFacts(facts: Partial<RunFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
    this.#tell({ facts: this.#facts, points: [], decisions: [], events: [] });
  }

  setControls(controls: Partial<Controls>): void {
    this.#controls = { ...this.#controls, ...controls };
    this.#tell({ controls: this.#controls, points: [], decisions: [], events: [] });
  }

  /** Tells subscribers what was added since the last time. */
  flush(): void {
    const { points, decisions, events } = this.#fresh;
    if (points.length + decisions.length + events.length === 0) return;
    this.#fresh = { points: [], decisions: [], events: [] };
    this.#tell({ points, decisions, events });
  }

  #tell(update: ConsoleUpdate): void {
    for (const listener of this.#listeners) listener(update);
  }
}
