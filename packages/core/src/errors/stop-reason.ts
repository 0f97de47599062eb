// Why something that ran has stopped. Carried by AbortSignals; cancellation is not an error.

/** The closed set of reasons. */
export type StopReason = 'closed' | 'failed' | 'replaced' | 'shutdown' | 'timeout';
