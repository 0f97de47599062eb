// Errors as Catch nodes show them.

/** The same error for `done`: Node-RED tells Catch nodes `toString()`, and the name of a class is no help there. Its `code` stays. */
export function plainError(error: unknown): Error {
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  const code = typeof error === 'object' && error !== null && 'code' in error ? { code: error.code } : {};
  return Object.assign(new Error(message), code, { name: '' });
}
