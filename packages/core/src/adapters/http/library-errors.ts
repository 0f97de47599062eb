// What the library's own errors are in the catalogue's words.
import type { ErrorCode } from '../../errors/codes.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import { codeOf } from './error-answer.ts';

const MEANINGS: Readonly<Record<string, { readonly code: ErrorCode; readonly message: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'MEDIA_TYPE_UNSUPPORTED', message: 'the body must be application/json' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'REQUEST_MALFORMED', message: 'the body is not as long as Content-Length says' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'BODY_TOO_LARGE', message: 'the body is longer than http.maxBodyBytes allows' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'INPUT_INVALID', message: 'the body is empty' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'INPUT_INVALID', message: 'the body is not valid JSON' },
  FST_ERR_BAD_URL: { code: 'ADDRESS_INVALID', message: 'the percent-encoding of the address is wrong' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'ADDRESS_INVALID', message: 'a part of the address is too long' },
  FST_ERR_ROUTE_METHOD_NOT_SUPPORTED: { code: 'METHOD_NOT_ALLOWED', message: 'the method is not taken' },
};

/** An error as the rest of the server knows errors: the library's are translated, others stay what they are. */
export function ourError(error: unknown): unknown {
  if (!(error instanceof Error) || codeOf(error) !== undefined) return error;
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  const meaning = typeof code === 'string' ? MEANINGS[code] : undefined;
  if (meaning !== undefined) return new RecorderError(meaning.code, meaning.message);
  // A parser of the library that blames the client is believed.
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new RecorderError('REQUEST_MALFORMED', 'the request cannot be understood');
  return error;
}
