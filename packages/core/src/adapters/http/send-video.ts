// Answers with video without end.
import { begun } from './begun.ts';
import { beginAnswer, beginStream, cameraGone, type Exchange, FIRST_PIECE_WITHIN_MS, isHead } from './exchange.ts';

/** Sends pieces as they come. The next one is asked for when there is room for it, so that the source can leave out what a slow viewer has no time for. */
export async function sendVideo(exchange: Exchange, video: AsyncIterable<Uint8Array>): Promise<void> {
  const { call, reply } = exchange;
  const head = { 'content-type': 'video/mp4', 'cache-control': 'no-store' };
  if (isHead(exchange)) {
    beginAnswer(exchange, 200, head);
    reply.raw.end();
    return;
  }
  const pieces = await begun(video, FIRST_PIECE_WITHIN_MS);
  if (pieces.isEmpty) throw cameraGone();
  await beginStream(exchange, pieces, 200, head);
  reply.raw.flushHeaders();
  try {
    while (!call.signal.aborted) {
      const { done, value } = await pieces.next();
      if (done === true) break;
      await call.write(value);
    }
  } finally {
    await pieces.return?.();
  }
  reply.raw.end();
}
