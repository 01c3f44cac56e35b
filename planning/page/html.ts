/** Texts and numbers as the page writes them. */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text that cannot be taken for markup: names come out of a file that anybody may have written. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? one);

/** Dollars an hour with three digits that count; unknown is a dash. */
export const dollars = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return '–';
  const digits = value >= 100 ? 0 : value >= 1 ? 2 : 4;
  return `$${value.toFixed(digits)}`;
};

/** A share of one as per cent; unknown is a dash. */
export const percent = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return '–';
  const text = (value * 100).toFixed(value !== 0 && Math.abs(value) < 0.1 ? 1 : 0);
  return `${text} %`;
};

/** A factor such as a speed; unknown is a dash. */
export const factor = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(2);
