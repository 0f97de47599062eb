// Motion analysis a test decides about: the real alarm machine over scores that are set by hand.

import { RecorderError } from '../src/errors/recorder-error.ts';
import type { Packet } from '../src/model/packet.ts';
import type { WallMs } from '../src/model/time.ts';
import { type AlarmMachineState, IDLE_ALARM, stepAlarm } from '../src/motion/alarm-machine.ts';
import type { AnalysisListener, AnalysisRequest, AnalysisSession, MotionAnalyzer } from '../src/ports/motion-analyzer.ts';

/** Analyses each packet (in key-frame mode each key packet) at once: something moves while `isMoving`. */
export class FakeMotionAnalyzer implements MotionAnalyzer {
  isMoving = false;
  /** Takes packets and says nothing. */
  isSilent = false;
  isClosed = false;
  readonly sessions: FakeAnalysisSession[] = [];

  open(request: AnalysisRequest, listener: AnalysisListener): AnalysisSession {
    const session = new FakeAnalysisSession(this, request, listener);
    this.sessions.push(session);
    return session;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** Sessions that were not closed. */
  get live(): number {
    return this.sessions.filter((session) => !session.isClosed).length;
  }

  /** The newest session dies. */
  fail(message: string): void {
    this.sessions.at(-1)?.fail(new Error(message));
  }
}

/** A session that remembers what it was given. */
export class FakeAnalysisSession implements AnalysisSession {
  readonly request: AnalysisRequest;
  readonly fed: Packet[] = [];
  dropped = 0;
  isClosed = false;
  readonly #analyzer: FakeMotionAnalyzer;
  readonly #listener: AnalysisListener;
  #alarm: AlarmMachineState = IDLE_ALARM;
  #firstScoredMs: WallMs | undefined;

  constructor(analyzer: FakeMotionAnalyzer, request: AnalysisRequest, listener: AnalysisListener) {
    this.#analyzer = analyzer;
    this.request = request;
    this.#listener = listener;
  }

  feed(packet: Packet): void {
    this.fed.push(packet);
    const keyFramesOnly = this.request.mode === 'keyframes';
    if (this.#analyzer.isSilent || !this.fed.some(({ isKey }) => isKey) || (keyFramesOnly && !packet.isKey)) return;
    this.#report(packet, keyFramesOnly);
  }

  fail(error: Error): void {
    this.#listener.onFailure(error);
  }

  /** Makes none: a picture maker is asked. */
  async picture(): Promise<Uint8Array> {
    throw new RecorderError('PICTURE_FAILED', 'no fake makes pictures');
  }

  get decoded(): number {
    return this.fed.length;
  }

  get pending(): number {
    return 0;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  #report({ ptsUs, wallMs }: Packet, keyFramesOnly: boolean): void {
    const { alarmFrameCount, postRollSeconds } = this.request;
    const score = this.#analyzer.isMoving ? 40 : 0;
    const sample = { ptsUs, wallMs, score, zones: score > 0 ? ['all'] : [] };
    const { state } = stepAlarm(this.#alarm, sample, { alarmFrameCount, postRollSeconds, keyFramesOnly });
    if (state.firstScoredAt === ptsUs) this.#firstScoredMs = wallMs;
    this.#alarm = state;
    const first = state.alarm === 'idle' || this.#firstScoredMs === undefined ? {} : { firstScoredMs: this.#firstScoredMs };
    this.#listener.onReport({ sample, alarm: state.alarm, ...first });
  }
}
