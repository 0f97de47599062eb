// The status that each error has for whoever asks over HTTP: part of what operations promise.
import { ERROR_CATALOGUE, type ErrorCode, type ErrorKind } from '../errors/codes.ts';

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  permission: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'too-early': 425,
  'too-many': 429,
  exhausted: 503,
  unavailable: 503,
  'data-loss': 500,
  internal: 500,
};

/** Where HTTP has a status of its own for one code. */
const STATUS_OF_CODE: Partial<Readonly<Record<ErrorCode, number>>> = {
  METHOD_NOT_ALLOWED: 405,
  MEDIA_TYPE_UNSUPPORTED: 415,
  FILE_CHANGED: 412,
  RANGE_NOT_THERE: 416,
  HOST_NOT_ALLOWED: 421,
  WEBSOCKET_ONLY: 426,
};

/** Status of a code. */
export const statusOf = (code: ErrorCode): number => STATUS_OF_CODE[code] ?? STATUS_OF_KIND[ERROR_CATALOGUE[code].kind];
