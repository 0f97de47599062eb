// Live streams that send what a test says, to whoever asked for them.
import type { LiveOptions, LivePacket, LiveTracks } from '@nightjar/client';
import { aacTrack, type VideoTrack } from '@nightjar/media';
import { sampleVideoTrack } from '@nightjar/testkit';

/** One stream that was asked for. */
export class ScriptedStream {
  readonly options: LiveOptions;
  isOver = false;
  readonly #packets: LivePacket[] = [];
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(options: LiveOptions) {
    this.options = options;
  }

  /** Packets that nobody took yet. */
  get waiting(): number {
    return this.#packets.length;
  }

  send(packets: readonly LivePacket[]): void {
    this.#packets.push(...packets);
    this.#wake();
  }

  /** Ends, or fails. */
  end(failure?: Error): void {
    this.isOver = true;
    this.#failure = failure;
    this.#wake();
  }

  async *read(): AsyncGenerator<LivePacket, void, void> {
    const { signal } = this.options;
    const wake = (): void => this.#wake();
    signal?.addEventListener('abort', wake);
    try {
      while (signal?.aborted !== true) {
        const packet = this.#packets.shift();
        if (packet !== undefined) yield packet;
        else if (this.#failure !== undefined) throw this.#failure;
        else if (this.isOver) return;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      this.isOver = true;
      signal?.removeEventListener('abort', wake);
    }
  }
}

/** All streams that were asked for. */
export class ScriptedLive {
  readonly streams: ScriptedStream[] = [];
  /** What a new stream begins with. */
  past: (options: LiveOptions) => readonly LivePacket[] = () => [];

  readonly live = (_cameraId: string, options: LiveOptions = {}): AsyncGenerator<LivePacket, void, void> => {
    const stream = new ScriptedStream(options);
    this.streams.push(stream);
    stream.send(this.past(options));
    return stream.read();
  };

  /** The newest stream of that kind. */
  newest(kind: 'video' | 'audio'): ScriptedStream {
    const found = this.streams.findLast(({ options }) => (options.video === false) === (kind === 'audio'));
    if (found === undefined) throw new Error(`nobody asked for ${kind}`);
    return found;
  }

  /** Streams that are still read. */
  get open(): number {
    return this.streams.filter((stream) => !stream.isOver).length;
  }
}

/** What pictures are made up. */
export interface PictureOptions {
  readonly from?: number;
  readonly seconds: number;
  readonly fps?: number;
  readonly gopSeconds?: number;
  readonly tracks?: LiveTracks;
  /** Of what is called a key frame: an IDR picture or not. */
  readonly nalType?: number;
}

const TRACKS: LiveTracks = { video: sampleVideoTrack() };
const SOUND: LiveTracks = { ...TRACKS, audio: aacTrack(2, 16_000, 1) };

/** Pictures of live time `from` s up to and without `from + seconds`; groups begin at whole multiples of their length. */
export const pictures = (options: PictureOptions): LivePacket[] => {
  const { from = 0, seconds, fps = 10, gopSeconds = 1, tracks = TRACKS, nalType = 5 } = options;
  const groupFrames = Math.round(gopSeconds * fps);
  return Array.from({ length: Math.round(seconds * fps) }, (_, index): LivePacket => {
    const frame = Math.round(from * fps) + index;
    const isKey = frame % groupFrames === 0;
    const timeUs = Math.round((frame * 1e6) / fps);
    const data = Uint8Array.of(0, 0, 0, 4, isKey ? 0x60 | nalType : 0x41, frame >> 8, frame & 255, 9);
    return { track: 'video', data, ptsUs: timeUs, dtsUs: timeUs, durationUs: Math.round(1e6 / fps), isKey, tracks, skippedFrames: 0 };
  });
};

/** Frames of sound of live time `from` s up to `from + seconds`, each 64 ms; their data says which one they are. */
export const sounds = ({ from = 0, seconds, tracks = SOUND }: { from?: number; seconds: number; tracks?: LiveTracks }): LivePacket[] => {
  const [first, count] = [Math.ceil(from / 0.064 - 1e-9), Math.floor(seconds / 0.064)];
  return Array.from({ length: count }, (_, index): LivePacket => {
    const timeUs = (first + index) * 64_000;
    const data = Uint8Array.of(1, (first + index) >> 8, (first + index) & 255);
    return { track: 'audio', data, ptsUs: timeUs, dtsUs: timeUs, durationUs: 64_000, isKey: true, tracks, skippedFrames: 0 };
  });
};

/** Tracks of another picture size. */
export const otherTracks = (): { readonly video: VideoTrack } => ({ video: sampleVideoTrack({ width: 1280, height: 720 }) });
