// Errors as sentences.

/** What went wrong. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
