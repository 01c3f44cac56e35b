/** Colours for canvases, which style sheets do not reach. */

/** The value of a custom property of the style sheet in the scheme of the moment. */
export const colour = (property: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(property).trim();

/** Tells when the reader changes between light and dark. */
export const onSchemeChange = (listener: () => void): void => {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', listener);
};
