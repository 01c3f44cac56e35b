// A worker node as the agent sees it: the engine with the real rules of its states, its coordinator's lists, and EC2's
// instance metadata service (IMDSv2). Run as `node fake-node.mjs FILE`: writes the addresses to FILE as shell words.
// The test changes what they do by POST /engine, /coordinator or /imds on the control address, and reads what came in
// by GET /seen. With TLS_KEY and TLS_CERT in the environment the engine speaks HTTPS. Rules: PrestoDB's and Trino's ServerInfoResource and NodeStateManager.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

const engine = {
  version: '476',
  isCoordinator: false,
  starting: false,
  uptime: '5.00s',
  state: 'ACTIVE',
  // How many tasks run. They end only when the test says so.
  tasks: 0,
  // A status that answers everything, e.g. 503; 0 = none. hang: never answers.
  fault: 0,
  hang: false,
  // Trino's default access control since 414.
  forbid: false,
  // Ends as the real process does once its shutdown is through: the port closes.
  down: false,
};
const coordinator = { version: '', members: [], fault: 0 };
const imds = { present: true, instanceAction: null, rebalance: null, fault: 0 };
const parts = { engine, coordinator, imds };
// looksToPut: readings of the spot notice between the last change of it and the PUT after that.
const seen = { puts: [], looksToPut: 0, tokens: 0, refusedTokens: 0, notices: 0, rebalances: 0, services: 0 };
let noticesBefore = 0;

const isPresto = () => engine.version.startsWith('0.');
const release = () => (isPresto() ? 0 : Number.parseInt(engine.version, 10));
const drains = () => release() >= 468;

/** What a PUT of this state is answered with: [status, text]. */
function transition(wanted) {
  if (engine.isCoordinator) return [500, 'Cannot shutdown coordinator'];
  if (isPresto()) return prestoTransition(wanted);
  if (wanted === 'SHUTTING_DOWN') return become('SHUTTING_DOWN');
  if (!drains()) return [400, `Invalid state transition to ${wanted}`];
  if (wanted === 'DRAINING' && engine.state === 'ACTIVE') return become('DRAINING');
  if (wanted === 'ACTIVE' && (engine.state === 'DRAINING' || engine.state === 'DRAINED')) return become('ACTIVE');
  return [400, `Invalid state transition from ${engine.state} to ${wanted}`];
}

function prestoTransition(wanted) {
  if (wanted === 'SHUTTING_DOWN') return become('SHUTTING_DOWN');
  if (wanted !== 'ACTIVE' && wanted !== 'INACTIVE') return [400, `Unable to parse ${wanted}`];
  return engine.state === 'SHUTTING_DOWN' ? [400, 'Cluster is shutting down'] : become(wanted);
}

function become(state) {
  engine.state = state;
  return [200, ''];
}

/** Nothing running ends a drain, but not in the same moment: the engine waits its grace period first. */
function settle() {
  if (engine.tasks > 0) return;
  if (engine.state === 'DRAINING') engine.state = 'DRAINED';
}

const json = (answer, value) => {
  answer.writeHead(200, { 'content-type': 'application/json' });
  answer.end(JSON.stringify(value));
};
const refuse = (answer, status, text = '') => {
  answer.writeHead(status);
  answer.end(text);
};

const task = (state) => ({
  taskId: 'q.0.0.0',
  taskStatus: { state, version: 3 },
  outputBuffers: { state: 'FLUSHING' },
});

function engineRoute(request, answer, body) {
  if (engine.hang) return undefined;
  if (engine.fault > 0) return refuse(answer, engine.fault, 'Service Unavailable');
  const url = request.url.split('?')[0];
  if (url === '/v1/info') {
    const { version, isCoordinator, starting, uptime } = engine;
    return json(answer, { nodeVersion: { version }, environment: 'e', coordinator: isCoordinator, starting, uptime });
  }
  if (url === '/v1/status') return json(answer, { nodeId: 'i-me', internalAddress: '127.0.0.1' });
  if (url === '/v1/info/state' && request.method === 'GET') return json(answer, engine.state);
  if (url === '/v1/info/state' && request.method === 'PUT') return putState(request, answer, body);
  if (url === '/v1/task' && isPresto()) {
    return json(answer, [task('FINISHED'), ...Array.from({ length: engine.tasks }, () => task('RUNNING'))]);
  }
  return refuse(answer, url === '/v1/task' ? 401 : 404);
}

