/** How much of the run the charts show. */
import { byId, element } from './element.ts';

const RANGES = [
  { label: '1 h', name: 'Show the last hour', seconds: 3600 },
  { label: '6 h', name: 'Show the last six hours', seconds: 6 * 3600 },
  { label: '24 h', name: 'Show the last 24 hours', seconds: 24 * 3600 },
  { label: 'All', name: 'Show the whole run', seconds: null },
] as const;

/** Makes the buttons; the answer tells how many seconds of the end of the run are shown, null for all. */
export const makeRangeButtons = (onChange: () => void): (() => number | null) => {
  let chosen: number | null = null;
  const buttons = RANGES.map(({ label, name, seconds }) => {
    const button = element(
      'button',
      { type: 'button', 'aria-label': name, 'aria-pressed': String(seconds === chosen) },
      label,
    );
    button.addEventListener('click', () => {
      chosen = seconds;
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      onChange();
    });
    return button;
  });
  byId('ranges').append(...buttons);
  return () => chosen;
};
