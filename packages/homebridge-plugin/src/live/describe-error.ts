// What went wrong, for a log.

/** The sentence of an error, without its stack. */
export const describeError = (error: unknown): string => (error instanceof Error && error.message !== '' ? error.message : String(error));
