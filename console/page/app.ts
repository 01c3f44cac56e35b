/** The page: listens to the stream and shows it. Much may arrive in a moment; it is drawn a few times a second. */
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
} from '../protocol.ts';
import { Announcer } from './announcer.ts';
import { Chart } from './chart.ts';
import { CAPACITY, MARKETS, MONEY, QUERIES } from './chart-lines.ts';
import { connect } from './connection.ts';
import { ControlPanel, runText } from './controls.ts';
import { DecisionList } from './decision-list.ts';
import { byId, setText } from './element.ts';
import { EventList } from './event-list.ts';
import { makeFigures } from './figures.ts';
import { FleetPanel } from './fleet-panel.ts';
import { dayOf, hourMinute, number } from './format.ts';
import { extended } from './history.ts';
import { makeRangeButtons } from './range.ts';
import { StoryList } from './story-list.ts';

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
/** Between two drawings. Smooth enough for lines that creep; calmer for who asks for it. */
const pauseMilliseconds = (): number => (reducedMotion.matches ? 1000 : 150);

class App {
  readonly #charts = [CAPACITY, MARKETS, QUERIES, MONEY].map((plan) => new Chart(plan));
  readonly #decisions = new DecisionList();
  readonly #events = new EventList();
  readonly #story = new StoryList();
  readonly #fleetPanel = new FleetPanel();
  readonly #controls = new ControlPanel();
  readonly #announcer = new Announcer();
  readonly #fillFigures = makeFigures();
  readonly #rangeSeconds = makeRangeButtons(() => this.#draw());
  #facts: RunFacts | undefined;
  #fleet: FleetNow | undefined;
  #points: readonly Point[] = [];
  #newDecisions: DecisionLine[] = [];
  #newEvents: EventLine[] = [];
  #newStory: StoryLine[] = [];
  #drawSoon = false;

  start(): void {
    connect({
      onState: (state) => this.#reset(state),
      onUpdate: (update) => this.#take(update),
      onConnected: (connected) => this.#showConnection(connected),
    });
  }

  #reset({ facts, controls, points, decisions, events, story, fleet }: ConsoleState): void {
    this.#points = extended([], points);
    this.#newStory = [];
    this.#story.reset(story);
    this.#fleet = fleet ?? undefined;
    this.#newDecisions = [];
    this.#newEvents = [];
    this.#decisions.reset(decisions);
    this.#events.reset(events);
    this.#showFacts(facts);
    this.#showControls(controls);
    this.#draw();
  }

  #take({ facts, controls, points, decisions, events, story, fleet }: ConsoleUpdate): void {
    this.#newStory.push(...story);
    this.#fleet = fleet ?? this.#fleet;
    this.#points = extended(this.#points, points);
    this.#newDecisions.push(...decisions);
    this.#newEvents.push(...events);
    if (facts !== undefined) this.#showFacts(facts);
    if (controls !== undefined) this.#showControls(controls);
    this.#scheduleDraw();
  }

  #scheduleDraw(): void {
    if (this.#drawSoon) return;
    this.#drawSoon = true;
    setTimeout(() => {
      this.#drawSoon = false;
      this.#draw();
    }, pauseMilliseconds());
  }

  #draw(): void {
    this.#announcer.add(this.#newDecisions, this.#newEvents);
    if (this.#newDecisions.length > 0) this.#decisions.add(this.#newDecisions);
    if (this.#newEvents.length > 0) this.#events.add(this.#newEvents);
    if (this.#newStory.length > 0) this.#story.add(this.#newStory);
    this.#newStory = [];
    this.#newDecisions = [];
    this.#newEvents = [];
    if (this.#facts === undefined) return;
    if (this.#fleet !== undefined) this.#fleetPanel.show(this.#fleet);
    const marks = this.#story.lines.toSorted((one, other) => one.at - other.at);
    for (const chart of this.#charts) chart.draw(this.#points, marks, this.#facts, this.#rangeSeconds());
    const last = this.#points.at(-1);
    if (last !== undefined) this.#showNow(last, this.#facts);
  }

  #showNow(point: Point, facts: RunFacts): void {
    this.#fillFigures(point, facts);
    setText(byId('clock'), hourMinute(point.at));
    setText(byId('day'), dayOf(point.at));
    document.title = `${number(point.readyUnits)} of ${number(point.targetUnits)} units · prestoscale`;
  }

  #showFacts(facts: RunFacts): void {
    this.#facts = facts;
    setText(byId('title'), facts.title);
    setText(byId('time-kind'), facts.time === 'virtual' ? 'virtual time, UTC' : 'UTC');
    this.#controls.showFacts(facts);
  }

  #showControls(controls: Controls): void {
    this.#controls.show(controls);
    setText(byId('run-state'), runText(controls));
  }

  #showConnection(connected: boolean): void {
    document.body.classList.toggle('disconnected', !connected);
    setText(byId('connection'), connected ? 'Connected' : 'Disconnected: what you see is old. Trying again …');
  }
}

new App().start();
