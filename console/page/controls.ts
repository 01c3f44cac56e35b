/** The buttons that do things to the world and to the loop. They show what the server says, not what was pressed. */
import type { ConsoleAction, Controls, RunFacts } from '../protocol.ts';
import { byId, element, inputById, setText } from './element.ts';
import { dayTime, number, units } from './format.ts';

/** @throws with a sentence. */
const post = async (action: ConsoleAction): Promise<void> => {
  const response = await fetch('/api/actions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(action),
  }).catch(() => {
    throw new Error('The server does not answer.');
  });
  if (response.ok) return;
  const { error } = (await response.json().catch(() => ({}))) as { error?: string };
  throw new Error(error ?? `The server answered ${response.status}.`);
};

/** Sends an action and says what became of it. */
const send = async (action: ConsoleAction, done: string): Promise<void> => {
  const result = byId('action-result');
  try {
    await post(action);
    result.textContent = done;
    result.classList.remove('refused');
  } catch (error) {
    result.textContent = `Not done: ${error instanceof Error ? error.message : String(error)}`;
    result.classList.add('refused');
  }
};

const onClick = (id: string, act: () => Promise<void>): void => {
  byId(id).addEventListener('click', () => void act());
};

/** The browser has checked the numbers against their limits. */
const onSubmit = (id: string, act: () => Promise<void>): void => {
  byId(id).addEventListener('submit', (event) => {
    event.preventDefault();
    void act();
  });
};

const speedText = (speed: number): string => (speed === 0 ? 'Stand still' : `${number(speed, 2)}×`);

const speedButton = (speed: number): HTMLButtonElement => {
  const label = speed === 0 ? 'Stand still' : `${number(speed, 2)} virtual seconds a second`;
  const button = element(
    'button',
    { type: 'button', 'aria-label': label, 'data-speed': String(speed) },
    speedText(speed),
  );
  button.addEventListener('click', () => void send({ action: 'speed', speed }, `Speed: ${speedText(speed)}.`));
  return button;
};

const holdText = (hold: Controls['hold']): string =>
  hold === null ? 'none' : `at least ${units(hold.units)} units until ${dayTime(hold.until)}`;

const offersSpeeds = ({ speeds }: Controls): boolean => speeds.length > 1;

/** One word for the state of the run, shown in the head of the page. */
export const runText = (controls: Controls): string => {
  const { ended, speed, paused } = controls;
  if (ended) return 'The run has ended';
  const running = offersSpeeds(controls) ? `Running at ${number(speed, 2)}×` : 'Running';
  const time = speed === 0 ? 'Time stands still' : running;
  return paused ? `${time}, scaling paused` : time;
};

export class ControlPanel {
  readonly #speeds = byId('speeds');
  #controls: Controls | undefined;

  constructor() {
    onClick('pause', () => this.#togglePause());
    onClick('largest-pool', () => send({ action: 'largestPool' }, 'The largest pool is taken away.'));
    onClick('spot', () => send({ action: 'spot', gone: true }, 'All spot is taken away.'));
    onClick('spot-back', () => send({ action: 'spot', gone: false }, 'Spot is back.'));
    onClick('release', () => send({ action: 'releaseHold' }, 'Hold released.'));
    onSubmit('burst', () => {
      const queries = inputById('burst-queries').valueAsNumber;
      return send({ action: 'burst', queries }, `${number(queries)} queries submitted.`);
    });
    onSubmit('hold', () => {
      const [held, minutes] = [inputById('hold-units').valueAsNumber, inputById('hold-minutes').valueAsNumber];
      return send(
        { action: 'hold', units: held, minutes },
        `Held at ${units(held)} units for ${number(minutes)} minutes.`,
      );
    });
  }

  show(controls: Controls): void {
    this.#controls = controls;
    for (const fieldset of document.querySelectorAll<HTMLFieldSetElement>('#controls fieldset'))
      fieldset.disabled = controls.ended;
    setText(byId('pause'), controls.paused ? 'Resume scaling' : 'Pause scaling');
    for (const id of ['largest-pool', 'spot']) byId(id).toggleAttribute('disabled', controls.spotGone);
    setText(byId('hold-state'), holdText(controls.hold));
    byId('release').toggleAttribute('disabled', controls.hold === null);
    this.#showSpeeds(controls);
  }

  showFacts(facts: RunFacts): void {
    inputById('hold-units').max = String(facts.maximumUnits);
    inputById('hold-units').placeholder = String(facts.maximumUnits);
    const burst = inputById('burst-queries');
    burst.max = String(facts.burst.most);
    // What somebody has typed stays.
    if (burst.value === burst.defaultValue) burst.value = String(facts.burst.usual);
    burst.defaultValue = String(facts.burst.usual);
  }

  #togglePause(): Promise<void> {
    const paused = this.#controls?.paused !== true;
    return send({ action: 'pause', paused }, paused ? 'Scaling is paused.' : 'Scaling goes on.');
  }

  /** The buttons stay the same elements, so that the focus does. */
  #showSpeeds(controls: Controls): void {
    const { speed, speeds } = controls;
    byId('speed-choice').hidden = !offersSpeeds(controls);
    const shown = [...this.#speeds.children].map((child) => Number((child as HTMLElement).dataset['speed']));
    if (shown.join() !== speeds.join()) this.#speeds.replaceChildren(...speeds.map(speedButton));
    for (const child of this.#speeds.children)
      child.setAttribute('aria-pressed', String(Number((child as HTMLElement).dataset['speed']) === speed));
  }
}
