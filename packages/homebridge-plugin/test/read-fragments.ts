// What is in the packets of a recording, as a reader of MP4 sees it.
import { Fmp4Reader, isIdr, type Sample, type Track, type VideoTrack } from '@nightjar/media';

/** One fragment; times in seconds. */
export interface FragmentFacts {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly beginsWithIdr: boolean;
  readonly pictures: number;
  readonly video: readonly Sample[];
  readonly audio: readonly Sample[];
}

/** Reads the header and the fragments that follow it. */
export const readFragments = (
  header: Uint8Array,
  fragments: readonly Uint8Array[],
): { readonly tracks: readonly Track[]; readonly fragments: FragmentFacts[] } => {
  const reader = new Fmp4Reader();
  const [init] = reader.push(header);
  if (init?.type !== 'init') throw new Error('The first packet is no header.');
  const video = init.tracks.find((track): track is VideoTrack => track.kind === 'video');
  if (video === undefined) throw new Error('The header has no video track.');
  return { tracks: init.tracks, fragments: fragments.map((fragment) => factsOf(reader, fragment, init.tracks, video)) };
};

const factsOf = (reader: Fmp4Reader, fragment: Uint8Array, tracks: readonly Track[], track: VideoTrack): FragmentFacts => {
  const samples = [...reader.push(fragment)].flatMap((item) => (item.type === 'samples' ? item.samples : []));
  const of = (kind: Track['kind']): Sample[] => samples.filter(({ trackId }) => tracks.find((one) => one.trackId === trackId)?.kind === kind);
  const video = of('video');
  const [first, last] = [video[0], video.at(-1)];
  if (first === undefined || last === undefined) throw new Error('A fragment has no picture.');
  return {
    startSeconds: first.dts / track.timescale,
    endSeconds: (last.dts + last.duration) / track.timescale,
    beginsWithIdr: first.isKey && isIdr(first.data, track),
    pictures: video.length,
    video,
    audio: of('audio'),
  };
};
