// Live packets and pictures of one camera in memory: what a test sends is what readers get.
import type { LivePacket, LiveTracks, Picture } from '@nightjar/client';
import type { LiveWish } from '@nightjar/core';
import { formTrack } from './form-track.ts';
import { sampleAudioTrack, sampleVideoTrack } from './sample-track.ts';

const FRAME_US = 100_000;
const FRAMES_PER_GOP = 10;
const SOUND_US = 64_000;

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

/** One stream of a camera: pictures, and sound where a test sends it. */
export class FakeLive {
  readonly #packets = new Broadcast<LivePacket>();
  readonly #pictures = new Broadcast<Picture>();
  #tracks: LiveTracks = { video: sampleVideoTrack() };
  /** From the newest key frame on. */
  #gop: LivePacket[] = [];
  #frames = 0;
  #sounds = 0;
  readonly #wished = new WeakMap<LiveTracks, Map<string, LiveTracks>>();

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

  /** Sends the next packets of sound, 64 ms each; the stream has a track of sound from then on. @returns What was sent. */
  sendSound(count: number): readonly LivePacket[] {
    if (this.#tracks.audio === undefined) this.#tracks = { ...this.#tracks, audio: sampleAudioTrack() };
    const tracks = this.#tracks;
    return Array.from({ length: count }, () => {
      const timeUs = this.#sounds * SOUND_US;
      const data = Uint8Array.of(0x21, this.#sounds >> 8, this.#sounds & 255);
      this.#sounds += 1;
      const packet: LivePacket = { track: 'audio', data, ptsUs: timeUs, dtsUs: timeUs, durationUs: SOUND_US, isKey: true, tracks, skippedFrames: 0 };
      if (this.#gop.length > 0) this.#gop = [...this.#gop, packet];
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

  /** What was wished of it; a form is only said by the tracks, the bytes are those of the camera. */
  async *packets(wish: LiveWish, signal: AbortSignal | undefined): AsyncGenerator<LivePacket, void, void> {
    const past = wish.video || wish.preRollSeconds > 0 ? this.#gop : [];
    let hasBegun = !wish.video;
    for await (const packet of this.#packets.read(past, signal)) {
      if (!wish[packet.track]) continue;
      hasBegun ||= packet.track === 'video' && packet.isKey;
      if (hasBegun) yield { ...packet, tracks: this.#tracksFor(wish, packet.tracks) };
    }
  }

  #tracksFor(wish: LiveWish, tracks: LiveTracks): LiveTracks {
    const { video, audio, form } = wish;
    const known = this.#wished.get(tracks) ?? new Map<string, LiveTracks>();
    this.#wished.set(tracks, known);
    const key = JSON.stringify([video, audio, form]);
    const made = known.get(key) ?? wishedTracks(wish, tracks);
    known.set(key, made);
    return made;
  }

  pictures(first: Picture, signal: AbortSignal | undefined): AsyncGenerator<Picture, void, void> {
    return this.#pictures.read([first], signal);
  }
}

function wishedTracks({ video, audio, form }: LiveWish, tracks: LiveTracks): LiveTracks {
  if (form !== undefined) return formTrack(form, tracks);
  if (video && tracks.video !== undefined) return audio ? tracks : { video: tracks.video };
  return tracks.audio === undefined ? tracks : { audio: tracks.audio };
}
