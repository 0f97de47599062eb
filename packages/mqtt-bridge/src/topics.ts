// The topic table: what is published where, how, and for how long, and what is listened to. The bridge publishes and subscribes by it,
// discovery is checked against it, and docs/reference/mqtt-topics.md is printed from it.

/** A topic that is published. */
export interface TopicSpec {
  /** Below the base; `<srv>` is the recorder's id, `<cam>` a camera's, `<name>` one of `names`, or any where there are none. */
  readonly pattern: string;
  /** What `<name>` may be. */
  readonly names?: readonly string[];
  /** What the payload is, for the reader of the reference. */
  readonly payload: string;
  readonly retain: boolean;
  readonly qos: 0 | 1;
  /** MQTT 5 message expiry in seconds; `3x` is three times the interval in which it is published. */
  readonly expiry?: number | '3x';
  /**
   * What becomes of it while the broker is away: of a `state` the newest is kept, `event`s wait in the bounded
   * queue, `volatile` ones and `answer`s are dropped. While it is there every answer is sent, and of a volatile one the newest.
   */
  readonly keep: 'state' | 'event' | 'volatile' | 'answer';
  /** MQTT 5 content type. */
  readonly contentType?: string;
  readonly note: string;
}

/** A topic the recorder listens to; commands are obeyed when they come, never when the broker kept them. */
export interface CommandSpec {
  /** As `TopicSpec.pattern`. */
  readonly pattern: string;
  readonly names: readonly string[];
  readonly payload: string;
  readonly note: string;
}

const JSON_TYPE = 'application/json';
/** What topics of results have in common. */
const RESULT = { payload: 'JSON: result', retain: false, qos: 1, expiry: 60, keep: 'answer', contentType: JSON_TYPE } as const;

/** What can be set of a camera. */
export const CAMERA_PROPERTIES = ['enabled', 'armed', 'detection', 'record', 'record_mode', 'sensitivity', 'privacy', 'preview'] as const;
/** What can be set of a camera that moves, besides. */
export const PTZ_PROPERTIES = ['ptz_preset'] as const;
/** What a camera can be told to do. */
export const CAMERA_VERBS = ['trigger', 'snapshot', 'stream', 'export', 'ptz', 'reconnect', 'siren', 'light'] as const;
/** What can be set of a recorder, or of all at once. */
export const SERVER_PROPERTIES = ['armed'] as const;
/** What a recorder can be told to do. */
export const SERVER_VERBS = ['reload', 'restart', 'backup'] as const;

