// Files with mistakes: each is refused with the line and the key of every mistake, and never shows a secret.
import type { ConfigProblem } from './config-problem.ts';
import { explainProblem } from './explain-problem.ts';
import { fakeConfigWorld } from './fake-config-world.ts';
import { loadConfig } from './load-config.ts';

const world = fakeConfigWorld({
  env: { HUNTER: 'hunter2', EMPTY: '' },
  files: { '/data/file': '', '/data/folder': null, '/etc/tls/cert.pem': '' },
  forbidden: ['/locked', '/etc/tls/locked.pem'],
});

function problemsOf(text: string): readonly ConfigProblem[] {
  const loaded = loadConfig(text, { file: '/etc/nightjar.yaml', world });
  return 'problems' in loaded ? loaded.problems : [];
}

const camera = (...lines: readonly string[]): string =>
  ['cameras:', '  - id: porch', '    source: rtsp://u:hunter2@192.0.2.10/main', ...lines.map((line) => `    ${line}`)].join('\n');

const zone = (...lines: readonly string[]): string => camera('zones:', '  - id: all', '  - id: path', ...lines.map((line) => `    ${line}`));

// Name, text, and of each problem in the order of the file: line, path, how the message begins, and the nearest word.
const BAD: readonly (readonly [string, string, readonly string[]])[] = [
  ['an empty file', '', ['1 : the file is empty; `nightjar init` writes one']],
  ['only comments', '# nothing\n', ['1 : the file is empty; `nightjar init` writes one']],
  ['a list instead of a mapping', '- a\n- b\n', ['1 : the file is not a mapping, expected keys such as "cameras:"']],
  ['a text instead of a mapping', 'rtsp://u:hunter2@192.0.2.10/main', ['1 : the file is not a mapping, expected keys such as "cameras:"']],
  ['a tab that indents', 'cameras:\n\t- id: porch\n', ['2 id: a tab is used to indent; YAML takes only spaces']],
  ['a key written twice', 'http:\n  port: 1\n  port: 2\n', ['3 port: the key is written twice in this mapping; keep one']],
  [
    'a section written twice beside another mistake',
    'http: { port: 1 }\ncameras: []\nhttp: { prot: 2 }\n',
    ['3 http: the key is written twice in this mapping; keep one', '3 http.prot: got the unknown key prot → port'],
  ],
  ['a quote that is not closed', 'server:\n  name: "hunter2\n', ['3 : something is missing here: a ":" after a key, a closing quote, "']],
  ['a bracket that is not closed', 'cameras: [ { id: porch\nlog: { level: info }\n', ['2 log: a "[" or "{" before this line is not closed']],
  ['a list that is not closed', 'server: { id: a }\nstorage: { areas: [\nlog: { level: info }\n', ['3 log: a "[" or "{" before this line is not closed']],
  ['a second document', 'cameras: []\n---\ncameras: []\n', ['2 : a second document begins here ("---"); the file must hold one']],
  ['an unquoted password with an asterisk', 'mqtt:\n  password: *hunter2\n', ['2 mqtt.password: a value that begins with "*" needs quotes']],
  ['an unquoted password with an at sign', 'mqtt:\n  password: @hunter2\n', ['2 password: a value may not begin with this character unless it is in quotes']],
  ['an unquoted password with an exclamation mark', 'mqtt:\n  password: !hunter2 x\n', ['2 password: a value that begins with "!" needs quotes']],
  ['a missing colon', 'http:\n  port 8420\n  host: localhost\n', ['2 : a key must be on one line; a ":" is probably missing or has no s']],
  ['an unquoted reference in braces', 'mqtt: { password: ${HUNTER} }\n', ['1 mqtt: this is not expected here; inside { } and [ ] a value such as "$']],
  ['a mapping as a key', '? { a: 1 }\n: 2\n', ['1 : a key must be a plain word; values that begin with "{" or "[" ne']],
  [
    'aliases that unfold without end',
    [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...['b', 'c', 'd', 'e', 'f', 'g'].map((key, index) => `${key}: &${key} [${Array(10).fill(`*${'abcdef'[index]}`).join(', ')}]`),
    ].join('\n'),
    ['1 : the file is too large or nested too deeply once its aliases are '],
  ],
  ['an unknown section', 'retension: { days: 3 }\n', ['1 retension: got the unknown key retension → retention']],
  ['an unknown key of a camera', camera('functoin: record'), ['4 cameras[0].functoin: got the unknown key functoin → function']],
  ['an unknown key that holds a secret', 'mqtt:\n  passwrod: hunter2\n', ['2 mqtt.passwrod: got the unknown key passwrod → password']],
  ['a value where a key belongs', 'http:\n  "rtsp://u:hunter2@192.0.2.10/": 1\n', ['2 http.…: got the unknown key …']],
  ['a key from another program', camera('ffmpeg: { inputs: [] }'), ['4 cameras[0].ffmpeg: got the unknown key ffmpeg']],
  ['a prototype as a key', '__proto__: { a: 1 }\n', ['1 __proto__: got the unknown key __proto__']],
  ['a wrong type', 'http: { port: eighty }\n', ['1 http.port: got "eighty", expected a whole number from 0 to 65535']],
  ['a number where a text belongs', 'server: { name: 12 }\n', ['1 server.name: got 12, expected a text of 1 to 100 characters']],
  [
    'a password that is a number',
    'mqtt: { username: recorder, password: 12345678 }\n',
    ['1 mqtt.password: got a number (hidden), expected a text that is not empty'],
  ],
  ['an empty section', 'mqtt:\n', ['1 mqtt: got nothing, expected a mapping with broker']],
  ['a key without value', 'http:\n  port:\n', ['2 http.port: got nothing, expected a whole number from 0 to 65535']],
  [
    'a mapping where a list belongs',
    'cameras: { porch: { source: "rtsp://u:hunter2@192.0.2.10/" } }\n',
    ['1 cameras: got a mapping, expected a list of 0 to 500 entries'],
  ],
  [
    'a camera that is only a URL',
    'cameras:\n  - rtsp://u:hunter2@192.0.2.10/main\n',
    ['2 cameras[0]: got a URL of scheme rtsp, expected a mapping with id, name, sour'],
  ],
  ['a port out of range', 'http: { port: 70000 }\n', ['1 http.port: got 70000, expected a whole number from 0 to 65535']],
  ['a negative time', camera('preRollSeconds: -1'), ['4 cameras[0].preRollSeconds: got -1, expected a number from 0 to 300']],
  ['a fraction where whole numbers go', camera('alarmFrameCount: 1.5'), ['4 cameras[0].alarmFrameCount: got 1.5, expected a whole number from 1 to 100']],
  ['an infinite number', camera('postRollSeconds: .inf'), ['4 cameras[0].postRollSeconds: got Infinity, expected a number from 0 to 3600']],
  ['no number', camera('detect:', '  fps: .nan'), ['5 cameras[0].detect.fps: got NaN, expected a number from 0.1 to 60']],
  [
    'a name with an escape sequence',
    camera('name: "Porch\\e[2J"'),
    ['4 cameras[0].name: got "Porch\\u001b[2J", expected a text of 1 to 100 characters without co'],
  ],
  [
    'a name with an eight-bit escape',
    camera('name: "Porch\\x9b2J"'),
    ['4 cameras[0].name: got "Porch\\u009b2J", expected a text of 1 to 100 characters without con'],
  ],
  [
    'a prefix of two lines',
    camera('eventPrefix: "Event\\nError: "'),
    ['4 cameras[0].eventPrefix: got "Event\\nError: ", expected a text of at most 64 characters without contr'],
  ],
  [
    'a prefix with a line separator',
    camera('eventPrefix: "Event\\L"'),
    ['4 cameras[0].eventPrefix: got "Event\\u2028", expected a text of at most 64 characters without contr'],
  ],
  [
    'a server name with a tab',
    'server: { name: "a\\tb" }\n',
    ['1 server.name: got "a\\tb", expected a text of 1 to 100 characters without control characters'],
  ],
  ['a truth that is a text', camera('exif: "yes"'), ['4 cameras[0].exif: got "yes", expected true or false']],
  ['a wrong word', camera('function: motion'), ['4 cameras[0].function: got "motion", expected one of none, monitor, modect, record, moc']],
  ['a word with a mistake', camera('function: modetc'), ['4 cameras[0].function: got "modetc", expected one of none, monitor, modect, record, moc → modect']],
  ['a mode that comes later', camera('detect: { mode: auto }'), ['4 cameras[0].detect.mode: got "auto", but choosing the mode by itself is not available yet']],
  ['a camera without id', 'cameras:\n  - source: synthetic:visitor\n', ['2 cameras[0].id: the key is missing, expected lower-case letters, digits, "_" and']],
  ['a camera without source', 'cameras:\n  - id: porch\n', ['2 cameras[0].source: the key is missing, expected a URL that begins with rtsp, rtsps,']],
  [
    'an id with capitals',
    'cameras:\n  - id: Porch\n    source: synthetic:visitor\n',
    ['2 cameras[0].id: got "Porch", expected lower-case letters, digits, "_" and "-", a'],
  ],
  [
    'a camera twice',
    `${camera()}\n  - id: porch\n    source: synthetic:visitor`,
    ['4 cameras[1].id: "porch" is the id of an earlier camera (number 1) already'],
  ],
  ['a zone twice', zone('kind: inactive').replace('path', 'all'), ['6 cameras[0].zones[1].id: "all" is the id of an earlier zone (number 1) already']],
  [
    'an area twice, at the same place',
    'storage:\n  areas:\n    - { id: a, path: data }\n    - { id: a, path: ./data }\n',
    [
      '4 storage.areas[1].id: "a" is the id of an earlier area (number 1) already',
      '4 storage.areas[1].path: this is the directory of an earlier area (number 1) already',
    ],
  ],
  ['no area', 'storage: { areas: [] }\n', ['1 storage.areas: got 0 entries, expected a list of 1 to 64 entries']],
  [
    'an unknown scheme',
    'cameras:\n  - { id: porch, source: "ftp://u:hunter2@192.0.2.10/main" }\n',
    ['2 cameras[0].source: got a URL of scheme ftp, expected one of the schemes rtsp, rtsps'],
  ],
  [
    'a scheme with a mistake',
    'cameras:\n  - { id: porch, source: "rtps://u:hunter2@192.0.2.10/main" }\n',
    ['2 cameras[0].source: got a URL of scheme rtps, expected one of the schemes rtsp, rtsp → rtsp'],
  ],
  [
    'a source without scheme',
    'cameras:\n  - { id: porch, source: "u:hunter2@192.0.2.10/main" }\n',
    ['2 cameras[0].source: got a text without a known scheme, expected one of the schemes r'],
  ],
  [
    'a source without host',
    'cameras:\n  - { id: porch, source: "rtsp://" }\n',
    ['2 cameras[0].source: got a source of scheme rtsp that names nothing to open, expected'],
  ],
  [
    'a file source that is missing',
    'cameras:\n  - { id: porch, source: "file:clips/none.mp4" }\n',
    ['2 cameras[0].source: got a file that does not exist, expected a video file that can b'],
  ],
  [
    'a device that is none',
    'cameras:\n  - id: porch\n    source: v4l2:/etc/passwd\n',
    ['3 cameras[0].source: got a source of scheme v4l2 that names nothing to open, expected'],
  ],
  [
    'a detection source that is none',
    camera('detect:', '  source: rtsp//192.0.2.10/sub'),
    ['5 cameras[0].detect.source: got a text without a known scheme, expected one of the schemes r'],
  ],
  ['an area that does not exist', camera('area: defalt'), ['4 cameras[0].area: got "defalt", expected the id of an entry of storage.areas (defa → default']],
  [
    'a polygon with two corners',
    zone('polygon: [{x: 0, y: 0}, {x: 1, y: 1}]'),
    ['7 cameras[0].zones[1].polygon: got 2 entries, expected a list of 3 to 100 corners such as {x: 0'],
  ],
  [
    'a corner outside the picture',
    zone('polygon: [{x: 0, y: 0}, {x: 1.2, y: 0}, {x: 1, y: 1}]'),
    ['7 cameras[0].zones[1].polygon[1].x: got 1.2, expected a number from 0 to 1'],
  ],
  [
    'a corner in pixels as a list',
    zone('polygon: [[0, 0], [640, 0], [640, 480]]'),
    [
      '7 cameras[0].zones[1].polygon[0]: got a list, expected a mapping with x, y',
      '7 cameras[0].zones[1].polygon[1]: got a list, expected a mapping with x, y',
      '7 cameras[0].zones[1].polygon[2]: got a list, expected a mapping with x, y',
    ],
  ],
  ['a polygon without area', zone('polygon: [{x: 0, y: 0}, {x: 0.5, y: 0.5}, {x: 1, y: 1}]'), ['7 cameras[0].zones[1].polygon: the polygon has no area']],
  [
    'a polygon that crosses itself',
    zone('polygon: [{x: 0, y: 0}, {x: 1, y: 1}, {x: 1, y: 0}, {x: 0, y: 1}]'),
    ['7 cameras[0].zones[1].polygon: the polygon crosses itself: the edges after corner 1 and corner '],
  ],
  [
    'a polygon that is closed by hand',
    zone('polygon: [{x: 0, y: 0}, {x: 1, y: 0}, {x: 1, y: 1}, {x: 0, y: 0}]'),
    ['7 cameras[0].zones[1].polygon: corner 4 and corner 1 are the same; each is written once'],
  ],
  ['a sensitivity beyond 100', zone('sensitivity: 101'), ['7 cameras[0].zones[1].sensitivity: got 101, expected a number from 0 to 100']],
  [
    'an unknown kind of zone',
    zone('kind: incluzive'),
    ['7 cameras[0].zones[1].kind: got "incluzive", expected one of active, inclusive, exclusive, p → inclusive'],
  ],
  [
    'a least above its most',
    zone('thresholds: { minAlarmPixels: 50, maxAlarmPixels: 10 }'),
    ['7 cameras[0].zones[1].thresholds.maxAlarmPixels: got 10, expected at least minAlarmPixels, which is 50'],
  ],
  [
    'levels beyond a byte',
    zone('thresholds:', '  minPixelThreshold: 300'),
    ['8 cameras[0].zones[1].thresholds.minPixelThreshold: got 300, expected a whole number from 0 to 255'],
  ],
  [
    'no zone that alarms',
    camera('zones:', '  - { id: street, kind: inactive }'),
    ['5 cameras[0].zones: no zone is active or exclusive, so function modect would never s'],
  ],
  [
    'motion without analysis',
    camera('function: mocord', 'detect: { mode: off }'),
    ['5 cameras[0].detect.mode: got off, but function mocord needs motion analysis; expected con'],
  ],
  ['a colour that is none', camera('webColour: blurple'), ['4 cameras[0].webColour: got "blurple", expected a colour such as "#c0392b" or red']],
  ['a size with a wrong unit', 'retention: { maxSize: 5x }\n', ['1 retention.maxSize: got "5x", expected a size such as 500GB or 2GiB, or null']],
  ['a size as a bare number', 'retention: { maxSize: 500 }\n', ['1 retention.maxSize: got 500, expected a size such as 500GB or 2GiB, or null']],
  ['a size of nothing', 'retention: { maxSize: 0GB }\n', ['1 retention.maxSize: got a size of 0, expected a size such as 500GB or 2GiB, or null']],
  ['exports that may hold nothing', 'exports: { maxSize: 0GB }\n', ['1 exports.maxSize: got a size of 0, expected a size such as 500GB or 2GiB, or null']],
  ['exports that are kept for no time', 'exports: { keepHours: 0 }\n', ['1 exports.keepHours: got 0, expected a whole number from 1 to 8760']],
  [
    'exports among events',
    'storage: { areas: [ { id: a, path: data/events } ] }\nexports: { path: ./data/events/exports }\n',
    ['2 exports.path: this lies within the storage area number 1, where only events belong'],
  ],
  [
    'exports where nobody may write',
    'exports: { path: /locked/exports }\n',
    ['1 exports.path: got a path that may not be written to, expected a directory that'],
  ],
  [
    'a share beyond reason',
    'storage: { areas: [ { id: a, path: data, minFree: 500% } ] }\n',
    ['1 storage.areas[0].minFree: got "500%", expected a percentage up to 90% such as 5%, or a siz'],
  ],
  [
    'an area that is a file',
    'storage:\n  areas:\n    - { id: a, path: /data/file }\n',
    ['3 storage.areas[0].path: got a path that is a file, expected a directory that exists or c'],
  ],
  [
    'an area that cannot be made',
    'storage:\n  areas:\n    - { id: a, path: /locked/events }\n',
    ['3 storage.areas[0].path: got a path that may not be written to, expected a directory that'],
  ],
  [
    'a database that comes later',
    'database: { url: "mysql://nightjar:hunter2@db/nightjar" }\n',
    ['1 database.url: MySQL and MariaDB come with a later version; expected sqlite:PAT'],
  ],
  [
    'a database of another kind',
    'database: { url: "postgres://nightjar:hunter2@db/nightjar" }\n',
    ['1 database.url: got a URL of scheme postgres, expected sqlite:PATH'],
  ],
  [
    'a broker with a wrong scheme',
    'mqtt: { broker: "http://u:hunter2@broker:1883" }\n',
    ['1 mqtt.broker: got a URL of scheme http, expected "embedded" or a URL that begi'],
  ],
  ['a broker without scheme', 'mqtt: { broker: "localhost:1883" }\n', ['1 mqtt.broker: got "localhost:1883", expected "embedded" or a URL that begins w']],
  [
    'an embedded broker for everybody',
    'mqtt: { broker: embedded, listen: "0.0.0.0:1883" }\n',
    ['1 mqtt.listen: got "0.0.0.0:1883", but a broker that others reach needs mqtt.us'],
  ],
  [
    'accounts of the embedded broker that cannot be',
    [
      'mqtt:',
      '  username: taken',
      '  users:',
      '    - { name: taken, password: hunter2 }',
      '    - { name: wall, password: hunter2, acl: { write: ["a/b"] } }',
      '    - { name: wall, password: "$scrypt$hunter2", access: control, acl: { read: ["a/#/b"] } }',
      '    - { name: nightjar-recorder, password: hunter2 }',
    ].join('\n'),
    [
      '4 mqtt.users[0].name: "taken" is mqtt.username already',
      '5 mqtt.users[1].acl.write: somebody who only reads writes nothing; set the access to "contr',
      '6 mqtt.users[2].name: "wall" is the name of an earlier account (number 2) already',
      '6 mqtt.users[2].password: this begins like a hash but is none; `nightjar mqtt-password` print',
      '6 mqtt.users[2].acl.read[0]: got "a/#/b", expected a text',
      '7 mqtt.users[3].name: "nightjar-recorder" is what the recorder itself logs in with',
    ],
  ],
  [
    'an address for TLS without a certificate',
    'mqtt: { broker: embedded, listenTls: "127.0.0.1:8883" }\n',
    ['1 mqtt.listenTls: TLS needs a certificate; set mqtt.serverTls.cert and mqtt'],
  ],
  [
    'a network of the broker that is none',
    'mqtt: { allow: ["10.0.0.0/99"] }\n',
    ['1 mqtt.allow[0]: got "10.0.0.0/99", expected an IP address or a network such a'],
  ],
  ['a base topic with a wildcard', 'mqtt: { base: "nightjar/#" }\n', ['1 mqtt.base: got "nightjar/#", expected levels of letters, digits, "_" and "-']],
  ['a client certificate without key', 'mqtt: { tls: { cert: tls/cert.pem } }\n', ['1 mqtt.tls.key: the key is missing; `cert` and `key` go together']],
  [
    'certificates that cannot be read',
    'http:\n  tls:\n    cert: tls/none.pem\n    key: tls/locked.pem\n',
    [
      '3 http.tls.cert: got a file that does not exist, expected a PEM file that can be ',
      '4 http.tls.key: got a file that may not be read, expected a PEM file that can be',
    ],
  ],
  ['half of a certificate', 'http: { tls: { cert: tls/cert.pem } }\n', ['1 http.tls.key: the key is missing, expected a text that is not empty']],
  [
    'a trigger port others reach',
    'triggers: { tcp: { host: 192.0.2.5 } }\n',
    ['1 triggers.tcp.host: got "192.0.2.5", but a trigger port that others reach needs a to'],
  ],
  [
    'a token that is too short',
    'triggers: { tcp: { token: hunter2 } }\n',
    ['1 triggers.tcp.token: got a text (hidden), expected a text of at least 8 characters'],
  ],
  ['a database that is a directory', 'database: { url: "sqlite:/data/folder" }\n', ['1 database.url: got a directory, expected a database file']],
  [
    'a database that cannot be written',
    'database: { url: "sqlite:/locked/a.db" }\n',
    ['1 database.url: got a folder that may not be written to, expected a database file'],
  ],
  ['a database in memory', 'database: { url: "sqlite::memory:" }\n', ['1 database.url: got a text (hidden), expected sqlite:PATH']],
  [
    'free space beyond any disk',
    'storage: { areas: [ { id: a, path: data, minFree: 99999999TB } ] }\n',
    ['1 storage.areas[0].minFree: got a size that is too large'],
  ],
  ['a port of the broker that is none', 'mqtt: { listen: "127.0.0.1:99999" }\n', ['1 mqtt.listen: got "127.0.0.1:99999", expected a port from 0 to 65535']],
  ['a variable that is not set', 'mqtt:\n  password: ${NOT_SET}\n', ['2 mqtt.password: the environment variable NOT_SET is not set']],
  [
    'a secret file that is missing',
    'mqtt:\n  password: ${file:/run/secrets/none}\n',
    ['2 mqtt.password: the file /run/secrets/none of the reference does not exist'],
  ],
  ['a reference that is not closed', 'mqtt:\n  password: ${HUNTER\n', ['2 mqtt.password: a "${" is not closed with "}"; write "$${" for the characters th']],
  ['a reference that is none', 'server:\n  name: ${a b}\n', ['2 server.name: "${" begins a reference such as ${NAME} or ${file:/path}; write ']],
  [
    'a secret at the wrong place',
    'http: { host: "${HUNTER}", port: "${HUNTER}" }\nlog: { level: "${HUNTER}" }\n',
    ['1 http.port: got a text (hidden), expected a whole number from 0 to 65535', '2 log.level: got a text (hidden), expected one of debug, info, warn, error'],
  ],
  ['an empty secret', 'mqtt: { password: "${EMPTY}" }\n', ['1 mqtt.password: got an empty text, expected a text that is not empty']],
  [
    'many mistakes at once',
    `server: { id: A }\n${camera('webColour: "#12"', 'zones: [{ id: a, kind: x }]', 'unknown: 1')}\nhttp: { port: -1 }\n`,
    [
      '1 server.id: got "A", expected lower-case letters, digits, "_" and "-", at mo',
      '5 cameras[0].webColour: got "#12", expected a colour such as "#c0392b" or red',
      '6 cameras[0].zones[0].kind: got "x", expected one of active, inclusive, exclusive, preclusiv',
      '7 cameras[0].unknown: got the unknown key unknown',
      '8 http.port: got -1, expected a whole number from 0 to 65535',
    ],
  ],
];

