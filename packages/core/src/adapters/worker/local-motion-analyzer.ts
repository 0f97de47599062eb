// Motion analysis on this machine, for all cameras. Bounded: a session that falls behind loses packets up to the next key
// packet, and a thread that dies is reported to its sessions and replaced when the next one opens.
import { RecorderError } from '../../errors/recorder-error.ts';
import type { AlarmState } from '../../model/motion.ts';
import type { Packet } from '../../model/packet.ts';
import { DecodeGate } from '../../motion/decode-gate.ts';
import { isAnalyzed } from '../../motion/is-analyzed.ts';
import type { AnalysisListener, AnalysisRequest, AnalysisSession, MotionAnalyzer } from '../../ports/motion-analyzer.ts';
import type { PictureRequest } from '../../ports/picture-maker.ts';
import type { FromHost } from './host-messages.ts';
import { type MotionLane, NearLane, ThreadLane } from './motion-lanes.ts';

/** Packets a session may be behind before some are dropped: six seconds of an ordinary camera. */
const MOST_BEHIND = 90;
const CLOSED_WITHIN_MS = 2000;
/** Longer than a decoder takes at most. */
const PICTURE_WITHIN_MS = 6000;
/**
 * Frames a second that may be looked at beside recording. One takes 2 ms (8 ms on a small machine), as long as a write to disk
 * delays recording too; a thread costs 17 MB.
 */
const MOST_NEAR_LOOKS = 20;
/** Frames a second that a session looks at: one of each GOP, or all that an ordinary camera sends while something moves. */
const LOOKS: Readonly<Record<AnalysisRequest['mode'], number>> = { keyframes: 1, continuous: 15 };

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** Where the work is done. */
export interface LocalMotionAnalyzerOptions {
  /** What the thread runs. */
  readonly program?: URL;
  /** Frames a second that may be looked at without a thread. Default 20. */
  readonly mostNearLooks?: number;
}

/** Runs analysis in a thread, or beside recording where there is little of it. */
export class LocalMotionAnalyzer implements MotionAnalyzer {
  readonly #program: URL;
  readonly #mostNearLooks: number;
  readonly #sessions = new Map<number, Session>();
  readonly #near: MotionLane = new NearLane({ onMessage: (message) => this.#hear(message) });
  #thread: ThreadLane | undefined;
  #numbers = 0;

  constructor(options: LocalMotionAnalyzerOptions = {}) {
    this.#program = options.program ?? new URL(`./motion-worker.${extension}`, import.meta.url);
    this.#mostNearLooks = options.mostNearLooks ?? MOST_NEAR_LOOKS;
  }

  open(request: AnalysisRequest, listener: AnalysisListener): AnalysisSession {
    const lane = this.#laneFor(request);
    this.#numbers += 1;
    const number = this.#numbers;
    const session = new Session(number, request, listener, lane, () => this.#sessions.delete(number));
    this.#sessions.set(number, session);
    session.begin();
    return session;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.close();
  }

  #laneFor({ mode }: AnalysisRequest): MotionLane {
    const near = [...this.#sessions.values()].filter(({ lane }) => lane === this.#near).reduce((sum, { looks }) => sum + looks, 0);
    return near + LOOKS[mode] <= this.#mostNearLooks ? this.#near : (this.#thread ??= this.#startThread());
  }

  #startThread(): ThreadLane {
    const thread: ThreadLane = new ThreadLane(this.#program, {
      onMessage: (message) => this.#hear(message),
      onDeath: (why) => {
        if (this.#thread !== thread) return;
        this.#thread = undefined;
        for (const session of [...this.#sessions.values()]) if (session.lane === thread) session.fail(why);
      },
    });
    return thread;
  }

  #hear(message: FromHost): void {
    this.#sessions.get(message.session)?.hear(message);
  }
}

type PictureAnswer = Pick<Extract<FromHost, { type: 'picture' }>, 'jpeg' | 'message'>;

class Session implements AnalysisSession {
  readonly lane: MotionLane;
  readonly #number: number;
  readonly #listener: AnalysisListener;
  readonly #forget: () => void;
  readonly #progress = new SharedArrayBuffer(4);
  readonly #done = new Int32Array(this.#progress);
  readonly #request: AnalysisRequest;
  readonly #gate: DecodeGate;
  #alarm: AlarmState = 'idle';
  #fed = 0;
  #dropped = 0;
  #waitsForKey = true;
  #open = true;
  #closed: (() => void) | undefined;
  #pictures = 0;
  /** Who waits for a picture, by its number. */
  readonly #asked = new Map<number, (answer: PictureAnswer) => void>();