/** Every topic that is published, in the order of the reference. */
export const TOPICS = {
  serverState: {
    pattern: 'server/<srv>/state',
    payload: '`online` or `offline`',
    retain: true,
    qos: 1,
    keep: 'state',
    note: 'Last will of the recorder. `online` comes last after connecting, `offline` also when it is stopped.',
  },
  serverInfo: {
    pattern: 'server/<srv>/info',
    payload: 'JSON: server info',
    retain: true,
    qos: 1,
    keep: 'state',
    contentType: JSON_TYPE,
    note: 'Version, base URL of the HTTP API and ids of the cameras.',
  },
  serverStats: {
    pattern: 'server/<srv>/stats',
    payload: 'JSON: server statistics',
    retain: true,
    qos: 0,
    expiry: '3x',
    keep: 'volatile',
    contentType: JSON_TYPE,
    note: 'Every 30 s.',
  },
  serverProblem: {
    pattern: 'server/<srv>/problem',
    payload: '`ON` or `OFF`',
    retain: true,
    qos: 1,
    keep: 'state',
    note: 'Whether there is any alert.',
  },
  serverProblemAttributes: {
    pattern: 'server/<srv>/problem/attributes',
    payload: 'JSON: {alerts}',
    retain: true,
    qos: 1,
    keep: 'state',
    contentType: JSON_TYPE,
    note: 'All alerts at once, at most 20.',
  },
  serverAlert: {
    pattern: 'server/<srv>/alert/<name>',
    payload: 'JSON: alert',
    retain: true,
    qos: 1,
    keep: 'state',
    contentType: JSON_TYPE,
    note: 'One alert, by its id; empty once it is over.',
  },
  serverPropertyState: {
    pattern: 'server/<srv>/<name>/state',
    names: SERVER_PROPERTIES,
    payload: '`ON` or `OFF`',
    retain: true,
    qos: 1,
    keep: 'state',
    note: 'Whether the recorder is armed: off, nothing its cameras see is worth an alarm.',
  },
  serverUpdate: {
    pattern: 'server/<srv>/update',
    payload: 'JSON: {installed_version, latest_version, title}',
    retain: true,
    qos: 1,
    keep: 'state',
    contentType: JSON_TYPE,
    note: 'The recorder looks nowhere for newer versions: both are the one that runs.',
  },
  serverPropertyResult: {
    pattern: 'server/<srv>/<name>/set/result',
    ...RESULT,
    note: 'Only where something could not be set.',
  },
  serverCommandResult: {
    pattern: 'server/<srv>/cmd/<name>/result',
    ...RESULT,
    note: 'What came of a command; on the response topic instead where the command names one.',
  },
  cameraAvailability: {
    pattern: 'camera/<cam>/availability',
    payload: '`online`, `offline` or `disabled`',
    retain: true,
    qos: 1,
    keep: 'state',
    note: 'Whether the recorder receives the camera’s stream. `disabled`: it is switched off, or let go for privacy.',
  },
  cameraInfo: {
    pattern: 'camera/<cam>/info',
    payload: 'JSON: camera info',
    retain: true,
    qos: 1,
    keep: 'state',
    contentType: JSON_TYPE,
    note: 'Name, recorder, abilities, picture size and where pictures will be fetched.',
  },
  cameraMotion: {
    pattern: 'camera/<cam>/motion',
    payload: '`ON` or `OFF`',
    retain: true,
    qos: 1,
    keep: 'state',
    note: '`OFF` as well when the camera is lost and when the recorder stops.',
  },
  cameraRecording: {
    pattern: 'camera/<cam>/recording',
    payload: '`ON` or `OFF`',
    retain: true,
    qos: 1,
    keep: 'state',
    note: 'Whether video is being written now.',
  },
  cameraStats: {
    pattern: 'camera/<cam>/stats',
    payload: 'JSON: camera statistics',
    retain: true,
    qos: 0,
    expiry: '3x',
    keep: 'volatile',
    contentType: JSON_TYPE,
    note: 'Every 30 s.',
  },
  cameraEvent: {
    pattern: 'camera/<cam>/event',
    payload: 'JSON: event',
    retain: false,
    qos: 1,
    expiry: 300,
    keep: 'event',
    contentType: JSON_TYPE,
    note: '`start`, `end`, and `ready` once the clip and the pictures can be fetched, in this order for each event; and `trigger` for each signal from outside.',
  },
  cameraEventUpdate: {
    pattern: 'camera/<cam>/event/update',
    payload: 'JSON: event',
    retain: false,
    qos: 0,
    expiry: 30,
    keep: 'volatile',
    contentType: JSON_TYPE,
    note: 'What changed while the event is open; at most once a second for each event. Can be switched off.',
  },
  cameraEventLast: {
    pattern: 'camera/<cam>/event/last',
    payload: 'JSON: event',
    retain: true,
    qos: 1,
    keep: 'state',
    contentType: JSON_TYPE,
    note: 'The newest `end` or `ready`, for dashboards and late joiners; empty where every event was deleted.',
  },
  cameraSnapshot: {
    pattern: 'camera/<cam>/snapshot',
    payload: 'JPEG',
    retain: true,
    qos: 0,
    expiry: 86_400,
    keep: 'volatile',
    contentType: 'image/jpeg',
    note: 'Best picture of the newest ready event, 640 pixels wide, at most 100 kB. User properties `event_id`, `ts` and `server`.',
  },
  cameraPreview: {
    pattern: 'camera/<cam>/preview',
    payload: 'JPEG',
    retain: true,
    qos: 0,
    expiry: '3x',
    keep: 'volatile',
    contentType: 'image/jpeg',
    note: 'The newest picture, again and again: while somebody asked for it, or always where `mqtt.publish.previewSeconds` says so. User properties `ts` and `server`.',
  },
  cameraPropertyState: {
    pattern: 'camera/<cam>/<name>/state',
    names: CAMERA_PROPERTIES,
    payload: '`ON` or `OFF`; `record_mode`: `off`, `motion` or `continuous`; `sensitivity`: 0…100',
    retain: true,
    qos: 1,
    keep: 'state',
    note: 'What is set; kept by the recorder, so that a restart changes nothing.',
  },
  cameraPropertyResult: {
    pattern: 'camera/<cam>/<name>/set/result',
    ...RESULT,
    note: 'Only where something could not be set; the state is published again.',
  },
  cameraCommandResult: {
    pattern: 'camera/<cam>/cmd/<name>/result',
    ...RESULT,
    note: 'What came of a command; on the response topic instead where the command names one.',
  },
} as const satisfies Readonly<Record<string, TopicSpec>>;

