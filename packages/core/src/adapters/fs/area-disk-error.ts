// What the operating system's errors mean to storage areas.
import { RecorderError } from '../../errors/recorder-error.ts';

const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null ? (error as { readonly code?: unknown }).code : undefined);

/** Whether the error says that a path does not exist. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(String(codeOf(error)));

/** Runs a disk operation; whatever it throws becomes `DISK_FULL` or `DISK_FAILED`. */
export const onDisk = async <T>(what: string, operation: () => Promise<T>): Promise<T> => {
  try {
    return await operation();
  } catch (error) {
    const isFull = ['ENOSPC', 'EDQUOT'].includes(String(codeOf(error)));
    throw RecorderError.wrap(error, isFull ? 'DISK_FULL' : 'DISK_FAILED', what);
  }
};
