// One live view, from its start to its end.
import type { CameraContext } from '../camera-context.ts';
import type { Clock } from '../clock.ts';
import type { SessionRecord } from '../session-book.ts';
import type { CameraFeeds } from './camera-feeds.ts';
import type { LiveLimits } from './live-limits.ts';
import type { RtpStream } from './rtp-stream.ts';
import { type LineName, SessionClock } from './session-clock.ts';
import { sessionTimeout } from './session-timeout-policy.ts';
import { SoundFlow } from './sound-flow.ts';
import { chooseStream, isRemote, isSameChoice, type StreamChoice, standInFor } from './stream-choice-policy.ts';
import { VideoFlow } from './video-flow.ts';
import { randomTimestamp, type ViewerLink } from './viewer-link.ts';
import { describeRequest, type ViewerRequest } from './viewer-request.ts';

const WATCH_EVERY_MS = 500;
/** A correction of the clocks that viewers are told of at once. */
const MOVED_US = 40_000;
const VIDEO_RATE = 90_000;

/** What a session is made of. */
export interface LiveSessionParts {
  readonly context: CameraContext;
  readonly clock: Clock;
  readonly limits: LiveLimits;
  readonly feeds: CameraFeeds;
  readonly link: ViewerLink;
  readonly request: ViewerRequest;
  /** Told once, after everything was let go of. `isOurs`: the viewer does not know yet. `trouble`: what else the person who looks for one should know. */
  onEnd(record: SessionRecord, isOurs: boolean, trouble: readonly string[]): void;
}

interface Track {
  readonly name: LineName;
  readonly stream: RtpStream;
  readonly rate: number;
  readonly firstTimestamp: number;
}

/** A view that runs. */
export class LiveSession {
  readonly #parts: LiveSessionParts;
  readonly #line = new SessionClock();
  readonly #video: VideoFlow;
  readonly #sound: SoundFlow | undefined;
  readonly #tracks: readonly Track[];
  readonly #startedAt: string;
  readonly #startedMs: number;
  #request: ViewerRequest;
  #codec: string | undefined;
  #firstPictureMs: number | undefined;
  #heardMs: number | undefined;
  #reportedMs: number;
  #cancel: (() => void) | undefined;
  #hasEnded = false;

