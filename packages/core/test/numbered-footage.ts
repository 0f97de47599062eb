// Real video whose every picture shows its own number as light and dark fields, and event files made of it without recording.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AudioTrack, locationsOf, parseBoxHeader, parseMoov, readTrackSamples, type VideoTrack } from '@nightjar/media';
import { sampleEvent } from '@nightjar/testkit';
import { FsEventFiles } from '../src/adapters/fs/fs-event-files.ts';
import type { EventRecord } from '../src/model/event.ts';
import { wallMs } from '../src/model/time.ts';
import type { EventFile, RecordedSample } from '../src/ports/event-files.ts';

/** Fields across, and pixels of one: sixteen fields are sixteen bits, the highest first. */
const BITS = 16;
const FIELD = 20;
const HEIGHT = 180;
const FRAGMENT_US = 500_000;

/** How footage is encoded. */
export interface FootageShape {
  readonly frames: number;
  readonly fps?: number;
  readonly gop?: number;
  readonly bFrames?: number;
  readonly codec?: 'libx264' | 'libx265';
  readonly sound?: boolean;
  /** Pixels of a field; others make another picture size. */
  readonly field?: number;
}

/** Encoded pictures and sound, with their times from the first picture on. */
export interface Footage {
  readonly video: VideoTrack;
  readonly audio?: AudioTrack;
  readonly samples: readonly RecordedSample[];
  readonly fps: number;
}

/** Encodes pictures 0 to `frames` into `path` and reads them back. */
export async function encodeNumbered(path: string, shape: FootageShape): Promise<Footage> {
  const { frames, fps = 10, gop = 20, bFrames = 0, codec = 'libx264', sound = true, field = FIELD } = shape;
  const size = `${BITS * field}x${HEIGHT}`;
  const quiet = codec === 'libx265' ? ['-x265-params', `log-level=none:bframes=${bFrames}:keyint=${gop}:min-keyint=${gop}:open-gop=0`, '-tag:v', 'hvc1'] : [];
  const ffmpeg = spawn(
    'ffmpeg',
    [
      ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', size, '-r', String(fps), '-i', '-'],
      ...(sound ? ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=16000:duration=${frames / fps}`] : []),
      ...[
        '-c:v',
        codec,
        '-preset',
        'ultrafast',
        '-pix_fmt',
        'yuv420p',
        '-g',
        String(gop),
        '-keyint_min',
        String(gop),
        '-sc_threshold',
        '0',
        '-bf',
        String(bFrames),
      ],
      ...[...quiet, ...(sound ? ['-c:a', 'aac', '-ac', '1', '-ar', '16000'] : []), '-movflags', '+faststart', path],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  const ended = once(ffmpeg, 'close');
  for (let n = 0; n < frames; n++) if (!ffmpeg.stdin.write(drawNumber(n, field))) await once(ffmpeg.stdin, 'drain');
  ffmpeg.stdin.end();
  const [code] = (await ended) as [number];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
  return { ...(await loadFootage(path)), fps };
}

const drawNumber = (n: number, field: number): Uint8Array => {
  const row = new Uint8Array(BITS * field);
  for (let bit = 0; bit < BITS; bit++) row.fill((n >> (BITS - 1 - bit)) & 1 ? 235 : 16, bit * field, (bit + 1) * field);
  const picture = new Uint8Array(row.length * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) picture.set(row, y * row.length);
  return picture;
};

/** The number a picture shows, from gray values of its middle row scaled to any width. */
export const numberIn = (row: ArrayLike<number>): number => {
  let n = 0;
  for (let bit = 0; bit < BITS; bit++) n = n * 2 + ((row[Math.floor(((bit + 0.5) * row.length) / BITS)] ?? 0) > 128 ? 1 : 0);
  return n;
};

async function loadFootage(path: string): Promise<Omit<Footage, 'fps'>> {
  const bytes = await readFile(path);
  const ftyp = parseBoxHeader(bytes)?.size ?? 0;
  const moov = bytes.subarray(ftyp, ftyp + (parseBoxHeader(bytes, ftyp)?.size ?? 0));
  const tracks = readTrackSamples(moov, parseMoov(moov));
  const samples = tracks.flatMap((own) => {
    const us = (ticks: number): number => Math.round((ticks * 1e6) / own.track.timescale);
    return locationsOf(own).map(
      ({ pts, dts, duration, isKey, offset, size }): RecordedSample => ({
        track: own.track.kind,
        data: bytes.subarray(offset, offset + size),
        ptsUs: us(pts),
        dtsUs: us(dts),
        durationUs: us(duration),
        isKey,
      }),
    );
  });
  const video = tracks.map(({ track }) => track).find((track): track is VideoTrack => track.kind === 'video');
  const audio = tracks.map(({ track }) => track).find((track): track is AudioTrack => track.kind === 'audio');
  if (video === undefined) throw new Error(`${path} holds no video`);
  return { video, ...(audio === undefined ? {} : { audio }), samples };
}

/** Which pictures of the footage an event holds, and when the first of them was captured. */
export interface FootageEvent {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly startMs: number;
  readonly isOpen?: boolean;
  readonly changes?: Partial<EventRecord>;
}

/** Writes an event's directory as the recorder does. @returns Its row, and its file where it is still being recorded. */
export async function writeEvent(root: string, footage: Footage, shape: FootageEvent): Promise<{ readonly row: EventRecord; readonly file?: EventFile }> {
  const { id, from, to, startMs, isOpen = false, changes = {} } = shape;
  const [fromUs, toUs] = [(from * 1e6) / footage.fps, (to * 1e6) / footage.fps];
  const own = footage.samples
    .filter(({ ptsUs }) => ptsUs >= fromUs - 1 && ptsUs < toUs - 1)
    .map((sample) => ({ ...sample, ptsUs: sample.ptsUs - fromUs, dtsUs: sample.dtsUs - fromUs }))
    .sort((a, b) => a.dtsUs - b.dtsUs);
  const endMs = startMs + ((to - from) * 1000) / footage.fps;
  const video = { videoCodec: footage.video.codecString, width: footage.video.width, height: footage.video.height };
  const state = isOpen ? 'open' : 'ready';
  const row = sampleEvent(id, { startMs: wallMs(startMs), endMs: wallMs(endMs), frames: to - from, state, hasSnapshot: false, ...video, ...changes });
  const file = await new FsEventFiles().create(root, row, footage);
  for (let at = 0; at < own.length; ) {
    const untilUs = (own[at]?.dtsUs ?? 0) + FRAGMENT_US;
    const found = own.findIndex(({ dtsUs }, index) => index > at && dtsUs >= untilUs);
    const end = found < 0 ? own.length : found;
    await file.append(own.slice(at, end));
    at = end;
  }
  if (isOpen) return { row, file };
  const { sizeBytes } = await file.finish(row);
  return { row: { ...row, sizeBytes } };
}
