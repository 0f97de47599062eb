// Videos read back from the event files in memory: as MP4, laid out as a disk would hold them.
import type { RecordedSample, RecordedVideo, RecordedVideos, VideoPlace } from '@nightjar/core';
import { locationsOf, planProgressiveFile, type SampleLocation, type Track, type TrackSamples, trackSamplesOf } from '@nightjar/media';
import { openBytes } from './memory-bytes.ts';
import type { MemoryEventFiles, MemoryVideoFile } from './memory-event-files.ts';

const VIDEO_TIMESCALE = 90_000;

/** `RecordedVideos` over `MemoryEventFiles`. Set `failure` to make `open` reject with it; `open` videos are counted. */
export class MemoryRecordedVideos implements RecordedVideos {
  readonly #files: MemoryEventFiles;
  failure: Error | undefined;
  /** Videos that nobody has closed yet. */
  opened = 0;

  constructor(files: MemoryEventFiles) {
    this.#files = files;
  }

  async open({ root, directory, eventId }: VideoPlace): Promise<RecordedVideo | undefined> {
    if (this.failure !== undefined) throw this.failure;
    const file = this.#files.videos.get(`${root}/${directory}/${eventId}-video.mp4`);
    if (file === undefined) return undefined;
    const { bytes, tracks } = layOut(file);
    return {
      ...openBytes(bytes, this),
      version: `${file.identity.id}-${file.state}-${file.fragments.length}`,
      isFastStart: async () => file.state === 'finished',
      tracks: async () => tracks,
    };
  }
}

/** The file's bytes as one fast-start MP4, and where its samples lie in it. */
function layOut(file: MemoryVideoFile): { readonly bytes: Uint8Array; readonly tracks: readonly TrackSamples[] } {
  const tracks: readonly Track[] = [
    { ...file.video, trackId: 1, timescale: VIDEO_TIMESCALE },
    ...(file.audio === undefined ? [] : [{ ...file.audio, trackId: 2, timescale: file.audio.sampleRate }]),
  ];
  const samples = file.fragments.flat();
  const heap = concat(samples.map(({ data }) => data));
  let offset = 0;
  const locations = samples.map((sample): SampleLocation => {
    const location = locate(sample, tracks, offset);
    offset += sample.data.length;
    return location;
  });
  if (locations.length === 0) return { bytes: new Uint8Array(0), tracks: [] };
  const { header, copies } = planProgressiveFile({ tracks, samples: locations });
  const bytes = concat([header, ...copies.map((copy) => heap.subarray(copy.offset, copy.offset + copy.size))]);
  const places = new Map<number, number>();
  let place = header.length;
  for (const copy of copies) {
    for (const { offset: from } of locations) if (from >= copy.offset && from < copy.offset + copy.size) places.set(from, place + from - copy.offset);
    place += copy.size;
  }
  const placed = tracks
    .flatMap((track) => locationsOf(trackSamplesOf(track, locations)))
    .map((sample) => ({ ...sample, offset: places.get(sample.offset) ?? 0 }));
  return { bytes, tracks: tracks.map((track) => trackSamplesOf(track, placed)) };
}

function locate({ track, ptsUs, dtsUs, durationUs, isKey, data }: RecordedSample, tracks: readonly Track[], offset: number): SampleLocation {
  const { trackId, timescale } = tracks.find(({ kind }) => kind === track) ?? { trackId: 1, timescale: VIDEO_TIMESCALE };
  const ticks = (us: number): number => Math.round((us * timescale) / 1e6);
  return { trackId, dts: ticks(dtsUs), pts: ticks(ptsUs), duration: ticks(durationUs), isKey, offset, size: data.length };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
