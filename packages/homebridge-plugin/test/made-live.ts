// What a recorder sends live, made by the test: packets when it says so, of streams it can tell apart.
import type { Camera, CameraStream, LiveOptions, LivePacket, RecorderApi } from '@nightjar/client';
import type { AudioTrack } from '@nightjar/media';
import { fakeCamera, sampleAudioTrack, sampleVideoTrack } from '@nightjar/testkit';
import type { Logging } from 'homebridge';
import type { CameraContext } from '../src/camera-context.ts';
import { SessionBook } from '../src/session-book.ts';
import type { FaceSettings } from '../src/settings.ts';

/** One reader of one live stream. */
export interface Reader {
  readonly options: LiveOptions;
  readonly isOver: boolean;
  send(...packets: readonly LivePacket[]): void;
  end(error?: Error): void;
}

/** A recorder whose readers are fed by the test. */
export class MadeLive {
  /** Readers there were, the newest last. */
  readonly readers: Reader[] = [];

  readonly recorder = { live: (_cameraId: string, options: LiveOptions = {}) => this.#read(options) } as unknown as RecorderApi;

  get open(): readonly Reader[] {
    return this.readers.filter(({ isOver }) => !isOver);
  }

  /** The newest reader of pictures, or of sound. */
  reader(track: 'video' | 'audio'): Reader {
    const found = this.readers.findLast(({ options }) => (options.video === false) === (track === 'audio'));
    if (found === undefined) throw new Error(`nobody reads ${track}`);
    return found;
  }

  async *#read(options: LiveOptions): AsyncGenerator<LivePacket, void, void> {
    const queue: LivePacket[] = [];
    let [isOver, wake]: [boolean, () => void] = [false, () => undefined];
    let problem: Error | undefined;
    const reader: Reader = {
      options,
      get isOver() {
        return isOver;
      },
      send: (...packets) => {
        queue.push(...packets);
        wake();
      },
      end: (error) => {
        isOver = true;
        problem = error;
        wake();
      },
    };
    const abort = (): void => reader.end();
    options.signal?.addEventListener('abort', abort);
    this.readers.push(reader);
    try {
      while (options.signal?.aborted !== true) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else if (problem !== undefined) throw problem;
        else if (isOver) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      isOver = true;
      options.signal?.removeEventListener('abort', abort);
    }
  }
}

/** A picture of `bytes`: one slice, an IDR where it is a key picture. */
export function picture(
  index: number,
  options: { readonly bytes?: number; readonly gop?: number; readonly codec?: 'h264' | 'h265'; readonly everyUs?: number } = {},
): LivePacket {
  const { bytes = 100, gop = 10, codec = 'h264', everyUs = 40_000 } = options;
  const isKey = index % gop === 0;
  const data = new Uint8Array(4 + bytes).fill(index & 255);
  new DataView(data.buffer).setUint32(0, bytes);
  data[4] = codec === 'h264' ? (isKey ? 0x65 : 0x41) : isKey ? 0x26 : 0x02;
  const ptsUs = index * everyUs;
  return { track: 'video', data, ptsUs, dtsUs: ptsUs, durationUs: everyUs, isKey, tracks: { video: sampleVideoTrack({ codec }) }, skippedFrames: 0 };
}

/** A packet of Opus, each as long as the others. */
export function sound(index: number, frameMs: 20 | 40 | 60 = 20): LivePacket {
  const audio: AudioTrack = { ...sampleAudioTrack(24_000), codec: 'opus' };
  const durationUs = frameMs * 1000;
  const ptsUs = index * durationUs;
  const data = Uint8Array.of((23 << 3) | 3, frameMs / 20, index & 255, 1, 2, 3);
  return { track: 'audio', data, ptsUs, dtsUs: ptsUs, durationUs, isKey: true, tracks: { video: sampleVideoTrack(), audio }, skippedFrames: 0 };
}

/** A stream as a camera describes it. */
export const described = (stream: 'main' | 'sub', changes: Partial<CameraStream> = {}): CameraStream => ({
  ...{ stream, codec: 'avc1.64001f', width: 1920, height: 1080, fps: 25, bitrateKbps: stream === 'main' ? 4000 : 500, gopSeconds: 4, hasBFrames: false },
  ...changes,
});

/** A camera as the plugin's parts share it. */
export function madeContext(
  recorder: RecorderApi,
  options: { readonly settings?: Partial<FaceSettings>; readonly camera?: Partial<Camera> } = {},
): CameraContext & { readonly lines: string[] } {
  const lines: string[] = [];
  const say = (message: string): void => {
    lines.push(message);
  };
  const log = Object.assign(say, { prefix: '', info: say, warn: say, error: say, debug: () => undefined, success: say, log: say }) as unknown as Logging;
  const camera: Camera = { ...fakeCamera('porch'), ...options.camera };
  const settings: FaceSettings = {
    ...{ isHidden: false, stream: 'auto', liveStart: 'cached', audio: true, recording: true, maxRecordingKbps: 2000, viewers: 5 },
    ...{ occupancy: false, doorbell: false, switches: [], offInHome: 'privacy' },
    ...options.settings,
  };
  return { id: 'porch', recorder, settings, log, sessions: new SessionBook(), camera: () => camera, lines };
}
