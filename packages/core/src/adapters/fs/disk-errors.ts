// What the operating system says about files, in the recorder's words.
import { RecorderError } from '../../errors/recorder-error.ts';

const FULL: readonly string[] = ['ENOSPC', 'EDQUOT'];

/** The `code` of an operating system error, for instance `ENOENT`. */
export const errnoOf = (error: unknown): string | undefined => {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
};

/** Wraps an error of a file operation: `DISK_FULL` where there is no room or quota, else `DISK_FAILED`. */
export const diskError = (error: unknown, what: string): RecorderError => {
  return RecorderError.wrap(error, FULL.includes(errnoOf(error) ?? '') ? 'DISK_FULL' : 'DISK_FAILED', what);
};

/** Runs `operation`; an error with one of `expected` codes becomes `undefined`. */
export const unless = async <T>(expected: readonly string[], operation: Promise<T>): Promise<T | undefined> => {
  try {
    return await operation;
  } catch (error) {
    if (expected.includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
};
