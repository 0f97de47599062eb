// How a live stream is wanted, as the query of its address.
import type { LiveOptions } from './media.ts';

/** Parameters of `/cameras/{id}/live` and `live.mp4`; those that are not there are undefined. */
export type LiveQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** A form is written as its codec, with one parameter for each of its fields beside it. */
export function liveQuery({ stream, preRollSeconds, video, audio }: Omit<LiveOptions, 'signal' | 'onWaiting'>): LiveQuery {
  const query: Record<string, string | number | boolean | undefined> = { stream, preRollSeconds };
  if (typeof video === 'object') {
    const { codec, width, height, fps, kbps, gopSeconds } = video;
    Object.assign(query, { video: codec, width, height, fps, kbps, gopSeconds });
  } else query['video'] = video;
  if (typeof audio === 'object') {
    const { codec, sampleRate, channels, kbps, frameMs } = audio;
    Object.assign(query, { audio: codec, sampleRate, channels, audioKbps: kbps, frameMs });
  } else query['audio'] = audio;
  return query;
}
