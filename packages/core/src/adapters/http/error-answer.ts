// What HTTP says about an error: one status for each kind, one shape, codes of the catalogue only.
import { statusOf } from '../../api/error-status.ts';
import { ERROR_CATALOGUE, type ErrorCode, type ErrorKind } from '../../errors/codes.ts';
import { RecorderError } from '../../errors/recorder-error.ts';

/** Until it is worth asking again, where the error itself does not say. */
const RETRY_SECONDS: Partial<Readonly<Record<ErrorKind, number>>> = { 'too-early': 1, 'too-many': 10, exhausted: 10, unavailable: 5 };

/** An answer about an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: { readonly code: ErrorCode; readonly message: string; readonly details?: readonly unknown[] } };
}

/** The catalogue's code of an error, also of one that only looks like ours (another implementation of `RecorderApi`); `undefined`: it has none. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const found = RecorderError.of(error);
  if (found !== undefined) return found.code;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code) ? (code as ErrorCode) : undefined;
}

/** Whether an error is ours to explain: it is logged with its stack, and nobody outside learns what it was. */
export const isOurFault = (error: unknown): boolean => {
  const code = codeOf(error);
  return code === undefined || ERROR_CATALOGUE[code].kind === 'internal';
};

/** The answer about an error. */
export function answerError(error: unknown): ErrorAnswer {
  const code = codeOf(error);
  if (code === undefined || isOurFault(error))
    return { status: 500, headers: {}, body: { error: { code: 'INTERNAL', message: 'something went wrong in the recorder' } } };
  const { kind, transient } = ERROR_CATALOGUE[code];
  const ours = RecorderError.of(error);
  const details = ours !== undefined && 'details' in ours && Array.isArray(ours.details) ? (ours.details as readonly unknown[]) : undefined;
  const message = ours?.message ?? (error instanceof Error ? error.message : '');
  const seconds = ours?.context['retryAfterSeconds'] ?? (transient ? RETRY_SECONDS[kind] : undefined);
  const headers: Record<string, string> = {};
  if (typeof seconds === 'number') headers['retry-after'] = String(Math.max(1, Math.ceil(seconds)));
  if (kind === 'unauthenticated') headers['www-authenticate'] = 'Bearer';
  if (code === 'WEBSOCKET_ONLY') headers['upgrade'] = 'websocket';
  if (code === 'METHOD_NOT_ALLOWED' && typeof ours?.context['allow'] === 'string') headers['allow'] = ours.context['allow'];
  return { status: statusOf(code), headers, body: { error: { code, message, ...(details === undefined ? {} : { details }) } } };
}
