// H.265 as Apple's players want it: `hvc1`, which promises that the parameter sets are in the sample entry.
import type { VideoTrack } from '@nightjar/media';

const PARAMETER_SET_TYPES = [32, 33, 34] as const;
const TYPE_OFFSET = 4;

/** The track with its `hev1` entry called `hvc1`, where VPS, SPS and PPS are in it; any other track as it is. */
export function asHvc1(track: VideoTrack): VideoTrack {
  if (track.codec !== 'h265' || !track.codecString.startsWith('hev1')) return track;
  const types = new Set(track.parameterSets.map((set) => ((set[0] ?? 0) >> 1) & 63));
  if (!PARAMETER_SET_TYPES.every((type) => types.has(type))) return track;
  const sampleEntry = track.sampleEntry.slice();
  sampleEntry.set(new TextEncoder().encode('hvc1'), TYPE_OFFSET);
  return { ...track, codecString: `hvc1${track.codecString.slice(4)}`, sampleEntry };
}