/** Every topic that is listened to. */
export const COMMANDS = {
  cameraSet: {
    pattern: 'camera/<cam>/<name>/set',
    names: [...CAMERA_PROPERTIES, ...PTZ_PROPERTIES],
    payload: 'as on `…/state`; `preview`: `ON`, `OFF`, pictures a second, or JSON',
    note: 'Sets something of a camera.',
  },
  cameraCommand: {
    pattern: 'camera/<cam>/cmd/<name>',
    names: CAMERA_VERBS,
    payload: 'JSON or empty',
    note: 'Tells a camera to do something.',
  },
  serverSet: { pattern: 'server/<srv>/<name>/set', names: SERVER_PROPERTIES, payload: '`ON` or `OFF`', note: 'Sets something of a recorder.' },
  siteSet: { pattern: 'site/<name>/set', names: SERVER_PROPERTIES, payload: '`ON` or `OFF`', note: 'Sets something of every recorder.' },
  serverCommand: { pattern: 'server/<srv>/cmd/<name>', names: SERVER_VERBS, payload: 'JSON or empty', note: 'Tells a recorder to do something.' },
} as const satisfies Readonly<Record<string, CommandSpec>>;

/** Name of a topic of the table. */
export type TopicName = keyof typeof TOPICS;

/** Name of a kind of command. */
export type CommandName = keyof typeof COMMANDS;

/** A command as its topic says it. */
export interface CommandAddress {
  readonly kind: CommandName;
  /** Of the camera or the recorder; empty for the site. */
  readonly id: string;
  /** The property or the verb; it may be one that there is not. */
  readonly name: string;
}

/** A topic of the table, without its literal types. */
export function topicSpec(name: TopicName): TopicSpec {
  return TOPICS[name];
}

/** The full topic: `base` (may have several levels), `id` of the recorder or the camera, and what `<name>` is, put into the pattern. */
export function topicFor(base: string, topic: TopicName | CommandName, id: string, name = ''): string {
  const { pattern } = topic in TOPICS ? TOPICS[topic as TopicName] : COMMANDS[topic as CommandName];
  return `${base}/${pattern.replace(/<srv>|<cam>/, () => id).replace('<name>', () => name)}`;
}

/** Every filter a recorder with these cameras subscribes to for commands. */
export function commandFilters(base: string, serverId: string, cameraIds: readonly string[]): readonly string[] {
  const ofCameras = cameraIds.flatMap((id) => [topicFor(base, 'cameraSet', id, '+'), topicFor(base, 'cameraCommand', id, '+')]);
  return [topicFor(base, 'serverSet', serverId, '+'), topicFor(base, 'serverCommand', serverId, '+'), topicFor(base, 'siteSet', '', '+'), ...ofCameras];
}

/** What a topic commands; nothing where it is no command. */
export function commandAddress(base: string, topic: string): CommandAddress | undefined {
  if (!topic.startsWith(`${base}/`)) return undefined;
  const levels = topic.slice(base.length + 1).split('/');
  for (const kind of Object.keys(COMMANDS) as CommandName[]) {
    const pattern = COMMANDS[kind].pattern.split('/');
    const at = (place: string): string => levels[pattern.indexOf(place)] ?? '';
    const isMatch = levels.length === pattern.length && pattern.every((level, index) => level.startsWith('<') || level === levels[index]);
    if (isMatch) return { kind, id: at('<cam>') || at('<srv>'), name: at('<name>') };
  }
  return undefined;
}

/**
 * Every retained topic of a camera: what must be emptied when it is removed. Its info comes last: once that is empty, another recorder that
 * has the camera now says everything anew.
 */
export function retainedCameraTopics(base: string, id: string): readonly string[] {
  const topics = (Object.keys(TOPICS) as TopicName[]).flatMap((topic) => {
    const { retain, pattern, names = [''] } = topicSpec(topic);
    return retain && pattern.startsWith('camera/') && topic !== 'cameraInfo' ? names.map((name) => topicFor(base, topic, id, name)) : [];
  });
  return [...topics, topicFor(base, 'cameraInfo', id)];
}

/** The camera a topic of this base belongs to, by `topic` of the table; nothing where it is another topic. */
export function idIn(base: string, topic: TopicName, text: string): string | undefined {
  const marker = '\u0000';
  const [before = '', after = ''] = topicFor(base, topic, marker).split(marker);
  const id = text.slice(before.length, text.length - after.length);
  return text.startsWith(before) && text.endsWith(after) && id !== '' && !id.includes('/') ? id : undefined;
}

/**
 * Whether `base` may be the start of every topic.
 * @returns What is wrong with it, or `undefined`.
 */
export function baseTopicProblem(base: string): string | undefined {
  if (base === '' || base.startsWith('/') || base.endsWith('/') || base.includes('//')) return 'must be one or more levels divided by single slashes';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: brokers close the connection on control characters
  if (/[+#\u0000-\u001f]/.test(base)) return 'must not contain +, # or control characters';
  return base.startsWith('$') ? 'must not begin with $' : undefined;
}
