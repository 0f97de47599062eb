// Pictures of cameras and events for one node: messages that wait for the same one share a request.
import { setTimeout as pause } from 'node:timers/promises';
import { part, type RecorderHttp, RecorderProblem, type RecorderQuestion } from '../site/recorder-http.ts';
import { isJpeg, MOST_JPEG_BYTES } from './jpeg.ts';
import { SharedQuestions } from './shared-questions.ts';

/** A picture, and what the recorder says of it. Shared by the messages that asked for it. */
export class CameraPicture {
  readonly bytes: Buffer;
  /** When it was captured, ISO 8601; of an event’s picture, when the event began. */
  readonly ts: string;
  /** It does not show what is now. */
  readonly stale: boolean;
  #base64: string | undefined;

  constructor(bytes: Buffer, headers: Headers) {
    this.bytes = bytes;
    const captured = new Date(headers.get('x-nightjar-captured-at') ?? Number.NaN);
    this.ts = (Number.isNaN(captured.getTime()) ? new Date() : captured).toISOString();
    this.stale = headers.get('x-nightjar-stale') === 'true';
  }

  get base64(): string {
    this.#base64 ??= this.bytes.toString('base64');
    return this.#base64;
  }
}

/** What of an event is needed. */
interface EventOfApi {
  readonly id: number;
  readonly cameraId: string;
}

/** Requests to recorders at a time. */
const AT_ONCE = 4;
/** A picture that is being made is asked for again. */
const AGAIN_MS = 500;
const READY_WITHIN_MS = 10_000;

/** Asks for pictures. */
export class PictureSource {
  readonly #pictures = new SharedQuestions<CameraPicture>(AT_ONCE);
  readonly #events = new SharedQuestions<EventOfApi>(AT_ONCE);
  readonly #signal: AbortSignal;

  /** @param signal - Ends every request. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** What a camera shows now. @throws RecorderProblem */
  live(api: RecorderHttp, camera: string, width: number | undefined): Promise<CameraPicture> {
    return this.#picture(api, `/cameras/${part(camera)}/snapshot.jpg`, width);
  }

  /** The best picture of an event; where it is just being made, it is waited for. @throws RecorderProblem */
  async event(api: RecorderHttp, id: number, width: number | undefined): Promise<CameraPicture> {
    for (const endMs = performance.now() + READY_WITHIN_MS; ; ) {
      try {
        return await this.#picture(api, `/events/${part(id)}/snapshot.jpg`, width);
      } catch (error) {
        if (!(error instanceof RecorderProblem && error.code === 'NOT_READY') || performance.now() > endMs) throw error;
        await pause(AGAIN_MS, undefined, { signal: this.#signal });
      }
    }
  }

  /** An event by its id. @throws RecorderProblem */
  eventOf(api: RecorderHttp, id: number): Promise<EventOfApi> {
    return this.#events.ask(`${api.url} ${id}`, async () => eventIn(api, await api.json({ path: `/events/${part(id)}`, signal: this.#signal })));
  }

  /** The newest event of a camera. @throws RecorderProblem, `EVENT_NOT_FOUND` where it has none. */
  newestEvent(api: RecorderHttp, camera: string): Promise<EventOfApi> {
    return this.#events.ask(`${api.url} ${camera}`, async () => {
      const page = await api.json<{ readonly events?: readonly unknown[] }>({ path: '/events', query: { camera, limit: 1 }, signal: this.#signal });
      if (Array.isArray(page?.events) && page.events.length === 0)
        throw new RecorderProblem('EVENT_NOT_FOUND', 200, `camera ${camera} has no event yet; name one, or ask for its live picture`);
      return eventIn(api, page?.events?.[0]);
    });
  }

  #picture(api: RecorderHttp, path: string, width: number | undefined): Promise<CameraPicture> {
    const question: RecorderQuestion = { path, query: { width }, mostBytes: MOST_JPEG_BYTES, signal: this.#signal };
    return this.#pictures.ask(`${api.url} ${path} ${width ?? ''}`, async () => {
      const { bytes, headers } = await api.bytes(question);
      if (!isJpeg(bytes)) throw api.noRecorder(`sent no JPEG (${typeIn(headers)}, ${bytes.length} bytes)`);
      return new CameraPicture(bytes, headers);
    });
  }
}

const typeIn = (headers: Headers): string => (headers.get('content-type') ?? 'of no type').slice(0, 60);

function eventIn(api: RecorderHttp, value: unknown): EventOfApi {
  const { id, cameraId } = (value ?? {}) as Partial<EventOfApi>;
  if (typeof id !== 'number' || typeof cameraId !== 'string') throw api.noRecorder('sent no event');
  return { id, cameraId };
}
