// What went wrong between here and a recorder.

/** One thing that is wrong with an input. */
export interface ErrorDetail {
  readonly path?: string;
  readonly message: string;
}

/** What a recorder answered instead of what was asked for; or, with the code `UNREACHABLE`, that it did not. */
export class RecorderApiError extends Error {
  /** A code of the recorder's catalogue, or `UNREACHABLE`. */
  readonly code: string;
  /** HTTP status; absent where nothing was answered. */
  readonly status: number | undefined;
  readonly details: readonly ErrorDetail[];
  /** How long to wait before asking again, where the recorder says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: string,
    message: string,
    options: { readonly status?: number; readonly details?: readonly ErrorDetail[]; readonly retryAfterSeconds?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RecorderApiError';
    this.code = code;
    this.status = options.status;
    this.details = options.details ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** Whether asking again later may help: nobody answered, or the recorder is short of something. */
  get isTransient(): boolean {
    return this.status === undefined || this.status === 425 || this.status === 429 || this.status >= 500;
  }
}

/** What an answer says that is none; `text` is its body. Never throws. */
export function errorOf({ status, headers }: Response, text: string): RecorderApiError {
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  const waits = Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {};
  try {
    const { error } = JSON.parse(text) as { readonly error: { readonly code: string; readonly message: string; readonly details?: readonly ErrorDetail[] } };
    return new RecorderApiError(error.code, error.message, { status, ...waits, ...(error.details === undefined ? {} : { details: error.details }) });
  } catch {
    // Something between here and the recorder answered in its place.
    return new RecorderApiError('UNREACHABLE', `the answer has the status ${status} and is not a recorder's`, { status, ...waits });
  }
}

/** The reason below fetch's own words. */
export function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** Whether a recorder refused something because whoever asked may not do it. */
export const isNotAllowed = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && error.code === 'NOT_ALLOWED';
