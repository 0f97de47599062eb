// Prints the reference of topics and payloads.
import { COMMANDS, type CommandSpec, TOPICS, type TopicSpec } from './topics.ts';

const PAYLOADS = `## Payloads

Times are ISO 8601 UTC with milliseconds. Fields whose value is not known are absent. Fields may be added, never renamed.

### Event

On \`event\`, \`event/update\` and \`event/last\`.

| field | what |
|---|---|
| \`event_type\` | \`start\`, \`update\`, \`end\` or \`ready\`; \`trigger\` tells of a signal from outside, with \`action\` and \`source\` instead of what an event has |
| \`id\` | integer; the same on every message about the event |
| \`v\` | version of this format: 1 |
| \`camera\`, \`camera_name\`, \`server\` | id and name of the camera, id of the recorder |
| \`kind\` | first cause: \`motion\`, \`continuous\`, \`trigger\` or \`analysis-down\` |
| \`labels\` | what was recognised; empty until something recognises |
| \`score\` | highest score so far, 0 to 1: the recorder's own scores (0 to 100) divided by 100 |
| \`zones\` | ids of the zones that moved, at most 32 |
| \`armed\` | whether it is worth an alarm: camera and recorder were armed when an alarm in it, or the event itself, began |
| \`seq\` | number of the recorder's change this message reports; grows; 0 on \`event/last\` when read back after connecting |
| \`start\`, \`end\` | times; \`end\` is absent while the event is open |
| \`duration\` | seconds |
| \`has\` | \`snapshot\`, \`clip\`: whether they can be fetched now |
| \`urls\` | \`snapshot\`, \`clip\`, \`ui\`: paths below \`api\`. \`ui\` is for a page of a later version |
| \`api\` | base URL of the recorder's HTTP API |

Delivery is at least once: after a lost connection a message may come twice, with the same \`id\`, \`event_type\` and \`seq\`.

### Result

What came of a command: \`id\` (of the request's JSON, or its correlation data; absent where it had neither), \`ok\`, and \`data\` or \`error\` (one sentence) with \`code\`
(see [errors](errors.md)).

| command | payload | \`data\` |
|---|---|---|
| \`cmd/trigger\` | empty or \`PRESS\`: a pulse; a number: seconds; \`on\`, \`off\`, \`cancel\`, \`pulse\`; or JSON \`action\`, \`duration\` (s), \`score\` (0 to 100), \`label\` or \`cause\`, \`note\` or \`text\`, \`show_text\`, \`source\` | \`event\`, or \`waits_for\` (\`camera\`, \`storage\`) |
| \`cmd/snapshot\` | JSON \`width\`, \`store\` (false: the broker does not keep it) | \`topic\` of the picture, \`bytes\`, \`ts\`, \`stale\` |
| \`cmd/stream\` | JSON \`seconds\` (1 to 300, default 300) | \`urls\` {\`snapshot\`, \`mjpeg\`, \`mp4\`, \`websocket\`} with a token for this camera alone, \`expires_at\`. Whoever reads the result may look: use a response topic |
| \`cmd/export\` | JSON \`from\`, \`to\` (ISO 8601), \`name\` | once it is done, or after 60 s: \`export\`, \`state\`, \`api\`, \`urls\`, \`size\`, \`duration\` |
| \`cmd/ptz\` | JSON \`action\` (\`move\`, \`stop\`, \`home\`, \`preset\`), \`pan\`, \`tilt\`, \`zoom\` (−1 to 1), \`duration\` (s), \`preset\` | – |
| \`cmd/reconnect\` | empty | – |
| \`preview/set\` | \`ON\` (one a second for a minute), \`OFF\`, pictures a second (0.1 to 5), or JSON \`fps\`, \`seconds\` (1 to 300), \`width\` | \`fps\`, \`seconds\` |
| server \`cmd/reload\` | empty | what changed |
| server \`cmd/restart\` | empty; only where \`mqtt.allowRestart\` | – |

### Camera statistics

\`fps\`, \`detect_fps\` (frames analysed a second), \`score\` (0 to 100), \`bitrate_kbps\`, \`dropped\` (packets), \`latency_ms\` (from capture to the verdict of
motion analysis), \`reconnects\`, \`disk_bytes\` and \`segments\` (what is kept of it), \`ts\`.

### Server statistics

\`cpu_percent\`, \`rss_bytes\`, \`load1\`, \`started_at\`, \`uptime_s\`, \`cameras\` {\`total\`, \`online\`},
\`disk\` {\`total_bytes\`, \`free_bytes\`, \`used_percent\`, \`oldest\`, \`write_bps\`}, \`ts\`.

### Server info

\`id\`, \`name\`, \`version\`, \`api\`, \`cameras\` (ids), \`started_at\`, \`protocol\` (1).

### Camera info

\`id\`, \`name\`, \`server\`, \`function\`, \`caps\` {\`ptz\`, \`audio\`, \`presets\`, \`labels\`}, \`zones\`, \`codec\`,
\`size\` {\`width\`, \`height\`}, \`urls\` {\`snapshot\`, \`live_mjpeg\`, \`live_mp4\`}, \`api\`.
`;

/** The whole of docs/reference/mqtt-topics.md. */
export function topicsMarkdown(): string {
  const specs: readonly TopicSpec[] = Object.values(TOPICS);
  const rows = specs.map(
    (spec) =>
      `| \`${spec.pattern}\`${spec.names === undefined ? '' : `, \`<name>\`: ${namesText(spec.names)}`} | ${spec.payload} | ${spec.retain ? 'yes' : 'no'} | ${spec.qos} | ${expiryText(spec)} | ${KEEP[spec.keep]} | ${spec.note} |`,
  );
  return [
    '# MQTT topics',
    '',
    'Generated from `packages/mqtt-bridge/src/topics.ts`; do not edit. All topics are below the base topic (default `nightjar`).',
    '`<srv>` is the recorder’s id, `<cam>` a camera’s. Expiry is MQTT 5’s; brokers that speak 3.1.1 only do not have it.',
    '',
    '| topic | payload | retained | QoS | expiry | while the broker is away | note |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    'When a camera is removed, an empty retained message is published on each of its retained topics.',
    '',
    '## Commands',
    '',
    'Published by others, QoS 1, not retained: what the broker kept is never obeyed. With MQTT 5, a message expiry of 30 s keeps a command from acting long after it was meant.',
    '',
    '| topic | `<name>` | payload | note |',
    '|---|---|---|---|',
    ...Object.values<CommandSpec>(COMMANDS).map((spec) => `| \`${spec.pattern}\` | ${namesText(spec.names)} | ${spec.payload} | ${spec.note} |`),
    '',
    PAYLOADS,
  ].join('\n');
}

const namesText = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' ');

const KEEP: Readonly<Record<TopicSpec['keep'], string>> = { state: 'newest kept', event: 'queued', volatile: 'dropped', answer: 'dropped' };

function expiryText({ expiry }: TopicSpec): string {
  if (expiry === undefined) return '–';
  return expiry === '3x' ? '3 × interval' : `${expiry} s`;
}
