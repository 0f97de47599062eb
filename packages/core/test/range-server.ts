// The smallest server that gives ranges of files which are made while they are read.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { MediaFile } from '@nightjar/client';

/** Finds what an address names; text is a page. */
export type FindFile = (path: string, reader: { readonly reader: string; readonly isContinued: boolean }) => Promise<MediaFile | string | undefined>;

/** A server on this machine. */
export interface RangeServer {
  readonly url: string;
  /** Ranges that were asked for, as they were written. */
  readonly ranges: readonly string[];
  close(): Promise<void>;
}

/** Starts one. */
export async function serveRanges(find: FindFile): Promise<RangeServer> {
  const ranges: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    if (request.headers.range !== undefined) ranges.push(request.headers.range);
    const found = await find(request.url ?? '/', { reader: request.socket.remoteAddress ?? '', isContinued: Number(first ?? 0) > 0 });
    if (found === undefined) return void response.writeHead(404).end();
    if (typeof found === 'string') return void response.writeHead(200, { 'content-type': 'text/html' }).end(found);
    const start = Number(first ?? 0);
    const end = Math.min(found.sizeBytes, last === undefined || last === '' ? found.sizeBytes : Number(last) + 1);
    if (start >= found.sizeBytes) return void response.writeHead(416, { 'content-range': `bytes */${found.sizeBytes}` }).end();
    response.writeHead(first === undefined ? 200 : 206, {
      'content-type': found.contentType,
      'accept-ranges': 'bytes',
      'content-length': end - start,
      etag: `"${found.etag}"`,
      ...(first === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${found.sizeBytes}` }),
    });
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    Readable.from(found.read(start, end, gone.signal)).pipe(response);
  };
  const server = createServer((request, response) => void answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
