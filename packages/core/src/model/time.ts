// Media time (a stream's own clock) and wall time (the calendar) are different types, so that a wall clock
// that jumps can never move recorded media. Conversions live in capture/clock-mapper.ts and nowhere else.
declare const unit: unique symbol;

/** Microseconds since the start of a run, on the stream's own clock. */
export type MediaUs = number & { readonly [unit]: 'media-us' };

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type WallMs = number & { readonly [unit]: 'wall-ms' };

/** Milliseconds on a clock that never jumps; only differences mean anything. */
export type MonotonicMs = number & { readonly [unit]: 'monotonic-ms' };

/** Brands a number of microseconds as media time. */
export const mediaUs = (value: number): MediaUs => value as MediaUs;

/** Brands a number of milliseconds since the epoch as wall time. */
export const wallMs = (value: number): WallMs => value as WallMs;

/** Brands a number of milliseconds as monotonic time. */
export const monotonicMs = (value: number): MonotonicMs => value as MonotonicMs;

/** Prints wall time as the contracts want it: ISO 8601, UTC, milliseconds. */
export const isoTime = (time: WallMs): string => new Date(time).toISOString();
