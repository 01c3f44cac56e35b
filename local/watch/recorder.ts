/** Keeps what the page shows of a run, and tells subscribers what is new. */
import type {
  ConsoleState,
  ConsoleUpdate,
  Controls,
  DecisionLine,
  EventLine,
  FleetNow,
  Point,
  RunFacts,
  StoryLine,
} from '../../console/protocol.ts';

const MOST_POINTS = 20_000;
const MOST_DECISIONS = 500;
const MOST_EVENTS = 500;
const MOST_STORY = 200;

/** What subscribers have not heard yet. */
interface Fresh {
  readonly points: Point[];
  readonly decisions: DecisionLine[];
  readonly events: EventLine[];
  readonly story: StoryLine[];
}

const nothing = (): Fresh => ({ points: [], decisions: [], events: [], story: [] });

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
  readonly #story: StoryLine[] = [];
  #fleet: FleetNow | null = null;
  #fresh: Fresh = nothing();
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
      story: [...this.#story],
      fleet: this.#fleet,
    };
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param fleet at that moment */
  addPoint(point: Point, fleet: FleetNow): void {
    this.#fleet = fleet;
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

  /** Adds a line, or replaces the one with its id. */
  tellStory(line: StoryLine): void {
    const index = this.#story.findIndex(({ id }) => id === line.id);
    if (index < 0) this.#story.push(line);
    else this.#story[index] = line;
    this.#fresh.story.push(line);
    kept(this.#story, MOST_STORY);
  }

  setFacts(facts: Partial<RunFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
    this.#tell({ ...nothing(), facts: this.#facts });
  }

  setControls(controls: Partial<Controls>): void {
    this.#controls = { ...this.#controls, ...controls };
    this.#tell({ ...nothing(), controls: this.#controls });
  }

  /** Tells subscribers what was added since the last time. */
  flush(): void {
    const fresh = this.#fresh;
    if (Object.values(fresh).every((items) => items.length === 0)) return;
    this.#fresh = nothing();
    // The fleet is as new as the last point.
    const fleet = fresh.points.length > 0 && this.#fleet !== null ? { fleet: this.#fleet } : {};
    this.#tell({ ...fresh, ...fleet });
  }

  #tell(update: ConsoleUpdate): void {
    for (const listener of this.#listeners) listener(update);
  }
}
