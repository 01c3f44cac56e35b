/** A coordinator of PrestoDB's shape with a crowd: every query, live or ended, is of another user, source and group. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basicQueryInfo } from '../../exporters/history/fake-coordinator.ts';

/** One of the users; a label of Prometheus must survive all of it. */
export const ODD_USER = 'Zoë "Ω" 李\n\\n{user="x"}';

export interface Crowd {
  readonly url: string;
  /** So many more users end a query each. */
  end(users: number): void;
  close(): Promise<void>;
}

const idOf = (index: number): string => `20261122_163613_${String(index).padStart(5, '0')}_crowd`;
const userOf = (index: number): string => (index === 0 ? ODD_USER : `user-${index}`);

const live = (index: number) => ({
  queryId: idOf(index),
  queryState: 'RUNNING',
  resourceGroupId: ['global', userOf(index)],
  createTime: '2026-11-22T16:36:24.173Z',
  user: userOf(index),
  source: `source-${index}`,
  progress: {
    elapsedTimeMillis: 1000,
    queuedTimeMillis: 1,
    executionTimeMillis: 900,
    cpuTimeMillis: 100,
    currentMemoryBytes: 0,
    peakTotalMemoryBytes: 0,
    blocked: false,
    queuedDrivers: 1,
    runningDrivers: 1,
    completedDrivers: 0,
  },
});

const ended = (index: number) =>
  basicQueryInfo('presto', {
    id: idOf(100_000 + index),
    state: 'FINISHED',
    user: userOf(index),
    source: `source-${index}`,
    group: ['global', userOf(index)],
    sql: 'select 1',
  });

/** @param users with a live query each */
export const startCrowd = async (users: number): Promise<Crowd> => {
  const queries = JSON.stringify(Array.from({ length: users }, (_, index) => live(index)));
  const list: unknown[] = [];
  const answers: Readonly<Record<string, () => string>> = {
    '/v1/info': () => '{"nodeVersion":{"version":"0.287"},"coordinator":true,"uptime":"1.38h"}',
    '/v1/cluster': () => '{"activeWorkers":1,"totalCpuTimeSecs":6,"adjustedQueueSize":0,"runningQueries":1}',
    '/v1/queryState': () => queries,
    '/v1/service/presto': () => '{"environment":"test","services":[]}',
    '/v1/cluster/workerMemory': () => '{}',
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host');
    const body =
      pathname === '/v1/query'
        ? JSON.stringify(searchParams.get('state') === 'FINISHED' ? list : [])
        : answers[pathname]?.();
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    end: (more) => {
      const from = list.length;
      for (let index = from; index < from + more; index += 1) list.push(ended(index));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