describe('a configuration with mistakes', () => {
  it.each(BAD)('is refused: %s', (_, text, expected) => {
    const problems = problemsOf(text);
    expect(
      problems.map(({ line, path, message, nearest }, index) => {
        const hint = nearest === undefined ? '' : ` → ${nearest}`;
        const [want = ''] = (expected[index] ?? '').split(' → ');
        return `${`${line} ${path}: ${message}`.slice(0, want.length)}${hint}`;
      }),
    ).toEqual(expected);
  });

  it('is told in single lines that name the file, without a secret or a stack', () => {
    const lines = BAD.flatMap(([, text]) => problemsOf(text).map(explainProblem));
    expect(lines.length).toBeGreaterThan(BAD.length);
    for (const line of lines) {
      expect(line).toMatch(/^\/etc\/nightjar\.yaml:\d+:\d+: \S/);
      expect(line).not.toMatch(/hunter2|\n| at .*\.ts:/);
    }
  });

  it('has at least one problem each, with line and column', () => {
    expect(BAD.length).toBeGreaterThanOrEqual(50);
    for (const [, text] of BAD) {
      const problems = problemsOf(text);
      expect(problems.length).toBeGreaterThan(0);
      for (const problem of problems) expect(Math.min(problem.line, problem.column)).toBeGreaterThanOrEqual(1);
    }
  });

  it('never shows a secret, wherever in the file it is written', () => {
    const keys = ['http', 'server', 'cameras', 'mqtt', 'retention', 'log', 'database', 'storage', 'exports', 'triggers'];
    const shapes = [
      'X',
      '"X"',
      '[X]',
      '{ X: 1 }',
      '{ a: X }',
      '[{ id: X }]',
      '"u:X@host"',
      '"rtsp://u:X@host/"',
      '"rtsp://u:X@ho st/"',
      '*X',
      '!X y',
      '&X',
      '%X',
      '@X',
      '| X',
      '{ X',
    ];
    for (const key of keys) {
      for (const shape of shapes) {
        const reference = shape.replace('X', '${HUNTER}');
        for (const text of [`${key}: ${reference}\n`, `${key}:\n  password: ${reference}\n`, `${key}:\n  - source: ${reference}\n`]) {
          expect(problemsOf(text).map(explainProblem).join('\n')).not.toContain('hunter2');
        }
      }
    }
    for (const text of [
      'mqtt: { password: "hunter2", broker: "hunter2:x" }',
      'mqtt: { broker: "u:hunter2@host" }',
      'database: { url: "hunter2" }',
      'cameras: [{ id: a, source: hunter2 }]',
    ]) {
      expect(problemsOf(text).map(explainProblem).join('\n')).not.toContain('hunter2');
    }
  });

  it('is refused soon although it is made to be slow', () => {
    const started = performance.now();
    problemsOf('['.repeat(100_000));
    problemsOf(`${'a'.repeat(500_000)}: 1\n`);
    problemsOf(Array.from({ length: 1000 }, (_, index) => `key${index}: 1`).join('\n'));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
