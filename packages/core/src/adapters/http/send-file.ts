// Answers with a file: the whole or a part, exactly as long as announced, no faster than it is read.
import type { MediaFile } from '@nightjar/client';
import { RecorderError } from '../../errors/recorder-error.ts';
import { begun } from './begun.ts';
import { type ByteRange, wantedBytes } from './byte-range.ts';
import { beginAnswer, beginStream, type Exchange, FIRST_PIECE_WITHIN_MS, isHead, isKnown, isOther, quoted, REVALIDATED } from './exchange.ts';

/** Sends a file, or the part of it that was asked for. */
export async function sendFile(exchange: Exchange, file: MediaFile): Promise<void> {
  const { request, call, reply } = exchange;
  const etag = quoted(file.etag);
  const common = { 'accept-ranges': 'bytes', 'cache-control': REVALIDATED, etag, 'x-nightjar-start': file.start, ...dispositionOf(file) };
  if (isOther(exchange, etag)) throw new RecorderError('FILE_CHANGED', 'the file is another one now than the one that If-Match names');
  if (isKnown(exchange, etag)) {
    beginAnswer(exchange, 304, common);
    reply.raw.end();
    return;
  }
  const ifRange = request.headers['if-range'];
  const isPart = !isHead(exchange) && (ifRange === undefined || ifRange === etag);
  const wanted = isPart ? wantedBytes(request.headers.range, file.sizeBytes) : 'all';
  if (wanted === 'none') {
    reply.header('content-range', `bytes */${file.sizeBytes}`).header('accept-ranges', 'bytes');
    throw new RecorderError('RANGE_NOT_THERE', `the file has ${file.sizeBytes} bytes`);
  }
  const { start, end } = wanted === 'all' ? { start: 0, end: file.sizeBytes } : wanted;
  const head = {
    ...common,
    'content-type': file.contentType,
    'content-length': end - start,
    ...(wanted === 'all' ? {} : { 'content-range': `bytes ${start}-${end - 1}/${file.sizeBytes}` }),
  };
  const status = wanted === 'all' ? 200 : 206;
  if (isHead(exchange)) {
    beginAnswer(exchange, status, head);
    reply.raw.end();
    return;
  }
  const pieces = await begun(file.read(start, end, call.signal), FIRST_PIECE_WITHIN_MS);
  await beginStream(exchange, pieces, status, head);
  await writeExactly(exchange, pieces, { start, end });
}

/** What is meant to be kept is saved under its name; a `<video>` plays it all the same. */
const dispositionOf = ({ fileName }: MediaFile): { readonly 'content-disposition'?: string } =>
  fileName === undefined ? {} : { 'content-disposition': `attachment; filename="${fileName.replace(/[^\w.-]/g, '_')}"` };

async function writeExactly({ call, reply }: Exchange, pieces: AsyncIterator<Uint8Array>, { start, end }: ByteRange): Promise<void> {
  let left = end - start;
  try {
    while (!call.signal.aborted && left > 0) {
      const { done, value } = await pieces.next();
      if (done === true) break;
      const piece = value.length > left ? value.subarray(0, left) : value;
      left -= piece.length;
      await call.write(piece);
    }
  } finally {
    await pieces.return?.();
  }
  if (call.signal.aborted) {
    reply.raw.destroy();
    return;
  }
  // Fewer bytes than announced must not look like a whole file.
  if (left > 0) throw new RecorderError('VIDEO_GONE', `the video ended ${left} bytes early`);
  reply.raw.end();
}
