// Light of a scene over time: every picture element becomes gain * value + offset.

/** One change of the light. Several multiply. */
export type LightChange =
  /** From full light at `fromSeconds` down (or up) to `gain` at `toSeconds`, and it stays so. */
  | { readonly kind: 'dim'; readonly fromSeconds: number; readonly toSeconds: number; readonly gain: number }
  /** At once, and it stays so until `toSeconds` (absent: for good). A gain above 2 clips much of the picture to white. */
  | { readonly kind: 'switch'; readonly atSeconds: number; readonly toSeconds?: number; readonly gain: number; readonly offset?: number }
  /** Automatic exposure that cannot decide: the gain swings by `depth` around 1. */
  | { readonly kind: 'pump'; readonly fromSeconds: number; readonly toSeconds: number; readonly depth: number; readonly periodSeconds: number };

/** The light at a time. */
export function lightAt(changes: readonly LightChange[], seconds: number): { readonly gain: number; readonly offset: number } {
  let gain = 1;
  let offset = 0;
  for (const change of changes) {
    if (change.kind === 'dim') {
      const share = Math.min(1, Math.max(0, (seconds - change.fromSeconds) / (change.toSeconds - change.fromSeconds)));
      gain *= 1 + (change.gain - 1) * share;
    } else if (change.kind === 'switch') {
      if (seconds < change.atSeconds || seconds >= (change.toSeconds ?? Number.POSITIVE_INFINITY)) continue;
      gain *= change.gain;
      offset += change.offset ?? 0;
    } else if (seconds >= change.fromSeconds && seconds < change.toSeconds) {
      gain *= 1 + change.depth * Math.sin((2 * Math.PI * (seconds - change.fromSeconds)) / change.periodSeconds);
    }
  }
  return { gain, offset };
}
