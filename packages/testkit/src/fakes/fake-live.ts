// Live packets and pictures of one camera in memory: what a test sends is what readers get.
import type { LivePacket, LiveTracks, Picture } from '@nightjar/client';
import { sampleVideoTrack } from './sample-track.ts';

const FRAME_US = 100_000;
const FRAMES_PER_GOP = 10;

/** Something that is handed to whoever reads. */
class Broadcast<T> {
  readonly #readers = new Set<{ readonly queue: T[]; wake: () => void }>();
  #isOver = false;

  /** Readers there are. */
  get readers(): number {
    return this.#readers.size;
  }

  send(item: T): void {
    for (const reader of this.#readers) {
      reader.queue.push(item);
      reader.wake();
    }
  }

  end(): void {
    this.#isOver = true;
    for (const reader of this.#readers) reader.wake();
  }

  async *read(first: readonly T[], signal: AbortSignal | undefined): AsyncGenerator<T, void, void> {
    const reader = { queue: [...first], wake: (): void => undefined };
    const wake = (): void => reader.wake();
    this.#readers.add(reader);
    signal?.addEventListener('abort', wake);
    try {
      while (signal?.aborted !== true) {
        const next = reader.queue.shift();
        if (next !== undefined) yield next;
        else if (this.#isOver) return;
        else
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
          });
      }
    } finally {
      signal?.removeEventListener('abort', wake);
      this.#readers.delete(reader);
    }
  }
}

/** One camera. */
export class FakeLive {
  readonly #packets = new Broadcast<LivePacket>();
  readonly #pictures = new Broadcast<Picture>();
  #tracks: LiveTracks = { video: sampleVideoTrack() };
  /** From the newest key frame on. */
  #gop: LivePacket[] = [];
  #frames = 0;

  /** Readers of packets there are. */
  get viewers(): number {
    return this.#packets.readers;
  }

  /** From now on the stream has other tracks; it goes on with a key frame. */
  change(tracks: LiveTracks): void {
    this.#tracks = tracks;
    this.#frames = Math.ceil(this.#frames / FRAMES_PER_GOP) * FRAMES_PER_GOP;
  }

  /** Sends the next frames, ten a second of media time, a key frame first and then every tenth. @returns What was sent. */
  sendFrames(count: number): readonly LivePacket[] {
    return Array.from({ length: count }, () => {
      const isKey = this.#frames % FRAMES_PER_GOP === 0;
      const timeUs = this.#frames * FRAME_US;
      // One NAL unit after its length: an IDR or another slice, which frame it is, and filling.
      const data = Uint8Array.of(0, 0, 0, 6, isKey ? 0x65 : 0x41, this.#frames >> 8, this.#frames & 255, 1, 2, 3);
      this.#frames += 1;
      const packet: LivePacket = {
        track: 'video',
        data,
        ptsUs: timeUs,
        dtsUs: timeUs,
        durationUs: FRAME_US,
        isKey,
        tracks: this.#tracks,
        skippedFrames: 0,
      };
      this.#gop = isKey ? [packet] : [...this.#gop, packet];
      this.#packets.send(packet);
      return packet;
    });
  }

  sendPicture(picture: Picture): void {
    this.#pictures.send(picture);
  }

  /** The camera is gone: whoever reads is done. */
  end(): void {
    this.#packets.end();
    this.#pictures.end();
  }

  packets(signal: AbortSignal | undefined): AsyncGenerator<LivePacket, void, void> {
    return this.#packets.read(this.#gop, signal);
  }

  pictures(first: Picture, signal: AbortSignal | undefined): AsyncGenerator<Picture, void, void> {
    return this.#pictures.read([first], signal);
  }
}
