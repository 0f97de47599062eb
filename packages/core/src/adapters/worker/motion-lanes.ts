// The ways to a motion host: one in this thread, or one in a thread of its own.
import { Worker } from 'node:worker_threads';
import type { PicturePacket } from '../../ports/picture-maker.ts';
import { ffmpegFrameDecoders } from '../ffmpeg/ffmpeg-frame-decoder.ts';
import type { FromHost, ToHost } from './host-messages.ts';
import { MotionHost } from './motion-host.ts';

/** Who hears what a host says. */
export interface LaneListener {
  onMessage(message: FromHost): void;
  /** The host is gone, by no will of ours. */
  onDeath(why: string): void;
}

/** A way to a host. */
export interface MotionLane {
  /** Never blocks; packets stay the sender's. */
  send(message: ToHost): void;
}

/** A host in this thread: for work that is too little to be worth a thread. */
export class NearLane implements MotionLane {
  readonly #host: MotionHost;

  constructor(listener: Pick<LaneListener, 'onMessage'>) {
    // Said later, as from afar: who listens is never called in the middle of feeding, and its mistakes are not the host's.
    this.#host = new MotionHost(ffmpegFrameDecoders, (message) => queueMicrotask(() => listener.onMessage(message)));
  }

  send(message: ToHost): void {
    this.#host.hear(message);
  }
}

/** A host in a thread. */
export class ThreadLane implements MotionLane {
  readonly #worker: Worker;

  /** @param program - What the thread runs. */
  constructor(program: URL, listener: LaneListener) {
    this.#worker = new Worker(program, { name: 'motion' });
    this.#worker.on('message', (message: FromHost) => listener.onMessage(message));
    this.#worker.on('error', (error) => listener.onDeath(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => listener.onDeath(`exit code ${code}`));
  }

  send(message: ToHost): void {
    // Copies of their own (`slice` of a Buffer is a view): what is sent is taken away from here, and of a view all behind it would go.
    const own = <Sent extends PicturePacket>(packet: Sent) => ({ ...packet, data: new Uint8Array(packet.data) });
    if (message.type === 'picture') return this.#worker.postMessage({ ...message, request: { ...message.request, packets: message.request.packets.map(own) } });
    if (message.type !== 'packets') return this.#worker.postMessage(message);
    const packets = message.packets.map((gated) => ({ ...gated, packet: own(gated.packet) }));
    this.#worker.postMessage(
      { ...message, packets },
      packets.map(({ packet: { data } }) => data.buffer),
    );
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
