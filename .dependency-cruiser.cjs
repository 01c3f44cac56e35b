/**
 * Who may import whom. Every room lists what it may import; anything else is a violation, `import type` included.
 * The form `import('…').Type` is invisible here, so the linter bans it (scripts/lint/no-import-types.grit).
 */
const CORE = '^lambdas/core/';
/** The words of the product: what ports and adapters may know of the core. */
const MODEL = '^lambdas/core/(model|quantities|decision|memory|record|ledger-record|identity)(/|\\.ts$)';
const POLICY = '^lambdas/core/policy(/|\\.ts$)';
/** What a deploy fixes and the functions are started with. */
const SETTINGS = '^lambdas/settings/';
const PORTS = '^lambdas/ports/';
const APP = '^lambdas/app/';
const ADAPTERS = '^lambdas/adapters/';
/** Adapters that read an engine's load. */
const SAMPLES = '^lambdas/adapters/samples/';
const HANDLERS = '^lambdas/handlers/';
const RUNTIME = '^lambdas/runtime/';
/** The composition roots among them; `wiring.ts` is what handlers see. */
const WIRES = '^lambdas/runtime/(aws|wire|parts|samples)[^/]*\\.ts$';
const MAIN = '^lambdas/main/';
/** The composition root of the exporter. */
const EXPORTER_WIRE = '^exporters/wire\\.ts$';
const CONTRACT = '^lambdas/contract\\.ts$';
/** Which types to buy: catalogue, portfolio, page. */
const PLANNING = '^planning/';
const TEST = '^test/';

/** A room that imports nothing but what is listed: no other package, no module of Node. */
const pure = (name, from, mayImport, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: mayImport },
});

