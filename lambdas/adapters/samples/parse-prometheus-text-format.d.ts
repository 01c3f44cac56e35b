/** The package brings no types. Numbers are texts, as they stood in the input. */
declare module 'parse-prometheus-text-format' {
  interface ParsedMetric {
    readonly value?: string;
    readonly labels?: Readonly<Record<string, string>>;
  }

  interface ParsedFamily {
    readonly name: string;
    readonly type: string;
    readonly metrics: readonly ParsedMetric[];
  }

  /** @throws for a line that cannot be read; many that are no metrics are read all the same */
  export default function parsePrometheusTextFormat(text: string): readonly ParsedFamily[];
}
