/** A coordinator under load, as a process of its own: sizes come as one JSON argument; its address goes to standard output. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Load } from './exporter-load-children.ts';
import { EndedLists } from './exporter-load-lists.ts';
import { prestoAnswers } from './exporter-load-presto.ts';
import { trinoAnswers } from './exporter-load-trino.ts';

const load = JSON.parse(process.argv[2] ?? '{}') as Load;
const { engine, bodyOf } = load.engine === 'trino' ? trinoAnswers(load) : prestoAnswers(load);
const lists = new EndedLists(load, engine);
setInterval(() => lists.tick(), 1000);

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const list = url.pathname === '/v1/query' ? lists.bodyOf(url.searchParams.get('state')) : undefined;
  const names = url.searchParams.getAll('name[]');
  const body = list ?? bodyOf({ path: url.pathname, names, ended: lists.ended, origin: url.origin });
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once('disconnect', () => process.exit());
