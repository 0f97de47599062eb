// What this package offers.
export { aacTrack } from './aac-track.ts';
export { type BoxHeader, MAX_BOX_HEADER_BYTES, parseBoxHeader } from './box.ts';
export { type Fmp4Item, Fmp4Reader, type Fmp4ReaderOptions } from './fmp4-reader.ts';
export { moveFragment, writeFragment } from './fragment.ts';
export { parseMoof, type SampleLocation } from './fragment-index.ts';
export { parseH264Sps } from './h264-sps.ts';
export { parseH265Sps } from './h265-sps.ts';
export { readIdentityBox, writeIdentityBox } from './identity-box.ts';
export { trackFromInBand } from './in-band-track.ts';
export { writeInitSegment } from './init-segment.ts';
export { MATROSKA_TICK_US, matroskaFrameHead, matroskaHead } from './matroska.ts';
export { MediaError } from './media-error.ts';
export { type Movie, parseMoov, type TrackDefaults } from './movie.ts';
export { MovieAssembly, type MoviePart, type MoviePlan, picturesOf } from './movie-assembly.ts';
export { FROM_PATTERN, type MovieCopies } from './movie-copies.ts';
export {
  type AnnexBOptions,
  fillerBytes,
  isFillerNal,
  isIdr,
  nalType,
  nalUnits,
  type PictureType,
  parameterSetsDiffer,
  pictureType,
  toAnnexB,
} from './nal.ts';
export { type ByteRange, type ProgressivePlan, type ProgressiveSource, planProgressiveFile } from './progressive.ts';
export { type ReportBlock, type RtcpMessage, readRtcp } from './rtcp-reader.ts';
export { type SenderReport, shortNtp, writeSenderReport } from './rtcp-writer.ts';
export { isRtcp, RTP_HEADER_BYTES, type RtpHeader, readRtpHeader, writeRtpHeader } from './rtp-header.ts';
export { type RtpPayload, rtpPayloads } from './rtp-payloads.ts';
export { rtpUnits } from './rtp-units.ts';
export { findSps } from './sample-entry.ts';
export { readSampleTables, readTrackSamples } from './sample-table-reader.ts';
export { silentFrame, soundKind } from './silence.ts';
export { parseSps } from './sps.ts';
export type { SpsFacts } from './sps-facts.ts';
export type { AudioTrack, Sample, Track, VideoTrack } from './track.ts';
export { locationsOf, type TrackSamples, trackSamplesOf } from './track-samples.ts';
