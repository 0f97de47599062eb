// The catalogue of what can go wrong. A code is stable, documented in docs/reference/errors.md and never reused.

/** Whose problem it is, and what HTTP says about it. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'permission'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'too-early'
  | 'too-many'
  | 'exhausted'
  | 'unavailable'
  | 'data-loss'
  | 'internal';

/** One entry of the catalogue. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** Whether trying again may help. */
  readonly transient: boolean;
  /** What happened and what to do, for the person who runs the recorder. */
  readonly help: string;
}

/** Every code. */
export const ERROR_CATALOGUE = {
  CONFIG_INVALID: {
    kind: 'invalid',
    transient: false,
    help: 'The configuration file has mistakes; each is listed with its line. Correct them and start again.',
  },
  CONFIG_UNREADABLE: { kind: 'not-found', transient: false, help: 'The configuration file is missing or may not be read. `nightjar init` writes one.' },
  USAGE: { kind: 'invalid', transient: false, help: 'The command line is not what the command takes; `--help` shows it with examples.' },
  FFMPEG_MISSING: { kind: 'unavailable', transient: false, help: 'ffmpeg is not installed or not on PATH. On Debian: `apt-get install ffmpeg`.' },
  PROBE_FAILED: { kind: 'invalid', transient: true, help: 'The source could not be opened or holds no video; the message says what it answered.' },
  CAPTURE_CLOCK_SET: {
    kind: 'unavailable',
    transient: true,
    help: "The recorder's own clock was set while a camera was recorded. Times go on by the new one, from the next key picture on; nothing is lost.",
  },
  CAPTURE_CONNECT_FAILED: {
    kind: 'unavailable',
    transient: true,
    help: 'The camera refused the connection or its stream has no video the recorder can store. The recorder keeps trying.',
  },
  CAPTURE_CONNECT_TIMEOUT: {
    kind: 'unavailable',
    transient: true,
    help: 'The camera did not send a picture within `connectTimeoutSeconds`. The recorder keeps trying.',
  },
  CAPTURE_LOST: { kind: 'unavailable', transient: true, help: 'The camera closed the connection. The recorder connects again.' },
  CAPTURE_STALLED: { kind: 'unavailable', transient: true, help: 'The camera sent nothing for `stallTimeoutSeconds`. The recorder connects again.' },
  CAPTURE_STREAM_CHANGED: {
    kind: 'unavailable',
    transient: true,
    help: 'The camera changed picture size or codec, or announces another picture than it sends. A new event file begins; from the third time at the start of a connection on, the stream itself is believed.',
  },
  DECODER_FAILED: { kind: 'unavailable', transient: true, help: 'The analysis decoder stopped. It is started again; until then footage is kept.' },
  ENCODER_FAILED: { kind: 'unavailable', transient: true, help: 'The encoder of a live stream stopped. It is started again; recording is not affected.' },
  ENCODERS_EXHAUSTED: {
    kind: 'exhausted',
    transient: true,
    help: 'As many live streams are encoded anew as `encoding.maxVideo` or `encoding.maxSound` allows. Take the stream as the camera sends it, close some, or raise it.',
  },
  PICTURE_FAILED: { kind: 'unavailable', transient: true, help: 'A picture could not be made. The video is not affected.' },
  PICTURES_BUSY: {
    kind: 'too-many',
    transient: true,
    help: 'Too many cameras or sizes are watched as MJPEG at the same time. Ask for a width that others watch, or use live video.',
  },
  PICTURE_NOT_THAT_SMALL: {
    kind: 'invalid',
    transient: false,
    help: 'The picture is longer than asked for even when compressed most. Allow more bytes, or ask for less width.',
  },
  DISK_FULL: {
    kind: 'exhausted',
    transient: true,
    help: 'No space is left in a storage area. The oldest unprotected events are deleted; if none is left, add space.',
  },
  DISK_FAILED: { kind: 'unavailable', transient: true, help: 'Writing to a storage area failed; the message has the reason of the operating system.' },
  AREA_MISSING: {
    kind: 'unavailable',
    transient: true,
    help: "The disk at an area's path is not the one used before (its identity file is missing). Mount it, or remove the area from the configuration.",
  },
  VIDEO_DAMAGED: { kind: 'data-loss', transient: false, help: "An event's video file holds nothing that plays." },
  DATABASE_BUSY: { kind: 'unavailable', transient: true, help: 'The database is locked by another program. Rows are kept in memory and written later.' },
  DATABASE_FAILED: {
    kind: 'unavailable',
    transient: true,
    help: 'The database could not be read or written. Recording goes on; rows are kept in memory and written later.',
  },
  DATABASE_TOO_NEW: { kind: 'conflict', transient: false, help: 'The database was written by a newer Nightjar. Use that version, or another database.' },
  CAMERA_NOT_FOUND: { kind: 'not-found', transient: false, help: 'There is no camera with that id.' },
  EVENT_NOT_FOUND: { kind: 'not-found', transient: false, help: 'There is no event with that id.' },
  INPUT_INVALID: { kind: 'invalid', transient: false, help: 'The request is not what the operation takes; `details` lists each mistake with its place.' },
  BODY_TOO_LARGE: { kind: 'too-large', transient: false, help: 'The body of the request is longer than this operation takes.' },
  ROUTE_NOT_FOUND: { kind: 'not-found', transient: false, help: 'There is nothing at this address. `/api/v1/openapi.json` lists what there is.' },
  METHOD_NOT_ALLOWED: { kind: 'invalid', transient: false, help: 'The address is there, but not for this method.' },
  ADDRESS_INVALID: {
    kind: 'invalid',
    transient: false,
    help: 'The address of the request is malformed or too long: a wrong percent-encoding, a zero byte, or no path of this recorder.',
  },
  REQUEST_MALFORMED: {
    kind: 'invalid',
    transient: false,
    help: 'What was sent is not a request: malformed, with more headers than are taken, or too slow to arrive.',
  },
  MEDIA_TYPE_UNSUPPORTED: { kind: 'invalid', transient: false, help: 'Bodies are JSON: send them with `Content-Type: application/json`.' },
  WEBSOCKET_ONLY: { kind: 'invalid', transient: false, help: 'The address speaks WebSocket and nothing else, or it does not and WebSocket was asked for.' },
  HOST_NOT_ALLOWED: {
    kind: 'permission',
    transient: false,
    help: 'The request calls the recorder by a name that is not its own. `http.names` lists those that are.',
  },
  NOT_LOGGED_IN: {
    kind: 'unauthenticated',
    transient: false,
    help: 'The operation needs a login or a token, and the one given (if any) is not valid any more.',
  },
  LOGIN_FAILED: { kind: 'unauthenticated', transient: false, help: 'Name or password is wrong, or the account is disabled.' },
  NOT_ALLOWED: { kind: 'permission', transient: false, help: 'The account may not do this, or not with this camera.' },
  TOO_MANY_REQUESTS: {
    kind: 'too-many',
    transient: true,
    help: 'Too many requests, signals or failed logins came from this address, source or account; wait as long as `Retry-After` says.',
  },
  FILE_CHANGED: { kind: 'conflict', transient: false, help: 'The file has changed since `If-Match` was learned; ask for it from its beginning.' },
  RANGE_NOT_THERE: { kind: 'invalid', transient: false, help: 'The bytes asked for lie behind the end of the file; `Content-Range` says how long it is.' },
  STOPPING: { kind: 'unavailable', transient: true, help: 'The recorder is being stopped, or restarted. Ask again when it is back.' },
  STREAMS_EXHAUSTED: {
    kind: 'exhausted',
    transient: true,
    help: 'As many videos, picture streams and sockets are open as `http.maxStreams` allows. Close some, or raise it.',
  },
  PICTURE_NOT_FOUND: { kind: 'not-found', transient: false, help: 'The event has no picture, because none could be made. Its video may play all the same.' },
  NOT_READY: { kind: 'too-early', transient: true, help: 'It is being made right now; ask again after `Retry-After`.' },
  INTERNAL: { kind: 'internal', transient: false, help: 'Something went wrong that should not; the log of the recorder has it with its stack.' },
  OUTPUT_INVALID: { kind: 'internal', transient: false, help: 'The recorder made an answer that is not what it promises; this is a defect of the recorder.' },
  USER_NOT_FOUND: { kind: 'not-found', transient: false, help: 'There is no account with that name.' },
  USER_EXISTS: { kind: 'conflict', transient: false, help: 'There is an account with that name already.' },
  LAST_ADMIN: { kind: 'conflict', transient: false, help: 'The last account that may administer the recorder must keep that right. Make another one first.' },
  TOKEN_NOT_FOUND: { kind: 'not-found', transient: false, help: 'There is no token with that id, or it was revoked already.' },
  NO_ACCOUNTS: {
    kind: 'invalid',
    transient: false,
    help: 'The recorder is to listen where others reach it, and there is no account yet. Make one first: `nightjar user add NAME --role admin --config FILE`.',
  },
  SECRET_KEY_REFUSED: {
    kind: 'conflict',
    transient: false,
    help: 'The file with the key that logins are signed with (beside the database, `.key`) can be read by others, cannot be read, or is too short. The message says which; a file that is deleted is made anew, which ends every login.',
  },
  CAMERA_EXISTS: { kind: 'conflict', transient: false, help: 'There is a camera with that id already.' },
  CAMERA_INVALID: { kind: 'invalid', transient: false, help: 'The settings of the camera have mistakes; `details` lists each.' },
  CAMERA_PROVISIONED: { kind: 'conflict', transient: false, help: 'The camera stands in the configuration file: change it there, then `POST /api/v1/reload`.' },
  CAMERA_CANNOT: { kind: 'conflict', transient: false, help: 'The camera cannot do that: it has no such motor, loudspeaker or function.' },
  TRIGGERS_FULL: {
    kind: 'conflict',
    transient: true,
    help: 'As many sources as the recorder keeps hold this camera already. Cancel one, or let several share a name.',
  },
  CAMERA_OFFLINE: { kind: 'too-early', transient: true, help: 'The camera does not deliver now. Its state says why.' },
  EVENT_OPEN: { kind: 'conflict', transient: true, help: 'The event is being recorded; end it first, or wait.' },
  EVENT_PROTECTED: { kind: 'conflict', transient: false, help: 'The event is protected. Take the protection away first.' },
  NOTHING_RECORDED: { kind: 'not-found', transient: false, help: 'Nothing was recorded in that span; the timeline of the camera says what was, and why not.' },
  VIDEO_GONE: { kind: 'not-found', transient: false, help: 'A part of the video was deleted while it was read.' },
  PLAYBACK_MIXED: {
    kind: 'conflict',
    transient: false,
    help: 'The codec changes within the span, so that no single file can hold it. The message says where; ask for the parts before and after.',
  },
  CONFIG_NOT_FOUND: { kind: 'not-found', transient: false, help: 'There is no setting with that name. `GET /api/v1/config` lists them.' },
  CONFIG_PROVISIONED: {
    kind: 'conflict',
    transient: false,
    help: 'The setting stands in the configuration file, or can only be set there: change it there, then `POST /api/v1/reload`.',
  },
  CHANGES_FORGOTTEN: {
    kind: 'conflict',
    transient: false,
    help: 'Changes are lost: they are too long ago, or were read too slowly. Ask for the state anew and follow the feed from now on.',
  },
  EXPORT_ALTERED: { kind: 'data-loss', transient: false, help: 'The file is not what its manifest says; each difference is listed.' },
  EXPORT_NOT_FOUND: {
    kind: 'not-found',
    transient: false,
    help: 'There is no export with that id, or it was removed: after `exports.keepHours`, or for newer ones.',
  },
  EXPORT_FAILED: { kind: 'conflict', transient: false, help: 'The export failed, so that it has no file; its `error` says why. Ask for it anew.' },
  EXPORT_TOO_LARGE: {
    kind: 'too-large',
    transient: false,
    help: 'The file would be larger than all exports may be together. Export parts, or raise `exports.maxSize`.',
  },
  EXPORTS_FULL: { kind: 'exhausted', transient: true, help: 'As many exports wait as `exports.maxQueued` allows. Ask again later, or delete some.' },
  ALREADY_RUNNING: { kind: 'conflict', transient: false, help: 'Another recorder uses this database or storage area. Stop it first.' },
  LISTEN_FAILED: { kind: 'conflict', transient: false, help: 'The address or port to listen on is taken or not allowed.' },
  BROKER_FAILED: { kind: 'unavailable', transient: true, help: 'The embedded MQTT broker did not start. Recording is not affected.' },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;
