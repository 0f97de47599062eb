// A file of the recorder that is read in parts.
import type { HttpLink, LinkRequest } from './http-link.ts';
import type { MediaFile } from './media.ts';
import { RecorderApiError } from './recorder-api-error.ts';

/** Asks how large a file is; its bytes follow when they are read. @throws RecorderApiError */
export async function remoteFile(link: HttpLink, request: Pick<LinkRequest, 'path' | 'query'>): Promise<MediaFile> {
  // One byte instead of HEAD: an answer to that would not say what is wrong.
  const { headers, body } = await link.response({ ...request, headers: { range: 'bytes=0-0' } });
  await body?.cancel();
  const etag = headers.get('etag') ?? '';
  return {
    contentType: headers.get('content-type') ?? 'video/mp4',
    sizeBytes: Number(headers.get('content-range')?.split('/')[1] ?? headers.get('content-length')),
    etag,
    start: headers.get('x-nightjar-start') ?? '',
    read: (start, end, signal) => readRange(link, { ...request, etag, signal }, start, end),
  };
}

async function* readRange(
  link: HttpLink,
  { etag, ...request }: LinkRequest & { readonly etag: string },
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, void> {
  if (end <= start) return;
  const { status, body } = await link.response({ ...request, headers: { range: `bytes=${start}-${end - 1}`, 'if-range': etag } });
  // The whole in place of a part: the file is another one by now.
  if (status !== 206) {
    await body?.cancel();
    throw new RecorderApiError('VIDEO_GONE', 'the video has changed since it was asked for');
  }
  let left = end - start;
  for await (const chunk of body ?? []) {
    left -= chunk.length;
    yield chunk;
  }
  if (left !== 0) throw new RecorderApiError('UNREACHABLE', 'the video broke off');
}