  constructor(parts: LiveSessionParts) {
    this.#parts = parts;
    const { clock, link, request, feeds, limits, context } = parts;
    this.#request = request;
    this.#startedMs = clock.monotonic();
    this.#startedAt = new Date(clock.wall()).toISOString();
    this.#reportedMs = this.#startedMs;
    const video: Track = {
      name: 'video',
      stream: link.stream('video', { payloadType: request.payloadType, maxBytes: request.mtu }),
      rate: VIDEO_RATE,
      firstTimestamp: randomTimestamp(),
    };
    this.#video = new VideoFlow({
      ...{ feeds, clock, limits, line: this.#line, start: context.settings.liveStart },
      pace: isRemote(request) ? limits.remotePace : limits.pace,
      ...{ stream: video.stream, firstTimestamp: video.firstTimestamp },
      onSent: (isKey) => this.#pictureSent(isKey),
      onForeign: (codec) => this.#foreign(codec),
      onEnd: (choice, why) => this.#streamEnded(choice, why),
      onLost: (choice, why) => context.log.debug(`${this.#name}: the viewer does not get the ${choice.stream} stream: ${why}`),
    });
    const hasSound = context.settings.audio && context.camera()?.audio !== false;
    if (request.sound === undefined || !hasSound) {
      this.#tracks = [video];
      return;
    }
    const { payloadType, sampleRate } = request.sound;
    const sound: Track = {
      name: 'audio',
      stream: link.stream('audio', { payloadType, maxBytes: request.mtu }),
      rate: sampleRate,
      firstTimestamp: randomTimestamp(),
    };
    this.#tracks = [video, sound];
    this.#sound = new SoundFlow({
      ...{ feeds, clock, line: this.#line, stream: sound.stream, request: request.sound },
      ...{ firstTimestamp: sound.firstTimestamp, againMs: limits.soundAgainMs },
      onFirst: () => this.#report(),
    });
  }

  /** Begins to send. */
  start(): void {
    const { link, clock } = this.#parts;
    link.listen({
      onHeard: () => {
        this.#heardMs = clock.monotonic();
      },
      onKeyWanted: () => this.#video.wantKey(),
    });
    this.#watch();
    const choice = this.#choose();
    const { context, request } = this.#parts;
    const standIn = standInFor(choice, request, context.camera()?.streams, context.settings.stream);
    if (standIn === 'none') this.#video.use(choice);
    else this.#video.use(choice, { choice: { stream: 'main', why: 'until the other one begins' }, keysOnly: standIn === 'keys' });
    if (!this.#hasEnded) this.#sound?.start();
  }

  /** The viewer wants something else now: what is sent changes at the next key frame, where it changes. */
  change(request: ViewerRequest): void {
    this.#request = request;
    this.#chooseAgain();
  }

  /** Ends it, once. `isOurs`: the viewer does not know. */
  end(why: string, isOurs: boolean): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancel?.();
    const { sent } = this.#video;
    this.#video.stop();
    this.#sound?.stop();
    this.#report(true);
    const record = this.#record(sent, why);
    const trouble = this.#trouble();
    this.#parts.link.close();
    this.#parts.onEnd(record, isOurs, trouble);
  }

  #choose(): StreamChoice {
    const { context } = this.#parts;
    const known = context.camera()?.streams;
    const seen = this.#video.choice?.stream ?? 'main';
    const codec = this.#codec;
    // What was received is truer than what was heard of it.
    const streams =
      codec === undefined
        ? known
        : (known ?? [{ stream: seen, codec, width: 0, height: 0, fps: 0, bitrateKbps: 0, gopSeconds: 0, hasBFrames: false }]).map((stream) =>
            stream.stream === seen ? { ...stream, codec } : stream,
          );
    return chooseStream(this.#request, streams, context.settings.stream);
  }

  #chooseAgain(): void {
    const choice = this.#choose();
    if (this.#video.choice !== undefined && isSameChoice(choice, this.#video.choice)) return;
    this.#parts.context.log.debug(`${this.#name}: the viewer gets another stream now (${choice.stream}: ${choice.why}).`);
    this.#video.use(choice);
  }

  #foreign(codec: string): void {
    if (this.#codec === codec || this.#hasEnded) return;
    this.#codec = codec;
    this.#chooseAgain();
    if (this.#video.choice?.form === undefined) this.end(`the camera sends ${codec}, which cannot be shown in Home`, true);
  }

  /** Encoding may fail where copying does not; else there is nothing left to send. */
  #streamEnded(choice: StreamChoice, why: string): void {
    if (choice.form !== undefined && this.#codec === undefined) {
      const { log, camera } = this.#parts.context;
      const codec = camera()?.streams?.find(({ stream }) => stream === choice.stream)?.codec ?? '';
      if (/^(avc|h264|$)/i.test(codec)) {
        log.warn(`${this.#name}: cannot be encoded for this viewer (${why}); it gets what the camera sends.`);
        return this.#video.use({ stream: choice.stream, why: 'encoding failed' });
      }
    }
    this.end(why, true);
  }

  #pictureSent(isKey: boolean): void {
    if (isKey && this.#firstPictureMs === undefined) {
      this.#firstPictureMs = this.#parts.clock.monotonic() - this.#startedMs;
      this.#report();
    } else if (this.#line.movedUs > MOVED_US && this.#parts.clock.monotonic() - this.#reportedMs > 50) this.#report();
  }

  /** Both tracks say the same moment of the calendar, so that a viewer shows them together (RFC 3550 §6.4.1). */
  #report(isLast = false): void {
    const { clock } = this.#parts;
    const nowMs = clock.monotonic();
    const wallMs = clock.wall();
    this.#line.settle(nowMs - this.#reportedMs);
    this.#reportedMs = nowMs;
    for (const { name, stream, rate, firstTimestamp } of this.#tracks) {
      const atUs = this.#line.at(name, nowMs);
      if (stream.packets > 0 && atUs !== undefined) stream.report(wallMs, (firstTimestamp + Math.round((atUs * rate) / 1e6)) >>> 0, isLast);
    }
  }

  #watch(): void {
    const { clock, limits } = this.#parts;
    const nowMs = clock.monotonic();
    const reportEveryMs = this.#request.reportSeconds * 1000;
    if (nowMs - this.#reportedMs >= reportEveryMs) this.#report();
    const why = sessionTimeout(
      {
        nowMs,
        startedMs: this.#startedMs,
        heardMs: this.#heardMs,
        pictureMs: this.#video.pictureMs,
        flowingSinceMs: this.#video.flowingSinceMs,
        problem: this.#video.problem,
        reportSeconds: this.#request.reportSeconds,
      },
      limits,
    );
    if (why !== undefined) return this.end(why, true);
    this.#cancel = clock.after(Math.min(WATCH_EVERY_MS, reportEveryMs), () => this.#watch());
  }

  get #name(): string {
    const { context } = this.#parts;
    return context.camera()?.name ?? context.id;
  }

  #trouble(): readonly string[] {
    const { roundTripMs, resent, refused } = this.#parts.link;
    const { leftOut } = this.#video;
    return [
      ...(roundTripMs === undefined ? [] : [`round trip ${Math.round(roundTripMs)} ms`]),
      ...(resent === 0 ? [] : [`${resent} packets sent again`]),
      ...(leftOut === 0 ? [] : [`${leftOut} pictures left out`]),
      ...(refused === 0 ? [] : [`${refused} reports refused`]),
      ...(this.#sound?.problem === undefined ? [] : [`no sound: ${this.#sound.problem}`]),
    ];
  }

  #record(sent: string, why: string): SessionRecord {
    const { context, clock, link } = this.#parts;
    const { loss } = link;
    const firstPictureMs = this.#firstPictureMs;
    return {
      kind: 'live',
      cameraId: context.id,
      at: this.#startedAt,
      peer: link.peer,
      request: describeRequest(this.#request),
      sent: `${sent}${(this.#tracks[1]?.stream.packets ?? 0) > 0 ? ', with sound' : ''}`,
      ...(firstPictureMs === undefined ? {} : { firstPictureMs: Math.round(firstPictureMs) }),
      seconds: Math.round((clock.monotonic() - this.#startedMs) / 100) / 10,
      packets: this.#tracks.reduce((sum, { stream }) => sum + stream.packets, 0),
      bytes: this.#tracks.reduce((sum, { stream }) => sum + stream.payloadBytes, 0),
      ...(loss === undefined ? {} : { loss }),
      end: why,
    };
  }
}
