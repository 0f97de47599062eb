// A camera's live stream over a WebSocket: fragmented MP4 comes in, packets go out, also over a connection that broke.
import { Fmp4Reader, type Sample, type Track } from '@nightjar/media';
import type { CameraStatus } from './camera.ts';
import type { LiveOptions, LivePacket, LiveTracks } from './media.ts';
import { RecorderApiError } from './recorder-api-error.ts';
import type { SocketMessage } from './socket-reader.ts';

/** Packets that wait for a slow reader, in bytes; beyond that it goes on at the next key frame. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024;
/** Times that go back by less than this are packets that were seen already; by more, another clock. */
const SAME_CLOCK_US = 60_000_000;

interface SocketText {
  readonly type: string;
  readonly frames?: number;
  readonly status?: CameraStatus;
  readonly problem?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** What one camera's socket sends, as packets. One for all connections of a reader. */
export class LivePackets {
  #reader = new Fmp4Reader();
  #tracks: LiveTracks | undefined;
  #skippedFrames = 0;
  #waitingBytes = 0;
  #isDropping = false;
  /** By track: decode time of the newest packet given out. */
  readonly #newestUs = new Map<LivePacket['track'], number>();
  #offsetUs: number | undefined;
  readonly #onWaiting: LiveOptions['onWaiting'];

  constructor(onWaiting?: LiveOptions['onWaiting']) {
    this.#onWaiting = onWaiting;
  }

  /** A connection begins: its first packet says how its clock is related to the one before. */
  connected(): void {
    this.#offsetUs = undefined;
    this.#reader = new Fmp4Reader();
  }

  /** @throws RecorderApiError where the recorder says why it ends. */
  take(message: SocketMessage, queue: LivePacket[]): void {
    if (typeof message === 'string') this.#hear(JSON.parse(message) as SocketText);
    else
      for (const item of this.#reader.push(message)) {
        if (item.type === 'init') this.#tracks = tracksOf(item.tracks);
        else for (const sample of item.samples) this.#add(sample, queue);
      }
  }

  /** A packet left the queue. */
  given(packet: LivePacket): void {
    this.#waitingBytes -= packet.data.length;
  }

  #hear(message: SocketText): void {
    if (message.type === 'waiting') this.#onWaiting?.(message.status ?? 'offline', message.problem);
    if (message.type === 'init') this.#reader = new Fmp4Reader();
    if (message.type === 'skipped') this.#skippedFrames += message.frames ?? 0;
    if (message.type === 'error' && message.error !== undefined) throw new RecorderApiError(message.error.code, message.error.message);
  }

  #add(sample: Sample, queue: LivePacket[]): void {
    const tracks = this.#tracks;
    const track = [tracks?.video, tracks?.audio].find((candidate) => candidate?.trackId === sample.trackId);
    if (tracks === undefined || track === undefined) return;
    const toUs = (ticks: number): number => Math.round((ticks * 1e6) / track.timescale);
    const rawUs = toUs(sample.dts);
    this.#offsetUs ??= this.#offsetFor(track.kind, rawUs);
    const dtsUs = rawUs + this.#offsetUs;
    if (dtsUs <= (this.#newestUs.get(track.kind) ?? -1)) return;
    this.#newestUs.set(track.kind, dtsUs);
    if (this.#waitingBytes > MOST_WAITING_BYTES) this.#drop(queue);
    if (this.#isDropping) {
      const mayGoOn = tracks.video === undefined || (track.kind === 'video' && sample.isKey);
      if (!mayGoOn) {
        if (track.kind === 'video') this.#skippedFrames += 1;
        return;
      }
      this.#isDropping = false;
    }
    const skippedFrames = track.kind === 'video' ? this.#skippedFrames : 0;
    this.#skippedFrames -= skippedFrames;
    this.#waitingBytes += sample.data.length;
    const ptsUs = dtsUs + toUs(sample.pts - sample.dts);
    queue.push({ track: track.kind, data: sample.data, ptsUs, dtsUs, durationUs: toUs(sample.duration), isKey: sample.isKey, tracks, skippedFrames });
  }

  #drop(queue: LivePacket[]): void {
    for (const { track, skippedFrames } of queue.splice(0)) if (track === 'video') this.#skippedFrames += 1 + skippedFrames;
    this.#waitingBytes = 0;
    this.#isDropping = true;
  }

  /** A recorder that started anew counts from the beginning; then packets go on behind the newest one. */
  #offsetFor(kind: LivePacket['track'], rawUs: number): number {
    const newestUs = this.#newestUs.get(kind);
    return newestUs === undefined || rawUs > newestUs - SAME_CLOCK_US ? 0 : newestUs + 1 - rawUs;
  }
}

function tracksOf(tracks: readonly Track[]): LiveTracks | undefined {
  const video = tracks.find((track) => track.kind === 'video');
  const audio = tracks.find((track) => track.kind === 'audio');
  if (video !== undefined) return { video, ...(audio === undefined ? {} : { audio }) };
  return audio && { audio };
}
