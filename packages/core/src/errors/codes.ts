// The catalogue of what can go wrong. A code is stable, documented in docs/reference/errors.md and never reused.

/** Whose problem it is, and what HTTP says about it. */
export type ErrorKind = 'invalid' | 'permission' | 'not-found' | 'conflict' | 'exhausted' | 'unavailable' | 'data-loss' | 'internal';

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
  PROBE_FAILED: { kind: 'unavailable', transient: true, help: 'The source could not be opened or holds no video; the message says what it answered.' },
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
  PICTURE_FAILED: { kind: 'unavailable', transient: true, help: 'A picture of an event could not be made. The video is not affected.' },
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
  ALREADY_RUNNING: { kind: 'conflict', transient: false, help: 'Another recorder uses this database or storage area. Stop it first.' },
  LISTEN_FAILED: { kind: 'conflict', transient: false, help: 'The address or port to listen on is taken or not allowed.' },
  BROKER_FAILED: { kind: 'unavailable', transient: true, help: 'The embedded MQTT broker did not start. Recording is not affected.' },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;