/** A room that may use packages and Node, and of our own files those listed. */
const room = (name, from, mayImport, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { dependencyTypes: ['local'], pathNot: mayImport },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      ...pure(
        'core-is-pure',
        CORE,
        [CORE, '^node_modules/(croner|simple-statistics)/'],
        'The core decides from its inputs.',
      ),
      from: { path: CORE, pathNot: POLICY },
    },
    pure(
      'policy-is-pure',
      POLICY,
      [CORE, '^node_modules/(croner|fastest-levenshtein|simple-statistics|zod/mini)/'],
      'The core reads what the owner wants with a schema, and only there.',
    ),
    pure('ports-are-interfaces', PORTS, [PORTS, MODEL, POLICY], 'A port speaks the words of the core.'),
    pure('app-uses-core-and-ports', APP, [APP, CORE, PORTS, SETTINGS], 'A use case reaches the outside through ports.'),
    pure('contract-stands-alone', CONTRACT, [CONTRACT], 'What is deployed and what runs share names, nothing else.'),
    {
      ...room(
        'adapters-know-ports',
        ADAPTERS,
        // POLICY: what is found in the table is read with the same schema that judges what is written there.
        [ADAPTERS, PORTS, MODEL, POLICY, CONTRACT, SETTINGS],
        'Types of outside systems end in an adapter.',
      ),
      from: { path: ADAPTERS, pathNot: SAMPLES },
    },
    room(
      'samples-share-the-collector',
      SAMPLES,
      // What the exporter makes of an engine's answers must not differ from what a function makes of them. The process
      // around it (HTTP server, prom-client) stays out of the functions.
      [
        SAMPLES,
        PORTS,
        MODEL,
        POLICY,
        CONTRACT,
        SETTINGS,
        '^exporters/engine/',
        '^lambdas/adapters/(aws-(errors|client|signing)|post)\\.ts$',
      ],
      'Reading an engine is written once.',
    ),
    room('handlers-call-app', HANDLERS, [HANDLERS, APP, RUNTIME, MODEL, CONTRACT], 'Parse, wire, call, error policy.'),
    room('main-only-starts', MAIN, [MAIN, HANDLERS, RUNTIME], 'What Lambda loads: a start and a handler.'),
    {
      name: 'nobody-imports-main',
      comment: 'Importing it starts a function.',
      severity: 'error',
      from: { pathNot: MAIN },
      to: { path: MAIN },
    },
    room('runtime-stays-in-lambdas', RUNTIME, ['^lambdas/'], 'The functions do not carry the other rooms.'),
    room(
      'settings-are-words',
      SETTINGS,
      // POLICY: a file has the seed of a policy in it, and mistakes in a mapping are told as those in a policy are.
      [SETTINGS, MODEL, POLICY, '^exporters/engine/metric-table\\.ts$'],
      'Read at synth and by the functions alike.',
    ),
    room(
      'lib-knows-the-contract',
      '^lib/',
      // PLANNING: an EMR cluster's types are chosen at synth as the command chooses them.
      ['^lib/', CONTRACT, SETTINGS, POLICY, PLANNING],
      'What is deployed holds no run-time logic.',
    ),
    {
      ...room(
        'exporters-stand-alone',
        '^exporters/',
        // Of what is watched they know the shape; whoever reads it is wired in.
        ['^exporters/', MODEL, CONTRACT, '^lambdas/ports/autoscaler-state\\.ts$'],
        'Exporters collect; they do not decide.',
      ),
      from: { path: '^exporters/', pathNot: EXPORTER_WIRE },
    },
    room(
      'the-exporter-wires-adapters',
      EXPORTER_WIRE,
      ['^exporters/', MODEL, CONTRACT, PORTS, ADAPTERS],
      'It pushes with the adapters of the functions; it does not decide either.',
    ),
    {
      name: 'only-main-starts-the-exporter',
      comment: 'What reads an engine must not bring the AWS SDK with it.',
      severity: 'error',
      from: { pathNot: ['^exporters/main\\.ts$', TEST] },
      to: { path: EXPORTER_WIRE },
    },
    room(
      'simulator-uses-the-real-thing',
      '^simulator/',
      ['^simulator/', CORE, APP, PORTS, '^exporters/engine/'],
      'It takes the place of adapters; its sample goes through the exporter’s own arithmetic.',
    ),
    room(
      'local-serves-the-simulator',
      '^local/',
      ['^local/', '^simulator/', '^lambdas/', '^exporters/', '^console/(protocol|backend)\\.ts$'],
      'The same world, over the wire: a composition root that runs the real handlers and the real exporter.',
    ),
    room('planning-stands-alone', PLANNING, [PLANNING], 'Which types to buy does not depend on what runs.'),
    {
      name: 'portfolio-is-pure',
      comment: 'The same catalogue and question, the same plan: no file, no network, no clock.',
      severity: 'error',
      from: { path: '^planning/portfolio/' },
      to: {
        pathNot: [
          '^planning/portfolio/',
          '^planning/catalogue/model\\.ts$',
          '^node_modules/(fastest-levenshtein|simple-statistics)/',
        ],
      },
    },
    room('dashboards-stand-alone', '^dashboards/', ['^dashboards/'], 'They show what is told, by its name.'),
    room('console-stands-alone', '^console/', ['^console/'], 'The page shows what it is told.'),
    {
      name: 'only-the-wiring-knows-adapters',
      comment:
        'The composition roots are lambdas/runtime/{aws,wire}… for the functions and exporters/wire.ts; a command wires itself.',
      severity: 'error',
      from: { pathNot: [ADAPTERS, WIRES, EXPORTER_WIRE, '^cli/', '^local/', TEST] },
      to: { path: ADAPTERS },
    },
    {
      name: 'nobody-imports-handlers',
      comment: 'But for what Lambda loads, and for local/, where `npm start` runs them for real.',
      severity: 'error',
      from: { pathNot: [TEST, HANDLERS, MAIN, '^local/'] },
      to: { path: HANDLERS },
    },
    {
      name: 'nobody-imports-test',
      severity: 'error',
      from: { pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'small-zod-in-functions',
      comment: 'zod/mini is 18 KB in a bundle, zod 443 KB.',
      severity: 'error',
      from: { path: '^lambdas/' },
      to: { path: '^node_modules/zod/(?!mini/)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'everything-resolves',
      comment: 'What cannot be found cannot be judged.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // dependency-cruiser reads TypeScript up to 6 with the compiler; with 7, swc sees the type-only imports too.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(coverage|cdk\\.out|dist)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
