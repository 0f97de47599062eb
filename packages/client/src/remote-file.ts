// A file of the recorder that is read in parts.
import type { HttpLink, LinkRequest } from './http-link.ts';
import type { MediaFile } from './media.ts';
import { readBody } from './read-body.ts';
import { RecorderApiError } from './recorder-api-error.ts';

/** Asks how large a file is; its bytes follow when they are read. @throws RecorderApiError */
export async function remoteFile(link: HttpLink, request: Pick<LinkRequest, 'path' | 'query' | 'signal'>): Promise<MediaFile> {
  // One byte instead of HEAD: an answer to that would not say what is wrong.
  const { headers, body } = await link.response({ ...request, headers: { range: 'bytes=0-0' } });
  body?.cancel().catch(() => undefined);
  const etag = headers.get('etag') ?? '';
  const fileName = /filename="([^"]+)"/.exec(headers.get('content-disposition') ?? '')?.[1];
  // The signal was for the question; each reading has one of its own.
  const { signal: _, ...file } = request;
  return {
    contentType: headers.get('content-type') ?? 'video/mp4',
    sizeBytes: sizeOf(headers),
    etag,
    start: headers.get('x-nightjar-start') ?? '',
    ...(fileName === undefined ? {} : { fileName }),
    read: (start, end, signal) => readRange(link, { ...file, etag, signal }, start, end),
  };
}

function sizeOf(headers: Headers): number {
  const text = headers.get('content-range')?.split('/')[1] ?? headers.get('content-length') ?? '';
  if (!/^\d+$/.test(text)) throw new RecorderApiError('UNREACHABLE', 'the answer does not say how long the video is');
  return Number(text);
}

async function* readRange(
  link: HttpLink,
  { etag, ...request }: Pick<LinkRequest, 'path' | 'query' | 'signal'> & { readonly etag: string },
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, void> {
  if (end <= start) return;
  const response = await link.response({ ...request, headers: { range: `bytes=${start}-${end - 1}`, 'if-range': etag } });
  // The whole in place of a part: the file is another one by now.
  if (response.status !== 206) {
    response.body?.cancel().catch(() => undefined);
    throw new RecorderApiError('VIDEO_GONE', 'the video has changed since it was asked for');
  }
  let left = end - start;
  for await (const piece of readBody(response, { quietMs: link.timeoutMs, signal: request.signal })) {
    left -= piece.length;
    yield piece;
  }
  if (left !== 0) throw new RecorderApiError('UNREACHABLE', 'the video broke off');
}
