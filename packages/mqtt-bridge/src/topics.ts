// The topic table: what is published where, how, and for how long. The bridge publishes by it, and
// docs/reference/mqtt-topics.md is printed from it.

/** One topic. */
export interface TopicSpec {
  /** Below the base; `<srv>` is the recorder's id, `<cam>` a camera's. */
  readonly pattern: string;
  /** What the payload is, for the reader of the reference. */
  readonly payload: string;
  readonly retain: boolean;
  readonly qos: 0 | 1;
  /** MQTT 5 message expiry in seconds; `3x` is three times the interval of the statistics. */
  readonly expiry?: number | '3x';
  /**
   * What becomes of it while the broker is away: of a `state` the newest is kept, `event`s wait in the bounded
   * queue, `volatile` ones are dropped.
   */
  readonly keep: 'state' | 'event' | 'volatile';
  /** MQTT 5 content type. */
  readonly contentType?: string;
  readonly note: string;
}

const JSON_TYPE = 'application/json';

/** Every topic, in the order of the reference. */
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
  cameraAvailability: {
    pattern: 'camera/<cam>/availability',
    payload: '`online`, `offline` or `disabled`',
    retain: true,
    qos: 1,
    keep: 'state',
    note: 'Whether the recorder receives the camera’s stream. `disabled`: its function is `none`.',
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
    note: '`start`, `end`, and `ready` once the clip and the pictures can be fetched, in this order for each event.',
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
    note: 'The newest `end` or `ready`, for dashboards and late joiners.',
  },
  cameraSnapshot: {
    pattern: 'camera/<cam>/snapshot',
    payload: 'JPEG',
    retain: true,
    qos: 0,
    expiry: 86_400,
    keep: 'volatile',
    contentType: 'image/jpeg',
    note: 'Best picture of the newest ready event, 640 pixels wide, at most 100 kB. User properties `event_id` and `ts`.',
  },
} as const satisfies Readonly<Record<string, TopicSpec>>;

/** Name of a topic of the table. */
export type TopicName = keyof typeof TOPICS;

/** A topic of the table, without its literal types. */
export function topicSpec(name: TopicName): TopicSpec {
  return TOPICS[name];
}

/** The full topic: `base` (may have several levels) and `id` of the recorder or the camera put into the pattern. */
export function topicFor(base: string, name: TopicName, id: string): string {
  return `${base}/${TOPICS[name].pattern.replace(/<srv>|<cam>/, id)}`;
}

/** Names of the retained topics of a camera: what must be emptied when it is removed. */
export function retainedCameraTopics(): readonly TopicName[] {
  return (Object.keys(TOPICS) as TopicName[]).filter((name) => TOPICS[name].retain && TOPICS[name].pattern.startsWith('camera/'));
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
