// The middle of a few numbers.

/** The middle value, the upper one of an even number; `undefined` of none. The numbers stay as they are. */
export const median = (values: readonly number[]): number | undefined => values.toSorted((a, b) => a - b)[values.length >> 1];
