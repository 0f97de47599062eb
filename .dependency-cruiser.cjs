// The directions of dependency, as rules a tool checks. docs/architecture.md says the same for people.
const CORE = '^packages/core/src';
const FEATURES = 'config|capture|recording|motion|events|triggers|storage|archive|streams|auth|cluster';
const ROOMS_ABOVE = `${FEATURES}|api|zoneminder|adapters|app|cli`;
const TEST = '\\.test\\.ts$|^packages/[^/]+/test/|/testing/|/bad-configs\\.ts$';
// What can block, fail or surprise: Node's doors to the machine, and the libraries that wrap them.
const IO_MODULES = '^(node:)?(fs|net|tls|dgram|dns|http|http2|https|child_process|worker_threads|cluster|inspector|readline|repl)(/|$)';
const IO_LIBRARIES = 'node_modules/(better-sqlite3|kysely|mysql2|fastify|pino|mqtt|aedes|sharp|fluent-ffmpeg|onvif|ws|commander)/';

/** A package may use the listed sibling packages (and itself); tests may use any. */
const mayUse = (name, siblings) => ({
  name: `${name}-uses-only-its-own`,
  comment: `packages/${name} may depend on ${siblings.length === 0 ? 'no other package' : siblings.join(', ')}: the recorder is a hinge, not a knot.`,
  severity: 'error',
  from: { path: `^packages/${name}/src/`, pathNot: TEST },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...siblings].join('|')})/` },
});

/** A room of core may use the listed rooms (and itself), and nothing above them. */
const room = (name, below) => ({
  name: `${name}-stays-low`,
  comment: `core/src/${name} may use ${below.join(', ') || 'nothing else'}: knowledge points downwards.`,
  severity: 'error',
  from: { path: `${CORE}/${name}/`, pathNot: TEST },
  to: { path: `${CORE}/`, pathNot: `${CORE}/(${[name, ...below].join('|')})/` },
});

module.exports = {
  forbidden: [
    room('util', []),
    room('model', ['util']),
    room('errors', ['util', 'model']),
    room('ports', ['util', 'model', 'errors']),
    {
      name: 'features-meet-in-app',
      comment: 'A feature never imports another feature, nor anything above it: they meet in app/, so each can be read and tested alone.',
      severity: 'error',
      from: { path: `${CORE}/(${FEATURES})/`, pathNot: TEST },
      to: { path: `${CORE}/(${ROOMS_ABOVE})/`, pathNot: `${CORE}/$1/` },
    },
    {
      name: 'dialects-stand-on-operations',
      comment: 'api/ and zoneminder/ describe operations; they know features but not the way in (adapters) nor the way it is put together (app, cli).',
      severity: 'error',
      from: { path: `${CORE}/(api|zoneminder)/`, pathNot: TEST },
      to: { path: `${CORE}/(adapters|app|cli)/` },
    },
    {
      name: 'no-io-outside-adapters',
      comment: "Files, sockets, processes and threads are reached through ports: only adapters, app and cli open Node's doors.",
      severity: 'error',
      from: { path: `${CORE}/`, pathNot: [`${CORE}/(adapters|app|cli)/`, TEST] },
      to: { path: IO_MODULES, dependencyTypes: ['core'] },
    },
    {
      name: 'no-io-libraries-outside-adapters',
      comment: "A library that does I/O is an adapter's business, so that it can be replaced in one folder.",
      severity: 'error',
      from: { path: `${CORE}/`, pathNot: [`${CORE}/(adapters|app|cli)/`, TEST] },
      to: { path: IO_LIBRARIES },
    },
    {
      name: 'policies-and-machines-are-pure',
      comment:
        'A policy or machine imports nothing that can surprise: model, errors, util, schemas, the media kernel and pure files of its own room; of the rest only types.',
      severity: 'error',
      from: { path: `${CORE}/([^/]+)/.*-(policy|machine)\\.ts$` },
      to: {
        pathNot: [`${CORE}/(model|errors|util|config/schema)/`, `${CORE}/$1/`, '^packages/media/src/index\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'policies-never-run-anything',
      comment: 'Owners of loops, timers and retry (supervisors, runners) call policies, never the other way round.',
      severity: 'error',
      from: { path: `${CORE}/.+-(policy|machine)\\.ts$` },
      to: { path: '-(supervisor|runner)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'adapters-stay-outside',
      comment: 'Adapters see ports, model, errors and util. Named exceptions: worker/ hosts motion in a thread, http/ and ws/ serve api and zoneminder.',
      severity: 'error',
      from: { path: `${CORE}/adapters/`, pathNot: [`${CORE}/adapters/(worker|http|ws)/`, TEST] },
      to: { path: `${CORE}/(${FEATURES}|api|zoneminder|app|cli)/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'serving-adapters-serve-operations',
      comment: 'http/ and ws/ put operations on the network; they know api and zoneminder, no feature.',
      severity: 'error',
      from: { path: `${CORE}/adapters/(http|ws)/`, pathNot: TEST },
      to: { path: `${CORE}/(${FEATURES}|app|cli)/` },
    },
    {
      name: 'worker-hosts-motion-only',
      comment: 'The analysis thread runs motion/ and nothing else of the features.',
      severity: 'error',
      from: { path: `${CORE}/adapters/worker/`, pathNot: TEST },
      to: { path: `${CORE}/(${FEATURES}|api|zoneminder|app|cli)/`, pathNot: `${CORE}/motion/` },
    },
    {
      name: 'only-app-and-cli-wire-adapters',
      comment: 'Which database, which ffmpeg, which socket is decided in app and cli; nobody else may know an adapter exists.',
      severity: 'error',
      from: { path: `${CORE}/`, pathNot: [`${CORE}/(adapters|app|cli)/`, TEST] },
      to: { path: `${CORE}/adapters/` },
    },
    {
      name: 'app-does-not-know-the-command-line',
      comment: 'cli is the outermost room: everything else works without a terminal.',
      severity: 'error',
      from: { path: `${CORE}/`, pathNot: [`${CORE}/cli/`, TEST] },
      to: { path: `${CORE}/cli/` },
    },
    mayUse('media', []),
    mayUse('client', ['media']),
    mayUse('mqtt-bridge', ['client']),
    mayUse('homebridge-plugin', ['client', 'media']),
    mayUse('node-red-nodes', []),
    mayUse('core', ['media', 'client', 'mqtt-bridge']),
    {
      name: 'the-bridge-is-wired-in-cli',
      comment: 'Inside core only the command line starts the MQTT bridge: a broker that is down can never be a reason not to record.',
      severity: 'error',
      from: { path: `${CORE}/`, pathNot: [`${CORE}/cli/`, TEST] },
      to: { path: '^packages/mqtt-bridge/' },
    },
    {
      name: 'packages-use-the-front-door',
      comment: 'Between packages only index.ts counts: what is not exported there may change any day.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/[^/]+/', pathNot: ['^packages/$1/', '^packages/[^/]+/src/((testing|homekit|node-red)/)?index\\.ts$', '^packages/[^/]+/test/'] },
    },
    {
      name: 'media-is-pure',
      comment: 'The media kernel runs in a browser: no Node modules, no packages.',
      severity: 'error',
      from: { path: '^packages/media/src/', pathNot: TEST },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer', 'npm-optional'] },
    },
    {
      name: 'no-test-code-in-products',
      comment: 'The test kit is for tests: what people install must not need it.',
      severity: 'error',
      from: { path: '^packages/(?!testkit/)', pathNot: TEST },
      to: { path: '^packages/(testkit/|[^/]+/test/)' },
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      comment: 'An import the tool cannot follow is an import it cannot judge.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/'] },
    tsPreCompilationDeps: 'specify',
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
      mainFields: ['types', 'main'],
    },
  },
};
