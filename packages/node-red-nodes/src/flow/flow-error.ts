// Errors as Catch nodes and the log of Node-RED get them: the sentence alone, and a code where there is one.

/** Without the name of its class before the sentence and without a stack, which say nothing to whoever builds a flow. */
export function flowError(error: unknown): Error {
  const { message = String(error), code } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly message?: string;
    readonly code?: unknown;
  };
  const said: Error & { code?: string } = new Error(message);
  said.name = '';
  delete said.stack;
  if (typeof code === 'string') said.code = code;
  return said;
}
