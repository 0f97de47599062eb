// One recording as a home hub receives it: chunks joined to fragments, and how it ended.

import { until } from '../processes/within.ts';
import type { HdsDictionary } from './hds-codec.ts';

/** Why a hub or a camera ends a recording. */
export const CLOSE_REASONS = {
  normal: 0,
  'not allowed': 1,
  busy: 2,
  cancelled: 3,
  unsupported: 4,
  'unexpected failure': 5,
  timeout: 6,
  'bad data': 7,
  'protocol error': 8,
  'invalid configuration': 9,
} as const;

export type CloseReason = keyof typeof CLOSE_REASONS;

/** The initialization (`ftyp`, `moov`), or one fragment (`moof`, `mdat`). */
export interface RecordedPart {
  readonly kind: 'mediaInitialization' | 'mediaFragment';
  readonly sequence: number;
  readonly data: Buffer;
  /** Of `performance.now()`, when its last chunk came. */
  readonly atMs: number;
  readonly isLast: boolean;
}

/** What a hub can say. */
interface HubVoice {
  readonly close: (reason: CloseReason) => void;
  readonly acknowledge: () => void;
}

/** A packet of a `data` event. */
interface DataPacket {
  readonly data: Uint8Array;
  readonly metadata: { readonly dataType: RecordedPart['kind']; readonly dataSequenceNumber: number; readonly isLastDataChunk: boolean };
}

/** A recording from its opening on. */
export class HubRecording {
  readonly parts: RecordedPart[] = [];
  readonly openedAtMs = performance.now();
  readonly #voice: HubVoice;
  #chunks: Buffer[] = [];
  #end: string | undefined;
  #closeCode: number | undefined;

  constructor(voice: HubVoice) {
    this.#voice = voice;
  }

  get fragments(): readonly RecordedPart[] {
    return this.parts.filter(({ kind }) => kind === 'mediaFragment');
  }

  /** Whether the camera said that nothing more comes. */
  get isComplete(): boolean {
    return this.parts.at(-1)?.isLast === true;
  }

  /** The reason that the camera closed it with; absent while it did not. */
  get closeCode(): number | undefined {
    return this.#closeCode;
  }

  /** Everything, as a file. */
  file(): Buffer {
    return Buffer.concat(this.parts.map(({ data }) => data));
  }

  /** @throws Error where `count` fragments have not come within `limitMs`, or the recording ended before. */
  async waitForFragments(count: number, limitMs: number): Promise<void> {
    await this.#waitUntil(limitMs, `${count} fragments`, () => this.fragments.length >= count);
  }

  /** @throws Error where the camera does not end it within `limitMs`. */
  async waitForEnd(limitMs: number): Promise<void> {
    await this.#waitUntil(limitMs, 'the end of the recording', () => this.isComplete || this.#end !== undefined);
  }

  /** Ends it from the hub's side. */
  close(reason: CloseReason = 'normal'): void {
    this.#voice.close(reason);
  }

  /** Confirms the end that the camera announced. */
  acknowledge(): void {
    this.#voice.acknowledge();
  }

  /** What the data stream has for it. */
  take(topic: string, message: HdsDictionary): void {
    if (topic === 'close') {
      this.#closeCode = Number(message['reason']);
      this.fail(`the camera closed the recording with reason ${this.#closeCode}`);
      return;
    }
    const isLast = message['endOfStream'] === true;
    for (const { data, metadata } of message['packets'] as unknown as readonly DataPacket[]) {
      this.#chunks.push(Buffer.from(data));
      if (!metadata.isLastDataChunk) continue;
      const { dataType: kind, dataSequenceNumber: sequence } = metadata;
      this.parts.push({ kind, sequence, data: Buffer.concat(this.#chunks), atMs: performance.now(), isLast });
      this.#chunks = [];
    }
  }

  /** It can't go on. */
  fail(why: string): void {
    this.#end ??= why;
  }

  async #waitUntil(limitMs: number, what: string, isSo: () => boolean): Promise<void> {
    const look = (): true | undefined => {
      if (isSo()) return true;
      if (this.#end !== undefined) throw new Error(`waited for ${what}, but ${this.#end}`);
      return undefined;
    };
    await until(limitMs, () => `${what}; ${this.fragments.length} fragments came`, look);
  }
}
