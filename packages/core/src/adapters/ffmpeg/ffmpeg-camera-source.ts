// Cameras through ffmpeg: one process is one run. Boxes are read as they come; nothing is retried here, except that a
// stream which can't be copied is opened once more with encoding (and remembered).
import { Fmp4Reader, MediaError, type Sample, type Track } from '@nightjar/media';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Packet, StreamInfo } from '../../model/packet.ts';
import type { Source } from '../../model/source.ts';
import { mediaUs } from '../../model/time.ts';
import type { CameraSource, RunSink, SourceRequest, SourceRun } from '../../ports/camera-source.ts';
import type { Clock } from '../../ports/clock.ts';
import { Secret } from '../../util/secret.ts';
import { withoutSecrets } from '../../util/without-secrets.ts';
import { asHvc1 } from './as-hvc1.ts';
import { FfmpegProcess, type ProcessEnd } from './ffmpeg-process.ts';
import { FirstSamplePlacer } from './first-sample.ts';
import { GatheredOutput } from './gathered-output.ts';
import { lookAt, pollPictures } from './jpeg-poll.ts';
import { captureArgs, firstHandling, type TrackHandling } from './source-args.ts';

/** An access unit larger than this is not a picture but an attack. */
const MAX_BOX_BYTES = 16 * 1024 * 1024;

/** What ffmpeg says last, often, and that explains nothing. */
const UNTELLING =
  /^(To ignore this|Last message repeated|Conversion failed|Impossible to open|-vsync is deprecated|Exiting normally|Non-monotonous DTS|Timestamps are unset)/;

/** Media time at which a live run begins, in microseconds: room below it for first samples that are placed anew. */
const LIVE_START_US = 1_000_000;

/** Polled pictures that wait for the encoder before further ones are dropped. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

/** An ffmpeg that waits for its camera hears no signal; after so long without a picture it is taken for one. */
const DEAF_AFTER_MS = 2000;

const NO_VIDEO = /^Stream map '0:v:0' matches no streams/;
const SENT_ON = /Redirecting to (\S+)/;

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).hostname : undefined);

const UNCOPYABLE_AUDIO = /codec not currently supported in container|Could not find tag for codec|aac_adtstoasc|unsupported audio/i;
const UNCOPYABLE_VIDEO = /unsupported video/i;

/** What was said without what it was said of, which is told before. */
const withoutName = (said: string, { label, url }: Source): string =>
  ['pipe:3', label, url.reveal()].reduce((rest, name) => (rest.startsWith(`${name}: `) ? rest.slice(name.length + 2) : rest), said);

/** Opens sources with ffmpeg. */
export class FfmpegCameraSource implements CameraSource {
  readonly #clock: Clock;
  readonly #learned = new Map<string, TrackHandling>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(request: SourceRequest, sink: RunSink, signal: AbortSignal): SourceRun {
    let current: Attempt | undefined;
    let paused = false;
    let isGathering = true;
    const key = request.source.url.reveal();
    const run = async (): Promise<void> => {
      const known = this.#learned.get(key) ?? firstHandling(request);
      const looked = await this.#looked(request, request.audio ? known : { ...known, audio: 'none' }, signal);
      let { handling } = looked;
      for (;;) {
        current = new Attempt(looked.request, handling, sink, this.#clock, signal);
        if (paused) current.pause();
        current.setGathering(isGathering);
        const next = await current.done;
        if (next === undefined) return;
        handling = next;
        this.#learned.set(key, next);
      }
    };
    return {
      done: run(),
      pause: () => {
        paused = request.pace === 'fast';
        if (paused) current?.pause();
      },
      resume: () => {
        paused = false;
        current?.resume();
      },
      setGathering: (isAllowed) => {
        isGathering = isAllowed;
        current?.setGathering(isAllowed);
      },
    };
  }

