// What a signal may be. Operations, sockets and bridges refuse with the same numbers.

/** Shortest and longest a signal may last, in seconds. */
export const DURATION_SECONDS = { least: 0.1, most: 86_400 } as const;

/** Score of a signal that names none: an alarm that somebody raises counts fully. */
export const DEFAULT_SCORE = 100;

/** Highest score. */
export const MOST_SCORE = 100;

/** Characters of a cause, a text, or a text to show. */
export const MOST_TEXT = 255;

/** Characters of a source's name. */
export const MOST_SOURCE = 64;

/** Sources that may hold one camera at the same time. */
export const MOST_SOURCES = 32;

/** Seconds of signals, at the rate that is allowed, that may come at once: a house that wakes up. */
export const BURST_SECONDS = 10;

/** Text without control characters and line breaks: it is logged, stored and shown. */
export const TEXT_PATTERN = '^[^\\p{Cc}\\u2028\\u2029]*$';
