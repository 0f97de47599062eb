// Has a recorder make an export, and follows it until it is done.
import { setTimeout as pause } from 'node:timers/promises';
import { type RecorderHttp, RecorderProblem } from '../site/recorder-http.ts';

/** What is exported: events, or a span of a camera. */
export interface ExportWish {
  readonly events?: readonly number[];
  readonly camera?: string;
  readonly from?: string;
  readonly to?: string;
  readonly name?: string;
}

/** An export as the API has it. */
export interface ApiExport {
  readonly id: number;
  readonly cameraId: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly step?: string;
  /** 0…1 */
  readonly progress: number;
  readonly from: string;
  readonly to: string;
  readonly events: readonly number[];
  readonly sizeBytes?: number;
  readonly sha256?: string;
  readonly durationSeconds?: number;
  readonly urls?: { readonly video: string };
  readonly error?: { readonly code: string; readonly message: string };
}

/** How an export is followed. */
export interface ExportFollowing {
  readonly signal: AbortSignal;
  /** Told after each look. */
  onLook(made: ApiExport): void;
  /** For how long a recorder may be away, which may be starting anew. Default 60 s. */
  readonly patienceMs?: number;
}

/** How long a recorder may be away while an export of it is made or fetched. */
export const PATIENCE_MS = 60_000;
const STATES: readonly unknown[] = ['queued', 'running', 'done', 'failed', 'cancelled'] satisfies readonly ApiExport['state'][];
const FIRST_LOOK_MS = 250;
const LONGEST_LOOK_MS = 2000;
const GROWTH = 1.5;
const TOO_MANY = 429;
const SERVER_FAULT = 500;

/** Whether asking again later may help: the recorder is away or busy. */
export const isPassing = (error: unknown): error is RecorderProblem =>
  error instanceof RecorderProblem && (error.code === 'UNREACHABLE' || error.status === TOO_MANY || error.status >= SERVER_FAULT);

/**
 * Makes an export and waits until it is done.
 * @throws RecorderProblem in plain words where the recorder refuses, fails, or stays away; the reason of the signal.
 */
export async function makeExport(http: RecorderHttp, wish: ExportWish, { signal, onLook, patienceMs = PATIENCE_MS }: ExportFollowing): Promise<ApiExport> {
  let made = await begin(http, wish, signal);
  let waitMs = FIRST_LOOK_MS;
  let seenMs = performance.now();
  for (;;) {
    onLook(made);
    if (made.state === 'done') return made;
    if (made.state === 'failed' || made.state === 'cancelled') throw failureOf(made);
    await pause(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    waitMs = Math.min(waitMs * GROWTH, LONGEST_LOOK_MS);
    try {
      made = await look(http, made, signal);
      seenMs = performance.now();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (performance.now() - seenMs > patienceMs)
        throw new RecorderProblem(
          error.code,
          error.status,
          `export ${made.id} was begun, but its recorder is away since ${Math.round(patienceMs / 1000)} s: ${error.message}`,
        );
    }
  }
}

async function begin(http: RecorderHttp, wish: ExportWish, signal: AbortSignal): Promise<ApiExport> {
  try {
    return exportIn(http, await http.json<unknown>({ method: 'POST', path: '/exports', body: wish, signal }));
  } catch (error) {
    throw error instanceof RecorderProblem ? explained(error, wish) : error;
  }
}

async function look(http: RecorderHttp, { id }: ApiExport, signal: AbortSignal): Promise<ApiExport> {
  try {
    return exportIn(http, await http.json<unknown>({ path: `/exports/${id}`, signal }));
  } catch (error) {
    if (error instanceof RecorderProblem && error.code === 'EXPORT_NOT_FOUND')
      throw new RecorderProblem(error.code, error.status, `export ${id} was removed at the recorder before it was done`);
    throw error;
  }
}

/** @throws RecorderProblem where it is none. */
function exportIn(http: RecorderHttp, made: unknown): ApiExport {
  if (!isExport(made)) throw http.noRecorder('sent no export');
  return made;
}

/** Its size bounds what is written, and its id is part of what is asked next. */
function isExport(value: unknown): value is ApiExport {
  const { id, cameraId, state, progress, sizeBytes = 0, urls } = (value ?? {}) as { readonly [key in keyof ApiExport]?: unknown };
  const { video = '' } = (urls ?? {}) as { readonly video?: unknown };
  const isWhole = [id, sizeBytes].every((each) => Number.isSafeInteger(each)) && typeof progress === 'number';
  return isWhole && [cameraId, video].every((each) => typeof each === 'string') && STATES.includes(state);
}

function explained(error: RecorderProblem, { camera, from, to, events }: ExportWish): RecorderProblem {
  const what = events === undefined ? `camera ${camera} from ${from} to ${to}` : `event ${events.join(', ').slice(0, 60)}`;
  const texts: Readonly<Record<string, string>> = {
    NOTHING_RECORDED: `nothing was recorded of ${what}, so there is nothing to export`,
    EXPORTS_FULL: 'the recorder has as many exports waiting as it takes (exports.maxQueued); try again later, or delete some there',
  };
  return new RecorderProblem(error.code, error.status, texts[error.code] ?? error.message);
}

function failureOf({ id, state, error }: ApiExport): RecorderProblem {
  if (state === 'cancelled') return new RecorderProblem('CANCELLED', 0, `export ${id} was cancelled at the recorder`);
  return new RecorderProblem(error?.code ?? 'EXPORT_FAILED', 0, `the recorder could not make export ${id}: ${error?.message ?? 'it does not say why'}`);
}
