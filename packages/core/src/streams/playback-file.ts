// The bytes of a plan, in any range: its header from memory, its media from the videos of events.
import type { MediaFile } from '@nightjar/client';
import { FROM_PATTERN } from '@nightjar/media';
import { RecorderError } from '../errors/recorder-error.ts';
import { isoTime, wallMs } from '../model/time.ts';
import type { RecordedVideo, RecordedVideos } from '../ports/recorded-videos.ts';
import type { PlanSource, PlaybackPlan } from './playback-plan.ts';

/** Read at a time. Between two blocks no file is open, however slow the reader. */
const BLOCK_BYTES = 256 * 1024;

/** The plan as a file. */
export const playbackFile = (plan: PlaybackPlan, videos: RecordedVideos): MediaFile => ({
  contentType: 'video/mp4',
  sizeBytes: plan.movie.sizeBytes,
  etag: plan.etag,
  start: isoTime(wallMs(plan.startMs)),
  read: (start, end, signal) => readPlan(plan, videos, { start: Math.max(0, start), end: Math.min(end, plan.movie.sizeBytes), signal }),
});

interface PlanRange {
  readonly start: number;
  readonly end: number;
  readonly signal?: AbortSignal | undefined;
}

async function* readPlan(plan: PlaybackPlan, videos: RecordedVideos, { start, end, signal }: PlanRange): AsyncGenerator<Uint8Array, void, undefined> {
  const { header } = plan.movie;
  const done = plan.use();
  try {
    for (let at = start; at < end && signal?.aborted !== true; ) {
      const size = Math.min(BLOCK_BYTES, end - at);
      const block = at < header.length ? header.slice(at, Math.min(header.length, at + size)) : await readBlock(plan, videos, at - header.length, size);
      yield block;
      at += block.length;
    }
  } finally {
    done();
  }
}

/** The last stretch that begins at or before `at`. */
const stretchAt = (starts: Float64Array, count: number, at: number): number => {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** `size` bytes of media from `at` on, counted from the beginning of the media. */
const readBlock = async ({ movie: { copies, pattern }, sources }: PlaybackPlan, videos: RecordedVideos, at: number, size: number): Promise<Uint8Array> => {
  const block = new Uint8Array(size);
  const open = new OpenSource(videos);
  try {
    let filled = 0;
    for (let stretch = stretchAt(copies.starts, copies.count, at); filled < size; stretch++) {
      const from = at + filled - (copies.starts[stretch] ?? 0);
      const count = Math.min(size - filled, (copies.starts[stretch + 1] ?? 0) - (copies.starts[stretch] ?? 0) - from);
      const into = block.subarray(filled, filled + count);
      const source = copies.sources[stretch] ?? 0;
      if (source === FROM_PATTERN) fillWith(pattern, from, into);
      else await open.read(sources[source], (copies.offsets[stretch] ?? 0) + from, into);
      filled += count;
    }
  } finally {
    await open.close();
  }
  return block;
};

const fillWith = (pattern: Uint8Array, from: number, into: Uint8Array): void => {
  for (let index = 0; index < into.length; index++) into[index] = pattern[(from + index) % pattern.length] ?? 0;
};

/** At most one file, open while one stretch after the other is read from it. */
class OpenSource {
  readonly #videos: RecordedVideos;
  #source: PlanSource | undefined;
  #video: RecordedVideo | undefined;

  constructor(videos: RecordedVideos) {
    this.#videos = videos;
  }

  async read(source: PlanSource | undefined, offset: number, into: Uint8Array): Promise<void> {
    if (source === undefined) throw gone(undefined);
    const count = await (source.kept ?? (await this.#open(source))).read(offset, into);
    if (count < into.length) throw gone(source);
  }

  async close(): Promise<void> {
    await this.#video?.close();
    this.#video = undefined;
    this.#source = undefined;
  }

  async #open(source: PlanSource): Promise<RecordedVideo> {
    if (this.#video !== undefined && this.#source === source) return this.#video;
    await this.close();
    const video = await this.#videos.open(source.place);
    if (video?.version !== source.version) {
      await video?.close();
      throw gone(source);
    }
    this.#source = source;
    this.#video = video;
    return video;
  }
}

const gone = (source: PlanSource | undefined): RecorderError =>
  new RecorderError('VIDEO_GONE', `the video of event ${source?.place.eventId ?? 'unknown'} was deleted or replaced while it was read`);
