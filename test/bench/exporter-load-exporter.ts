/**
 * The exporter as a process that watches itself: the coordinator's address and its times come as one JSON argument. Its
 * own address goes to standard output, what it saw is written there when its parent says so, or is gone.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { connectEngine } from '../../exporters/engine/connect.ts';
import { Exporter } from '../../exporters/exporter.ts';
import { HistoryCollector } from '../../exporters/history/history-collector.ts';
import { serve } from '../../exporters/server.ts';
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import type { ExporterTimes } from './exporter-load-children.ts';

type Given = ExporterTimes & { readonly coordinator: string };

const { coordinator, live, history: everySeconds, patience } = JSON.parse(process.argv[2] ?? '{}') as Given;
const now = () => epochSeconds(Date.now() / 1000);
const history =
  everySeconds === undefined
    ? {}
    : {
        history: new HistoryCollector({
          coordinator,
          access: { headers: {} },
          now,
          everySeconds,
          onFault: ({ error }) => process.stderr.write(`${error?.message}\n`),
        }),
      };
const exporter = new Exporter({
  reader: connectEngine({
    coordinator,
    now,
    ...(patience === undefined ? {} : { timeoutMilliseconds: patience * 1000 }),
  }),
  now,
  requiredWorkers: 1,
  ...history,
  onFault: ({ error }) => process.stderr.write(`${error?.message}\n`),
});

/**
 * Longest time between two turns of a timer of 1 ms. On a machine that others use, most of a long one may be theirs: so
 * the processor time of this process in it is told too, that of all its threads.
 */
const delay = monitorEventLoopDelay({ resolution: 1 });
let mostRss = 0;
let mostBusy = 0;
let before = process.cpuUsage();
const watch = setInterval(() => {
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  mostBusy = Math.max(mostBusy, user + system);
  mostRss = Math.max(mostRss, process.memoryUsage.rss());
}, 1);

const server = await serve(exporter, { host: '127.0.0.1', port: 0 });
delay.enable();
mostBusy = 0;
void exporter.collect();
const timer = setInterval(() => void exporter.collect(), live * 1000);
process.stdout.write(`${server.url}\n`);

process.once('disconnect', () => process.exit());
process.once('message', () => {
  clearInterval(timer);
  clearInterval(watch);
  delay.disable();
  const stallMilliseconds = delay.max / 1e6;
  process.send?.({
    stallMilliseconds,
    busyMilliseconds: mostBusy / 1e3,
    p99StallMilliseconds: delay.percentile(99) / 1e6,
    mostRssMegabytes: mostRss / 1e6,
  });
  process.exit();
});
