// Live packets as fragmented MP4: an init segment for each viewer, and one fragment a packet that all viewers share.
import type { LivePacket, LiveTracks } from '@nightjar/client';
import { moveFragment, type Sample, type Track, writeFragment, writeInitSegment } from '@nightjar/media';

/** A piece of the file, in order. */
export type LivePart =
  | { readonly type: 'init'; readonly tracks: LiveTracks; readonly bytes: Uint8Array }
  | { readonly type: 'fragment'; readonly packet: LivePacket; readonly bytes: Uint8Array };

const SECOND_US = 1_000_000;
/** Sequence numbers have 32 bits and are milliseconds here: after 49 days they begin anew, which no player minds. */
const MOST_SEQUENCE = 2 ** 32;

/** Made once for all viewers. A packet's data is the key: it belongs to one moment of one camera, and is forgotten with it. */
const fragments = new WeakMap<Uint8Array, Uint8Array>();

/** Codecs of a stream as RFC 6381 writes them: `avc1.64001f,mp4a.40.2`. */
export const codecsOf = (tracks: LiveTracks): string =>
  tracksOf(tracks)
    .map(({ codecString }) => codecString)
    .join(',');

/** How the file begins at 0, wherever the camera's live clock stands. */
export interface LiveMp4Options {
  /**
   * Default: the init segment says so, and fragments keep the times of the live clock, the same for all viewers, so that whoever comes
   * again knows what it has had. True: fragments are copied with times of the viewer's own, for players that go by those alone.
   */
  readonly hasOwnTimes?: boolean;
}

/** Writes packets as a file without end. A change of the tracks gives another init segment. */
export async function* liveMp4(packets: AsyncIterable<LivePacket>, { hasOwnTimes = false }: LiveMp4Options = {}): AsyncGenerator<LivePart, undefined> {
  let tracks: LiveTracks | undefined;
  let startUs: number | undefined;
  let sequence = 0;
  for await (const packet of packets) {
    startUs ??= packet.dtsUs;
    if (packet.dtsUs < startUs) continue;
    if (packet.tracks !== tracks) {
      tracks = packet.tracks;
      const bytes = writeInitSegment(tracksOf(tracks), hasOwnTimes ? {} : { startSeconds: startUs / SECOND_US });
      yield { type: 'init', tracks, bytes };
    }
    sequence += 1;
    const shared = fragmentOf(packet);
    yield { type: 'fragment', packet, bytes: hasOwnTimes ? moveFragment(shared, sequence, ticksSince(startUs, packet)) : shared };
  }
}

/** The packet's fragment; made when the first viewer asks for it. */
export function fragmentOf(packet: LivePacket): Uint8Array {
  const made = fragments.get(packet.data);
  if (made !== undefined) return made;
  const track = trackOf(packet);
  const sequence = 1 + (Math.floor(packet.dtsUs / 1000) % (MOST_SEQUENCE - 1));
  const fragment = writeFragment(sequence, [sampleOf(packet, track)], [track]);
  fragments.set(packet.data, fragment);
  return fragment;
}

/** Rounded as the times of shared fragments are, so that one ends where the next one begins here, too. */
function ticksSince(startUs: number, packet: LivePacket): number {
  const { timescale } = trackOf(packet);
  return Math.round((packet.dtsUs * timescale) / SECOND_US) - Math.round((startUs * timescale) / SECOND_US);
}

function trackOf({ track, tracks }: LivePacket): Track {
  const found = track === 'video' ? tracks.video : tracks.audio;
  if (found === undefined) throw new TypeError('a packet of a track that its stream does not have');
  return found;
}

/** Both ends are rounded, not the length: so one fragment ends where the next one begins. */
function sampleOf({ data, dtsUs, ptsUs, durationUs, isKey }: LivePacket, { trackId, timescale }: Track): Sample {
  const ticks = (us: number): number => Math.round((us * timescale) / SECOND_US);
  const dts = ticks(dtsUs);
  return { trackId, dts, pts: dts + ticks(ptsUs - dtsUs), duration: Math.max(1, ticks(dtsUs + durationUs) - dts), isKey, data };
}

const tracksOf = ({ video, audio }: LiveTracks): readonly Track[] => [video, audio].filter((track) => track !== undefined);
