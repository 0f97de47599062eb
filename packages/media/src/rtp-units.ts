// Which NAL units of an access unit a viewer gets: parameter sets before every key picture, and nothing that no decoder needs.
import { nalType, nalUnits } from './nal.ts';
import type { VideoTrack } from './track.ts';

/** What the types of units mean (H.264 table 7-1, H.265 table 7-1). */
const TYPES = {
  h264: { sets: [7, 8], sps: 7, sei: [6], pointless: [9, 10, 11, 12] },
  h265: { sets: [32, 33, 34], sps: 33, sei: [39, 40], pointless: [35, 36, 37, 38] },
} as const;
/** The SEI message that says decoding may begin here (H.264 §D.2.8, H.265 §D.2.8). */
const RECOVERY_POINT = 6;

/**
 * Units to send, views of `data`. Left out: delimiters, filling, end marks, and SEI other than recovery points. A key picture has its parameter sets
 * in front: its own where it brings them, else the track's.
 *
 * @throws MediaError where a length runs over the end.
 */
export function rtpUnits(data: Uint8Array, track: VideoTrack, isKey: boolean): readonly Uint8Array[] {
  const types = TYPES[track.codec];
  const units: Uint8Array[] = [];
  let hasSets = false;
  for (const nal of nalUnits(data, track.nalLengthSize)) {
    const type = nalType(nal, track.codec);
    if (isOneOf(types.pointless, type)) continue;
    if (isOneOf(types.sei, type) && !isRecoveryPoint(nal, track.codec)) continue;
    if (type === types.sps) hasSets = true;
    units.push(nal);
  }
  if (!isKey || hasSets) return units;
  return [...track.parameterSets, ...units.filter((nal) => !isOneOf(types.sets, nalType(nal, track.codec)))];
}

const isOneOf = (types: readonly number[], type: number): boolean => types.includes(type);

const isRecoveryPoint = (nal: Uint8Array, codec: VideoTrack['codec']): boolean => nal[codec === 'h264' ? 1 : 2] === RECOVERY_POINT;