  /** An HTTP source that answers with one picture is polled (asked once a source); a stream is opened where its server says it is. */
  async #looked(request: SourceRequest, handling: TrackHandling, signal: AbortSignal): Promise<{ request: SourceRequest; handling: TrackHandling }> {
    const { source, connectTimeoutMs } = request;
    const key = source.url.reveal();
    if (source.kind !== 'mjpeg' || this.#learned.has(key) || signal.aborted) return { request, handling };
    const { isPicture, url } = await lookAt({ url: key, timeoutMs: connectTimeoutMs, clock: this.#clock }, signal);
    if (!isPicture) return { request: { ...request, source: { ...source, url: new Secret(url) } }, handling };
    const polled: TrackHandling = { ...handling, polled: true };
    this.#learned.set(key, polled);
    return { request, handling: polled };
  }
}

/** One process. `done` resolves with another handling when the same source should be opened again that way. */
class Attempt {
  readonly done: Promise<TrackHandling | undefined>;
  readonly #request: SourceRequest;
  readonly #handling: TrackHandling;
  readonly #sink: RunSink;
  readonly #clock: Clock;
  readonly #process: FfmpegProcess;
  readonly #output: GatheredOutput;
  readonly #reader = new Fmp4Reader({ maxBoxBytes: MAX_BOX_BYTES });
  readonly #placer = new FirstSamplePlacer();
  /** A silent file's first sample is where it says, also where its frame rate varies. */
  #placesFirst = true;
  #tracks: ReadonlyMap<number, Track> = new Map();
  #started = false;
  #arrivedMs: number;
  #failure: RecorderError | undefined;
  #refused: 'audio' | 'video' | undefined;

  constructor(request: SourceRequest, handling: TrackHandling, sink: RunSink, clock: Clock, signal: AbortSignal) {
    this.#request = request;
    this.#handling = handling;
    this.#sink = sink;
    this.#clock = clock;
    this.#arrivedMs = clock.monotonic();
    const { args, script } = captureArgs(request, handling);
    this.#process = new FfmpegProcess({
      args,
      readsOnDemand: request.gatherMs !== undefined,
      stdin: handling.polled === true ? 'pipe' : 'ignore',
      onNotice: (line) => this.#notice(line),
      ...(script === undefined ? {} : { script }),
    });
    this.#output = new GatheredOutput({
      output: this.#process.stdout,
      gatherMs: request.gatherMs ?? 0,
      clock,
      onChunk: (chunk) => (signal.aborted || this.#failure !== undefined || this.#refused !== undefined ? 0 : this.#take(chunk)),
    });
    this.done = this.#run(signal);
    if (handling.polled === true) void this.#poll(signal);
  }

  pause(): void {
    this.#output.pause();
  }

  resume(): void {
    this.#output.resume();
  }

  setGathering(isAllowed: boolean): void {
    this.#output.setGathering(isAllowed);
  }

  /** A camera may send us on to another path or port of its own, and to no other host: that would not be what was configured. */
  #notice(line: string): void {
    const { source } = this.#request;
    const target = SENT_ON.exec(line)?.[1];
    if (target === undefined || hostOf(target) === hostOf(source.url.reveal())) return;
    const message = `${source.label} sends the recorder on to ${withoutSecrets(target)}, where it does not go; if that is right, write it as the source`;
    this.#failure ??= new RecorderError('CAPTURE_CONNECT_FAILED', message);
    this.#process.stop();
  }

  /** Feeds fetched pictures until the process or the camera ends. */
  async #poll(signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    void this.done.then(
      () => ended.abort(),
      () => ended.abort(),
    );
    const { stdin } = this.#process;
    const options = { url: this.#request.source.url.reveal(), timeoutMs: this.#request.connectTimeoutMs, clock: this.#clock };
    const keep = (jpeg: Uint8Array): void => {
      if (stdin !== null && stdin.writableLength <= MOST_WAITING_BYTES) stdin.write(jpeg);
    };
    await pollPictures(options, keep, AbortSignal.any([signal, ended.signal]));
    stdin?.end();
  }

  async #run(signal: AbortSignal): Promise<TrackHandling | undefined> {
    const label = this.#request.source.label;
    const stop = (): void => this.#process.stop({ isDeaf: this.#clock.monotonic() - this.#arrivedMs > DEAF_AFTER_MS });
    const cancelTimeout = this.#clock.after(this.#request.connectTimeoutMs, () => {
      if (this.#started || this.#request.pace === 'fast') return;
      this.#failure ??= new RecorderError('CAPTURE_CONNECT_TIMEOUT', `${label} sent no picture within ${this.#request.connectTimeoutMs / 1000} s`);
      stop();
    });
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const end = await this.#process.ended;
      if (!signal.aborted && this.#failure === undefined && this.#refused === undefined) for (const sample of this.#placer.flush()) this.#emit(sample);
      return signal.aborted ? undefined : this.#conclude(end);
    } finally {
      cancelTimeout();
      signal.removeEventListener('abort', stop);
    }
  }

  /** Why it ended: by itself, by failing, or because this handling does not fit the stream. */
  #conclude(end: ProcessEnd): TrackHandling | undefined {
    const other = this.#otherHandling(end);
    if (other !== undefined) return other;
    if (this.#failure !== undefined) throw this.#failure;
    const { source, pace } = this.#request;
    if (this.#started && pace === 'fast' && end.code === 0) return undefined;
    if (end.signal !== null)
      throw new RecorderError(this.#started ? 'CAPTURE_LOST' : 'CAPTURE_CONNECT_FAILED', `ffmpeg for ${source.label} was ended by ${end.signal}`);
    const said = end.complaints.findLast((line) => !UNTELLING.test(line));
    const reason = said === undefined ? '' : `: ${NO_VIDEO.test(said) ? 'it holds no video' : withoutName(said, source)}`;
    if (this.#started) throw new RecorderError('CAPTURE_LOST', `${source.label} closed the stream${reason}`);
    throw new RecorderError('CAPTURE_CONNECT_FAILED', `${source.label} could not be opened${reason}`);
  }

  #otherHandling(end: ProcessEnd): TrackHandling | undefined {
    if (this.#started) return undefined;
    const said = end.complaints.join('\n');
    const { video, audio } = this.#handling;
    if (video === 'copy' && (this.#refused === 'video' || UNCOPYABLE_VIDEO.test(said))) return { video: 'encode', audio };
    if (audio === 'copy' && (this.#refused === 'audio' || UNCOPYABLE_AUDIO.test(said))) return { video, audio: 'encode' };
    return undefined;
  }

  /** @returns How many fragments, each of which is written at once, ended in a chunk. */
  #take(chunk: Buffer): number {
    this.#arrivedMs = this.#clock.monotonic();
    let pieces = 0;
    try {
      for (const item of this.#reader.push(chunk)) {
        pieces += 1;
        if (item.type === 'init') this.#begin(item.tracks, item.leftOut);
        else for (const sample of item.samples) this.#place(sample);
      }
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      this.#refuse(error);
    }
    return pieces;
  }

  /** Before the first packet another handling may help; after it the stream is broken. */
  #refuse(error: MediaError): void {
    if (!this.#started) this.#refused = /audio|mp4a/i.test(error.message) ? 'audio' : 'video';
    else this.#failure = new RecorderError('CAPTURE_LOST', `${this.#request.source.label} sent a damaged stream: ${error.message}`, { cause: error });
    this.#process.stop();
  }

  #begin(tracks: readonly Track[], leftOut: readonly string[]): void {
    const video = tracks.find((track) => track.kind === 'video');
    const audio = tracks.find((track) => track.kind === 'audio');
    if (video === undefined) throw new MediaError('unsupported video track');
    // MP4 takes more kinds of sound (Opus, MP3) than a recording has.
    if ((leftOut.length > 0 || audio?.codec === 'opus') && this.#handling.audio === 'copy') throw new MediaError('unsupported audio track');
    this.#placesFirst = this.#request.source.kind === 'rtsp' || audio !== undefined;
    this.#tracks = new Map(tracks.map((track) => [track.trackId, track]));
    const info: StreamInfo = audio === undefined ? { video: asHvc1(video) } : { video: asHvc1(video), audio };
    this.#sink.onInfo(info);
  }

  #place(sample: Sample): void {
    if (this.#placesFirst) for (const placed of this.#placer.push(sample)) this.#emit(placed);
    else this.#emit(sample);
  }

  #emit(sample: Sample): void {
    const track = this.#tracks.get(sample.trackId);
    if (track === undefined) return;
    this.#started = true;
    const scale = 1_000_000 / track.timescale;
    const startUs = this.#request.pace === 'live' ? LIVE_START_US : 0;
    const packet: Packet = {
      track: track.kind,
      data: sample.data,
      ptsUs: mediaUs(startUs + Math.round(sample.pts * scale)),
      dtsUs: mediaUs(startUs + Math.round(sample.dts * scale)),
      durationUs: Math.round(sample.duration * scale),
      isKey: track.kind === 'audio' || sample.isKey,
      wallMs: this.#clock.wall(),
    };
    this.#sink.onPacket(packet);
  }
}
