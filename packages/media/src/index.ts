// What this package offers.
export { type BoxHeader, MAX_BOX_HEADER_BYTES, parseBoxHeader } from './box.ts';
export { Fmp4Reader, type Fmp4Item, type Fmp4ReaderOptions } from './fmp4-reader.ts';
export { writeFragment } from './fragment.ts';
export { parseMoof, type SampleLocation } from './fragment-index.ts';
export { readIdentityBox, writeIdentityBox } from './identity-box.ts';
export { writeInitSegment } from './init-segment.ts';
export { MediaError } from './media-error.ts';
export { type Movie, parseMoov, type TrackDefaults } from './movie.ts';
export {
  type AnnexBOptions,
  fillerBytes,
  isFillerNal,
  nalType,
  nalUnits,
  parameterSetsDiffer,
  type PictureType,
  pictureType,
  toAnnexB,
} from './nal.ts';
export { type ByteRange, planProgressiveFile, type ProgressivePlan, type ProgressiveSource } from './progressive.ts';
export { readSampleTables } from './sample-table-reader.ts';
export { findSps } from './sample-entry.ts';
export { parseH264Sps, parseH265Sps, parseSps, type SpsFacts } from './sps.ts';
export type { AudioTrack, Sample, Track, VideoTrack } from './track.ts';