function putState(request, answer, body) {
  seen.puts.push(body);
  seen.looksToPut = seen.notices - noticesBefore;
  if (!isPresto() && !request.headers['x-trino-user']) return refuse(answer, 401);
  if (!isPresto() && engine.forbid) return refuse(answer, 403, 'Management only resource');
  if (request.headers['content-type'] !== 'application/json') return refuse(answer, 415);
  return refuse(answer, ...transition(JSON.parse(body)));
}

function coordinatorRoute(request, answer) {
  seen.services += 1;
  if (coordinator.fault > 0) return refuse(answer, coordinator.fault);
  const service = { nodeId: 'i-other', type: 'presto', properties: { http: 'http://127.0.0.1:1' } };
  const services = [service, ...coordinator.members.map((nodeId) => ({ ...service, nodeId }))];
  if (release() < 477 && request.url === `/v1/service/${isPresto() ? 'presto' : 'trino'}`) {
    return json(answer, { environment: 'e', services });
  }
  if (release() >= 477 && request.url === '/v1/announce') {
    if (!request.headers['x-trino-user']) return refuse(answer, 401);
    return json(answer, ['http://127.0.0.1:1', ...coordinator.members]);
  }
  return refuse(answer, 404);
}

const TOKEN = () => `token-${seen.tokens}`;

function imdsRoute(request, answer) {
  if (!imds.present) return answer.destroy();
  if (imds.fault > 0) return refuse(answer, imds.fault);
  if (request.url === '/latest/api/token') {
    const ttl = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds']);
    if (request.method !== 'PUT' || !(ttl >= 1 && ttl <= 21_600)) return refuse(answer, 400);
    seen.tokens += 1;
    return answer.end(TOKEN());
  }
  if (request.headers['x-aws-ec2-metadata-token'] !== TOKEN()) {
    seen.refusedTokens += 1;
    return refuse(answer, 401);
  }
  return notice(request, answer);
}

function notice(request, answer) {
  const spot = request.url === '/latest/meta-data/spot/instance-action';
  if (spot) seen.notices += 1;
  else seen.rebalances += 1;
  const value = spot ? imds.instanceAction : imds.rebalance;
  return value === null ? refuse(answer, 404, '<html>404 - Not Found</html>') : json(answer, value);
}

async function control(request, answer, body) {
  if (request.method === 'GET') return json(answer, { ...seen, state: engine.state });
  const part = request.url.slice(1);
  if (part === 'imds') noticesBefore = seen.notices;
  if (part === 'forget-token') seen.tokens += 1;
  else Object.assign(parts[part], JSON.parse(body));
  settle();
  if (engine.down) await close(servers.engine);
  else if (!servers.engine.listening) await listen(servers.engine, ports.engine);
  return json(answer, {});
}

const { TLS_KEY, TLS_CERT } = process.env;
const tls = TLS_KEY && TLS_CERT ? { key: readFileSync(TLS_KEY), cert: readFileSync(TLS_CERT) } : undefined;
const create = (name, listener) =>
  tls && name === 'engine' ? createSecureServer(tls, listener) : createServer(listener);
const serve = (name, route) =>
  create(name, (request, answer) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => route(request, answer, body));
  });
const listen = (server, port) => new Promise((done) => server.listen(port, '127.0.0.1', done));
const close = (server) =>
  new Promise((done) => {
    if (!server.listening) return done();
    server.close(done);
    server.closeAllConnections();
  });

const servers = {
  engine: serve('engine', (request, answer, body) => {
    engineRoute(request, answer, body);
    settleSoon();
  }),
  coordinator: serve('coordinator', coordinatorRoute),
  imds: serve('imds', imdsRoute),
  control: serve('control', control),
};
function settleSoon() {
  if (engine.state === 'DRAINING') setTimeout(settle, 500);
}

const ports = {};
for (const [name, server] of Object.entries(servers)) {
  await listen(server, 0);
  ports[name] = server.address().port;
}
const scheme = (name) => (tls && name === 'engine' ? 'https' : 'http');
const words = Object.entries(ports).map(
  ([name, port]) => `${name.toUpperCase()}=${scheme(name)}://127.0.0.1:${port}\n`,
);
writeFileSync(`${process.argv[2]}.new`, words.join(''));
renameSync(`${process.argv[2]}.new`, process.argv[2]);
// A test that was killed leaves nothing behind.
setTimeout(() => process.exit(1), 300_000);
