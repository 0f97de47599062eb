// Live video as one file without end, for `<video src>` and players.
import type { LiveOptions, LivePacket } from '@nightjar/client';
import { RecorderError } from '../errors/recorder-error.ts';
import { abortWith } from '../util/abort-with.ts';
import { liveMp4 } from './live-mp4.ts';

/** Begins to follow a camera. */
export type OpenLive = (options: Pick<LiveOptions, 'signal' | 'onWaiting'>) => AsyncIterable<LivePacket>;

/** How long an answer is held for a camera that is being connected. */
const FIRST_WITHIN_MS = 5000;
const RETRY_AFTER_SECONDS = 2;

/**
 * The bytes of the file, once there is something to show. It ends when `signal` aborts, the camera is removed, or its tracks change, which one file cannot.
 *
 * @throws RecorderError `CAMERA_OFFLINE` where no packet comes: at once from a camera that is known to be away, after 5 s from one that is being connected.
 */
export async function liveFile(open: OpenLive, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const { controller, release } = abortWith(signal);
  const end = (): void => {
    controller.abort('closed');
    release();
  };
  let problem = `no picture came within ${FIRST_WITHIN_MS / 1000} s`;
  let giveUp: () => void = () => undefined;
  const givenUp = new Promise<undefined>((resolve) => {
    giveUp = () => resolve(undefined);
  });
  AbortSignal.timeout(FIRST_WITHIN_MS).addEventListener('abort', giveUp, { once: true });
  try {
    const packets = open({
      signal: controller.signal,
      onWaiting: (_status, why) => {
        if (why === undefined) return;
        problem = why;
        giveUp();
      },
    })[Symbol.asyncIterator]();
    const first = await Promise.race([packets.next(), givenUp]);
    if (first === undefined) throw new RecorderError('CAMERA_OFFLINE', problem, { context: { retryAfterSeconds: RETRY_AFTER_SECONDS } });
    return oneFile(first, packets, end);
  } catch (error) {
    end();
    throw error;
  }
}

async function* oneFile(first: IteratorResult<LivePacket>, rest: AsyncIterator<LivePacket>, end: () => void): AsyncGenerator<Uint8Array, undefined> {
  try {
    let inits = 0;
    for await (const { type, bytes } of liveMp4(startingWith(first, rest), { hasOwnTimes: true })) {
      if (type === 'init') inits += 1;
      if (inits > 1) return;
      yield bytes;
    }
  } finally {
    end();
  }
}

const startingWith = (first: IteratorResult<LivePacket>, rest: AsyncIterator<LivePacket>): AsyncIterable<LivePacket> => {
  let held: IteratorResult<LivePacket> | undefined = first;
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const taken = held ?? (await rest.next());
        held = undefined;
        return taken;
      },
    }),
  };
};
