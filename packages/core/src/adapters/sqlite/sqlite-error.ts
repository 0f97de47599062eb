// What SQLite's errors mean to the rest of the recorder: one table, here.
import { RecorderError } from '../../errors/recorder-error.ts';

// By its fields, not its class: the native module is shared between module instances of one process, its error class is not.
const describe = (error: unknown): { readonly code: string; readonly message: string } => {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error) };
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : String(error) };
};

/**
 * Turns anything a database call threw into `DATABASE_BUSY` or `DATABASE_FAILED`.
 * A row that breaks a constraint has `context.constraint`: trying again cannot help.
 */
export const databaseError = (error: unknown, what: string): RecorderError => {
  if (error instanceof RecorderError) return error;
  const { code, message } = describe(error);
  const sqlite = code.startsWith('SQLITE_') ? code : 'unknown';
  const busy = sqlite.startsWith('SQLITE_BUSY') || sqlite.startsWith('SQLITE_LOCKED');
  const constraint = sqlite.startsWith('SQLITE_CONSTRAINT');
  return new RecorderError(busy ? 'DATABASE_BUSY' : 'DATABASE_FAILED', `${what}: ${message}`, {
    cause: error,
    context: constraint ? { sqlite, constraint } : { sqlite },
  });
};
