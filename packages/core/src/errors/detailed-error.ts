// An error with a list of what is wrong, each at its place.
import type { ErrorCode } from './codes.ts';
import { RecorderError } from './recorder-error.ts';

/** One mistake of an input. */
export interface ErrorDetail {
  /** `detect.fps`, `zones[1].polygon`; empty for the input as a whole. */
  readonly path: string;
  /** What was found and what is expected, without secrets. */
  readonly message: string;
}

/** Something was refused; `details` says each reason. */
export class DetailedError extends RecorderError {
  readonly details: readonly ErrorDetail[];

  constructor(code: ErrorCode, details: readonly ErrorDetail[]) {
    super(code, details.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '));
    this.details = details;
  }
}
