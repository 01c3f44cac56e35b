/** As much of PromQL as is needed to see which metrics an expression asks for. */

const WORDS = new Set(
  'and or unless by without on ignoring group_left group_right bool offset inf nan start end atan2'.split(' '),
);

/** Of a matcher such as `{job="x"}`, a text, a window such as `[5m]`, and labels such as `by (cluster)`. */
const NOISE = [
  /"(?:[^"\\]|\\.)*"/g,
  /'(?:[^'\\]|\\.)*'/g,
  /\{[^}]*\}/g,
  /\[[^\]]*\]/g,
  /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g,
];

/** Names of all metrics of an expression, in their order. */
export const metricNames = (expr: string): readonly string[] => {
  const bare = NOISE.reduce((text, pattern) => text.replaceAll(pattern, ' '), expr);
  const names = [...bare.matchAll(/(?<![\w:.$])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])/g)].map(([, name]) => String(name));
  return [...new Set(names.filter((name) => !WORDS.has(name.toLowerCase())))];
};

/** What Grafana puts in place of its variables. */
export const filledIn = (expr: string, variables: Readonly<Record<string, string>>): string =>
  expr.replaceAll(/\$(\w+)/g, (whole, name: string) => variables[name] ?? whole);
