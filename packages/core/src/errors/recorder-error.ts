// The one class for what the world does to us. Mistakes of a caller are TypeErrors, our own are InvariantErrors.
import { ERROR_CATALOGUE, type ErrorCode, type ErrorKind } from './codes.ts';

/** Facts about an error, for logs and clients; secrets never. */
export type ErrorContext = Readonly<Record<string, string | number | boolean>>;

/** The world did not cooperate. */
export class RecorderError extends Error {
  readonly code: ErrorCode;
  readonly context: ErrorContext;

  /**
   * @param message - What failed, with what; no advice (that is in the catalogue).
   */
  constructor(code: ErrorCode, message: string, options: { readonly cause?: unknown; readonly context?: ErrorContext } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RecorderError';
    this.code = code;
    this.context = options.context ?? {};
  }

  get kind(): ErrorKind {
    return ERROR_CATALOGUE[this.code].kind;
  }

  /** Whether a supervisor may try again. */
  get transient(): boolean {
    return ERROR_CATALOGUE[this.code].transient;
  }

  /** Finds a `RecorderError` (with `code`, if given) in an error, its causes and its parts. */
  static of(error: unknown, code?: ErrorCode): RecorderError | undefined {
    if (error instanceof RecorderError && (code === undefined || error.code === code)) return error;
    if (error instanceof AggregateError) {
      for (const part of error.errors) {
        const found = RecorderError.of(part, code);
        if (found) return found;
      }
    }
    return error instanceof Error && error.cause !== undefined ? RecorderError.of(error.cause, code) : undefined;
  }

  /** The error itself where it is one already, else one with `code` around it. */
  static wrap(error: unknown, code: ErrorCode, what: string): RecorderError {
    const found = RecorderError.of(error);
    if (found) return found;
    const reason = error instanceof Error ? error.message : String(error);
    return new RecorderError(code, `${what}: ${reason}`, { cause: error });
  }
}

/** We are wrong: something that cannot happen did. Always logged with its stack. */
export class InvariantError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvariantError';
  }
}
