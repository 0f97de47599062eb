// Answers with a picture, or with pictures without end.
import type { Picture } from '@nightjar/client';
import { begun } from './begun.ts';
import { beginAnswer, beginStream, cameraGone, type Exchange, FIRST_PIECE_WITHIN_MS, isHead, isKnown, quoted, REVALIDATED } from './exchange.ts';
import { newestOnly } from './newest-only.ts';

const BOUNDARY = 'nightjar-picture';

/** Sends one JPEG, or says that the one somebody has is still the newest. */
export function sendPicture(exchange: Exchange, picture: Picture): void {
  const { reply } = exchange;
  const etag = quoted(picture.etag);
  const head = { etag, 'cache-control': REVALIDATED, ...factsOf(picture) };
  const isSame = isKnown(exchange, etag);
  beginAnswer(exchange, isSame ? 304 : 200, isSame ? head : { ...head, 'content-type': 'image/jpeg', 'content-length': picture.jpeg.byteLength });
  reply.raw.end(isSame || isHead(exchange) ? undefined : picture.jpeg);
}

/** Sends JPEGs, each in place of the one before; a slow viewer gets only the newest. */
export async function sendPictures(exchange: Exchange, pictures: AsyncIterable<Picture>): Promise<void> {
  const { call, reply } = exchange;
  const head = { 'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`, 'cache-control': 'no-store' };
  if (isHead(exchange)) {
    beginAnswer(exchange, 200, head);
    reply.raw.end();
    return;
  }
  const started = await begun(pictures, FIRST_PIECE_WITHIN_MS);
  if (started.isEmpty) throw cameraGone();
  await beginStream(exchange, started, 200, head);
  await call.write(`--${BOUNDARY}\r\n`);
  for await (const picture of newestOnly(started, call.signal)) {
    const facts = { 'content-type': 'image/jpeg', 'content-length': String(picture.jpeg.byteLength), etag: quoted(picture.etag), ...factsOf(picture) };
    const lines = Object.entries(facts).map(([name, value]) => `${name}: ${value}\r\n`);
    reply.raw.write(`${lines.join('')}\r\n`);
    reply.raw.write(picture.jpeg);
    // The line that ends a picture goes with it: browsers show it only then.
    await call.write(`\r\n--${BOUNDARY}\r\n`);
  }
  reply.raw.end();
}

const factsOf = ({ at, stale }: Picture): Record<string, string> => ({
  'x-nightjar-captured-at': at,
  ...(stale ? { 'x-nightjar-stale': 'true' } : {}),
});
