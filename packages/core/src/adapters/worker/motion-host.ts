// Where sessions are worked on, in whichever thread that is: their decoders, detectors and alarm machines.
import { AnalysisRunner } from '../../motion/analysis-runner.ts';
import { aroundFrames } from '../../motion/around-frames.ts';
import type { FrameDecoderFactory } from '../../ports/frame-decoder.ts';
import type { FromHost, ToHost } from './host-messages.ts';

interface Running {
  readonly runner: AnalysisRunner;
  readonly progress: Int32Array;
  fed: number;
}

/** Tells the feeding side how many of its packets are done with. */
function noteProgress({ progress, fed, runner }: Running): void {
  Atomics.store(progress, 0, fed - runner.pending());
}

/** Hosts sessions. What one camera's stream breaks costs its own session, and no other camera anything. */
export class MotionHost {
  readonly #decoders: FrameDecoderFactory;
  readonly #say: (message: FromHost) => void;
  readonly #sessions = new Map<number, Running>();

  constructor(decoders: FrameDecoderFactory, say: (message: FromHost) => void) {
    this.#decoders = decoders;
    this.#say = say;
  }

  /** Never throws: what goes wrong is said. */
  hear(message: ToHost): void {
    this.#guarded(message.session, () => {
      if (message.type === 'open') this.#open(message);
      else if (message.type === 'packets') this.#feed(message);
      else if (message.type === 'picture') void this.#picture(message);
      else this.#close(message.session);
    });
  }

  #open({ session, request, progress }: Extract<ToHost, { type: 'open' }>): void {
    const decoders = aroundFrames(this.#decoders, (give) => this.#guarded(session, give));
    const runner = new AnalysisRunner(decoders, request, {
      onReport: (report) => {
        // Frames come between packets too, and a session that was held back waits for this.
        noteProgress(running);
        this.#say({ type: 'report', session, report });
      },
      onFailure: (error) => this.#fail(session, error),
    });
    const running: Running = { runner, progress: new Int32Array(progress), fed: 0 };
    this.#sessions.set(session, running);
  }

  #close(session: number): void {
    const running = this.#sessions.get(session);
    this.#sessions.delete(session);
    const done = running?.runner.close() ?? Promise.resolve();
    void done.finally(() => this.#say({ type: 'closed', session }));
  }

  async #picture({ session, number, request }: Extract<ToHost, { type: 'picture' }>): Promise<void> {
    try {
      const jpeg = await this.#sessions.get(session)?.runner.picture(request);
      this.#say({ type: 'picture', session, number, ...(jpeg === undefined ? {} : { jpeg }) });
    } catch (error) {
      this.#say({ type: 'picture', session, number, message: error instanceof Error ? error.message : String(error) });
    }
  }

  #feed({ session, packets }: Extract<ToHost, { type: 'packets' }>): void {
    const running = this.#sessions.get(session);
    if (running === undefined) return;
    running.fed += packets.length;
    for (const { packet, isWanted } of packets) running.runner.feed(packet, isWanted);
    noteProgress(running);
  }

  #guarded(session: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(session, error);
    }
  }

  #fail(session: number, error: unknown): void {
    const running = this.#sessions.get(session);
    this.#sessions.delete(session);
    void running?.runner.close();
    this.#say({ type: 'failure', session, message: error instanceof Error ? error.message : String(error) });
  }
}
