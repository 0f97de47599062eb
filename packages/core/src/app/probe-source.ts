// What a source is: watched for a few seconds the way the recorder would, then described, with what to mend in its menu.
import type { ProbeReport } from '@nightjar/client';
import { fillerBytes, pictureType } from '@nightjar/media';
import { StreamFactsMeter } from '../capture/stream-facts.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import type { Source } from '../model/source.ts';
import type { CameraSource } from '../ports/camera-source.ts';
import type { Clock } from '../ports/clock.ts';

/** What a probe needs. */
export interface ProbeOptions {
  readonly source: Source;
  readonly cameras: CameraSource;
  readonly clock: Clock;
  /** How long to watch. */
  readonly seconds: number;
  readonly connectTimeoutMs: number;
}

const LONG_GOP_SECONDS = 5;
const FEW_SAMPLES = 20;
/** Spread of the size of a second below which a stream is held at a constant rate whatever it shows. */
const CONSTANT_SPREAD = 0.06;

class Watcher {
  readonly facts = new StreamFactsMeter();
  info: StreamInfo | undefined;
  firstUs: number | undefined;
  lastUs = 0;
  frames = 0;
  bytes = 0;
  hasBFrames = false;
  filler = 0;
  readonly #perSecond: number[] = [];

  take(packet: Packet): void {
    if (this.info === undefined || packet.track !== 'video') return;
    this.firstUs ??= packet.dtsUs;
    this.lastUs = packet.dtsUs;
    this.frames += 1;
    this.bytes += packet.data.length;
    this.facts.add(packet);
    this.filler += fillerBytes(packet.data, this.info.video);
    if (!this.hasBFrames) this.hasBFrames = packet.ptsUs !== packet.dtsUs || pictureType(packet.data, this.info.video) === 'B';
    const second = Math.floor((packet.dtsUs - this.firstUs) / 1e6);
    this.#perSecond[second] = (this.#perSecond[second] ?? 0) + packet.data.length;
  }

  get seconds(): number {
    return (this.lastUs - (this.firstUs ?? 0)) / 1e6;
  }

  /** Standard deviation of the size of whole seconds over their mean. */
  get spread(): number {
    const whole = this.#perSecond.slice(0, -1);
    if (whole.length < 4) return Number.POSITIVE_INFINITY;
    const mean = whole.reduce((sum, size) => sum + size, 0) / whole.length;
    return Math.sqrt(whole.reduce((sum, size) => sum + (size - mean) ** 2, 0) / whole.length) / mean;
  }
}

/** Watches a source. @throws RecorderError `PROBE_FAILED` with what it answered. */
export async function probeSource(options: ProbeOptions, signal: AbortSignal): Promise<ProbeReport> {
  const { source, cameras, clock, seconds, connectTimeoutMs } = options;
  const watcher = new Watcher();
  const enough = new AbortController();
  const pace = source.kind === 'file' ? 'fast' : 'live';
  const run = cameras.open(
    { source, audio: true, frameSkip: 0, pace, connectTimeoutMs },
    {
      onInfo: (info) => {
        watcher.info = info;
      },
      onPacket: (packet) => {
        watcher.take(packet);
        if (watcher.seconds >= seconds) enough.abort('closed');
      },
    },
    AbortSignal.any([signal, enough.signal]),
  );
  // A camera that sends slowly must not keep a person waiting for frames that don't come.
  const cancel = clock.after(connectTimeoutMs + 2000 * seconds, () => enough.abort('timeout'));
  try {
    await run.done;
  } catch (error) {
    if (watcher.frames < 2) throw new RecorderError('PROBE_FAILED', error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    cancel();
  }
  if (watcher.info === undefined || watcher.frames === 0) throw new RecorderError('PROBE_FAILED', `${source.label} sent no picture`);
  return describe(watcher, watcher.info);
}

function describe(watcher: Watcher, { video, audio }: StreamInfo): ProbeReport {
  const { fps, bitrateKbps, gopSeconds } = watcher.facts.read();
  return {
    codec: video.codecString,
    width: video.width,
    height: video.height,
    fps,
    gopSeconds,
    bitrateKbps,
    audio: audio === undefined ? null : { codec: audio.codecString, sampleRate: audio.sampleRate, channels: audio.channels },
    hasBFrames: watcher.hasBFrames,
    seconds: Math.round(watcher.seconds * 10) / 10,
    warnings: warningsOf(watcher, gopSeconds),
  };
}

function warningsOf(watcher: Watcher, gopSeconds: number): string[] {
  const warnings: string[] = [];
  if (watcher.frames < FEW_SAMPLES) warnings.push('few frames came: figures are rough');
  if (watcher.hasBFrames) warnings.push('B-frames: they delay every picture; set the profile to baseline or main without B-frames');
  if (gopSeconds > LONG_GOP_SECONDS)
    warnings.push(
      `key frames are ${gopSeconds} s apart: pre-roll reaches back so far; set the key frame interval to 2 s and smart codec (H.264+, Zipstream) off`,
    );
  if (gopSeconds === 0 && watcher.seconds >= LONG_GOP_SECONDS)
    warnings.push(`no second key frame within ${Math.round(watcher.seconds)} s: smart codec (H.264+, Zipstream) is probably on`);
  if (watcher.filler > watcher.bytes / 100) warnings.push('constant bit rate with filler data: set the rate to variable (VBR), it saves space');
  else if (watcher.spread < CONSTANT_SPREAD) warnings.push('constant bit rate: set the rate to variable (VBR), so that quiet hours cost less');
  return warnings;
}
