// Motion analysis in one worker thread for all cameras. Bounded: a session that falls behind loses packets up to the next
// key packet, and a thread that dies is reported to its sessions and replaced when the next one opens.
import { Worker } from 'node:worker_threads';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { AlarmState } from '../../model/motion.ts';
import type { Packet } from '../../model/packet.ts';
import { DecodeGate } from '../../motion/decode-gate.ts';
import { isAnalyzed } from '../../motion/is-analyzed.ts';
import type { AnalysisListener, AnalysisRequest, AnalysisSession, MotionAnalyzer } from '../../ports/motion-analyzer.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** Packets a session may be behind before some are dropped: six seconds of an ordinary camera. */
const MOST_BEHIND = 90;
const CLOSE_WITHIN_MS = 2000;

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** Runs analysis in a thread. */
export class WorkerMotionAnalyzer implements MotionAnalyzer {
  readonly #program: URL;
  readonly #sessions = new Map<number, WorkerSession>();
  #worker: Worker | undefined;
  #numbers = 0;

  /** @param program - What the thread runs. */
  constructor(program: URL = new URL(`./motion-worker.${extension}`, import.meta.url)) {
    this.#program = program;
  }

  open(request: AnalysisRequest, listener: AnalysisListener): AnalysisSession {
    const worker = (this.#worker ??= this.#start());
    this.#numbers += 1;
    const number = this.#numbers;
    const session = new WorkerSession(
      number,
      request,
      listener,
      (message, transfer) => worker.postMessage(message, transfer),
      () => this.#sessions.delete(number),
    );
    this.#sessions.set(number, session);
    session.begin();
    return session;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#program, { name: 'motion' });
    worker.on('message', (message: FromWorker) => this.#sessions.get(message.session)?.hear(message));
    const died = (why: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const session of [...this.#sessions.values()]) session.fail(why);
    };
    worker.on('error', (error) => died(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => died(`exit code ${code}`));
    return worker;
  }
}

class WorkerSession implements AnalysisSession {
  readonly #number: number;
  readonly #listener: AnalysisListener;
  readonly #send: (message: ToWorker, transfer: ArrayBuffer[]) => void;
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

  constructor(
    number: number,
    request: AnalysisRequest,
    listener: AnalysisListener,
    send: (message: ToWorker, transfer: ArrayBuffer[]) => void,
    forget: () => void,
  ) {
    this.#number = number;
    this.#request = request;
    this.#gate = new DecodeGate(request);
    this.#listener = listener;
    this.#send = send;
    this.#forget = forget;
  }

  get dropped(): number {
    return this.#dropped;
  }

  begin(): void {
    this.#send({ type: 'open', session: this.#number, request: this.#request, progress: this.#progress }, []);
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
    // Copies of their own (`slice` of a Buffer is a view): what is sent is taken away from here.
    const packets = this.#gate.take(packet, this.#alarm).map((gated) => ({ ...gated, packet: { ...gated.packet, data: new Uint8Array(gated.packet.data) } }));
    if (packets.length === 0) return;
    this.#fed += packets.length;
    this.#send(
      { type: 'packets', session: this.#number, packets },
      packets.map(({ packet: { data } }) => data.buffer),
    );
  }

  #waitForKey(): void {
    this.#waitsForKey = true;
    this.#dropped += this.#gate.clear();
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_WITHIN_MS);
      this.#closed = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#send({ type: 'close', session: this.#number }, []);
    });
    this.#forget();
  }

  hear(message: FromWorker): void {
    if (message.type === 'closed') this.#closed?.();
    else if (!this.#open) return;
    else if (message.type === 'report') {
      this.#alarm = message.report.alarm;
      this.#listener.onReport(message.report);
    } else this.fail(message.message);
  }

  fail(why: string): void {
    this.#closed?.();
    if (!this.#open) return;
    this.#open = false;
    this.#forget();
    this.#listener.onFailure(new RecorderError('DECODER_FAILED', `motion analysis stopped: ${why}`));
  }
}
