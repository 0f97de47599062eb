// Fetches the file of an export, and makes sure that it is what the recorder has.
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { RecorderHttp } from '../site/recorder-http.ts';
import { type ApiExport, isPassing, PATIENCE_MS } from './export-job.ts';
import { type FilePlace, offeredName, PartFile } from './file-delivery.ts';

/** How it is fetched. */
export interface FetchOptions {
  readonly signal: AbortSignal;
  /** 0…1 of the file. */
  onPart(part: number): void;
  /** For how long a recorder may be away. Default 60 s. */
  readonly patienceMs?: number;
}

/** Where the bytes go. */
interface Sink {
  /** What came before is void. */
  empty(): void | Promise<void>;
  take(piece: Uint8Array): void | Promise<void>;
}

/** One that sends a byte and no more is away as well. */
const BEGUN_BYTES = 4096;
const AGAIN_MS = 500;
const MIB = 1024 * 1024;

/** Into memory. @throws Error where it is larger than `maxMiB`, before it is fetched. */
export async function fetchBuffer(http: RecorderHttp, made: ApiExport, { maxMiB, ...options }: FetchOptions & { readonly maxMiB: number }): Promise<Buffer> {
  const size = made.sizeBytes ?? 0;
  if (size > maxMiB * MIB)
    throw new Error(
      `export ${made.id} has ${Math.ceil(size / MIB)} MiB, more than the ${maxMiB} MiB that this node takes into memory; have it delivered as a file`,
    );
  let pieces: Uint8Array[] = [];
  const empty = (): void => {
    pieces = [];
  };
  await fetchWhole(http, made, { ...options, sink: { empty, take: (piece) => void pieces.push(piece) } });
  return Buffer.concat(pieces);
}

/** Into a file, which is there once it is whole. @returns Its path. @throws Error that says why it is not there; nothing is left then. */
export async function fetchFile(http: RecorderHttp, made: ApiExport, { place, ...options }: FetchOptions & { readonly place: FilePlace }): Promise<string> {
  const part = await PartFile.begin(place);
  try {
    const headers = await fetchWhole(http, made, { ...options, sink: { empty: () => part.empty(), take: (piece) => part.write(piece) } });
    options.signal.throwIfAborted();
    return await part.keep(offeredName(headers.get('content-disposition'), `${made.cameraId}-export-${made.id}.mp4`));
  } finally {
    await part.drop();
  }
}

async function fetchWhole(http: RecorderHttp, made: ApiExport, options: FetchOptions & { readonly sink: Sink }): Promise<Headers> {
  const { patienceMs = PATIENCE_MS, signal, sink } = options;
  for (let awaySinceMs: number | undefined; ; ) {
    try {
      return await fetchOnce(http, made, options, () => {
        awaySinceMs = undefined;
      });
    } catch (error) {
      if (!isPassing(error)) throw error;
      awaySinceMs ??= performance.now();
      if (performance.now() - awaySinceMs > patienceMs) throw error;
    }
    await pause(AGAIN_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    await sink.empty();
  }
}

/** @param onBegin - So much came that the recorder is not away. */
async function fetchOnce(
  http: RecorderHttp,
  { id, sizeBytes = 0, sha256 }: ApiExport,
  { signal, onPart, sink }: FetchOptions & { readonly sink: Sink },
  onBegin: () => void,
): Promise<Headers> {
  const differs = (count: number): Error =>
    new Error(`what came of export ${id} is not what the recorder has (${count} of ${sizeBytes} bytes, or another hash); it was thrown away, try again`);
  const hash = createHash('sha256');
  let count = 0;
  const headers = await http.read({ path: `/exports/${id}/video.mp4`, signal }, async (piece) => {
    hash.update(piece);
    count += piece.length;
    if (count >= Math.min(BEGUN_BYTES, sizeBytes)) onBegin();
    // What never ends would fill the disk, or the memory.
    if (count > sizeBytes) throw differs(count);
    await sink.take(piece);
    onPart(sizeBytes === 0 ? 0 : Math.min(1, count / sizeBytes));
  });
  if (count !== sizeBytes || (sha256 !== undefined && hash.digest('hex') !== sha256)) throw differs(count);
  return headers;
}
