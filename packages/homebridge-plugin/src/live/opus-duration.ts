// How long an Opus packet lasts (RFC 6716 §3).

/** Most a packet may last (§3.4). */
const MOST_US = 120_000;

/** Duration of an Opus packet in microseconds; 0 where it is none. */
export function opusDurationUs(packet: Uint8Array): number {
  const [first, second = 0] = packet;
  if (first === undefined) return 0;
  const frames = [1, 2, 2, second & 63][first & 3] ?? 0;
  const durationUs = frameDurationUs(first >> 3) * frames;
  return durationUs > MOST_US ? 0 : durationUs;
}

/** By the number of the configuration (§3.1, table 2). */
function frameDurationUs(configuration: number): number {
  if (configuration < 12) return [10_000, 20_000, 40_000, 60_000][configuration & 3] ?? 0;
  if (configuration < 16) return (configuration & 1) === 0 ? 10_000 : 20_000;
  return [2500, 5000, 10_000, 20_000][configuration & 3] ?? 0;
}
