// What viewers and home hubs got lately, for whoever asks why a tile spins.

/** One live view or one recording for a home hub, from its request to its end. */
export interface SessionRecord {
  readonly kind: 'live' | 'recording';
  readonly cameraId: string;
  /** ISO 8601. */
  readonly at: string;
  /** Whom it went to, without a port. */
  readonly peer?: string;
  /** What was asked for, for instance `1280x720 at 30, 299 kbit/s, Opus 24 kHz`. */
  readonly request: string;
  /** What was sent, for instance `sub, 640x360, copied`. */
  readonly sent: string;
  /** Milliseconds from the request to the first key frame that left. Absent: none left. */
  readonly firstPictureMs?: number;
  readonly seconds: number;
  /** Packets or fragments. */
  readonly packets: number;
  readonly bytes: number;
  /** 0…1 of the packets, as the viewer reported at last. Absent: it reported nothing. */
  readonly loss?: number;
  /** Why it ended, in words. */
  readonly end: string;
}

const KEPT = 20;

/** The last sessions of all cameras, newest first. */
export class SessionBook {
  readonly #kept: number;
  readonly #records: SessionRecord[] = [];

  constructor(kept: number = KEPT) {
    this.#kept = kept;
  }

  add(record: SessionRecord): void {
    this.#records.unshift(record);
    this.#records.length = Math.min(this.#records.length, this.#kept);
  }

  get records(): readonly SessionRecord[] {
    return this.#records;
  }
}