  constructor(number: number, request: AnalysisRequest, listener: AnalysisListener, lane: MotionLane, forget: () => void) {
    this.#number = number;
    this.#request = request;
    this.#gate = new DecodeGate(request);
    this.#listener = listener;
    this.lane = lane;
    this.#forget = forget;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get decoded(): number {
    return Atomics.load(this.#done, 0);
  }

  get pending(): number {
    return Math.max(0, this.#fed - this.decoded);
  }

  /** Frames a second. */
  get looks(): number {
    return LOOKS[this.#request.mode];
  }

  begin(): void {
    this.lane.send({ type: 'open', session: this.#number, request: this.#request, progress: this.#progress });
  }

  feed(packet: Packet): void {
    if (!this.#open || !isAnalyzed(this.#request.mode, packet)) return;
    const behind = this.#fed - Atomics.load(this.#done, 0);
    if (behind > MOST_BEHIND) this.#waitForKey();
    if (this.#waitsForKey && !(packet.isKey && behind <= MOST_BEHIND / 2)) {
      if (this.#fed > 0) this.#dropped += 1;
      return;
    }
    this.#waitsForKey = false;
    const packets = this.#gate.take(packet, this.#alarm);
    if (packets.length === 0) return;
    this.#fed += packets.length;
    this.lane.send({ type: 'packets', session: this.#number, packets });
  }

  #waitForKey(): void {
    this.#waitsForKey = true;
    this.#dropped += this.#gate.clear();
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#refusePictures('motion analysis was closed');
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSED_WITHIN_MS);
      this.#closed = () => {
        clearTimeout(timer);
        resolve();
      };
      this.lane.send({ type: 'close', session: this.#number });
    });
    this.#forget();
  }

  async picture(request: PictureRequest): Promise<Uint8Array> {
    if (!this.#open) throw new RecorderError('PICTURE_FAILED', 'motion analysis is over');
    this.#pictures += 1;
    const number = this.#pictures;
    const { jpeg, message } = await new Promise<PictureAnswer>((resolve) => {
      const timer = setTimeout(
        () => this.#answer(number, { message: `motion analysis made no picture within ${PICTURE_WITHIN_MS / 1000} s` }),
        PICTURE_WITHIN_MS,
      );
      this.#asked.set(number, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.lane.send({ type: 'picture', session: this.#number, number, request });
    });
    if (jpeg === undefined) throw new RecorderError('PICTURE_FAILED', message ?? 'motion analysis made no picture');
    return jpeg;
  }

  #answer(number: number, answer: PictureAnswer): void {
    this.#asked.get(number)?.(answer);
    this.#asked.delete(number);
  }

  #refusePictures(message: string): void {
    for (const number of [...this.#asked.keys()]) this.#answer(number, { message });
  }

  hear(message: FromHost): void {
    if (message.type === 'closed') this.#closed?.();
    else if (message.type === 'picture') this.#answer(message.number, message);
    else if (!this.#open) return;
    else if (message.type === 'report') {
      this.#alarm = message.report.alarm;
      this.#listener.onReport(message.report);
    } else this.fail(message.message);
  }

  fail(why: string): void {
    this.#closed?.();
    this.#refusePictures(why);
    if (!this.#open) return;
    this.#open = false;
    this.#forget();
    this.#listener.onFailure(new RecorderError('DECODER_FAILED', `motion analysis stopped: ${why}`));
  }
}
