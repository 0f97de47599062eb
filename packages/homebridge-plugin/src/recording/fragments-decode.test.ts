// Fragments of what real encoders made, as a real decoder sees them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LivePacket, LiveTracks } from '@nightjar/client';
import { aacTrack } from '@nightjar/media';
import { describeWith, loadClip, type MediaClip } from '@nightjar/testkit';
import { readFragments } from '../../test/read-fragments.ts';
import { Fragmenter } from './fragmenter.ts';

const [SECONDS, FPS] = [13, 15];
/** Live time of the first packet: a camera that has run for a day. */
const STARTED_US = 86_400_000_000;

/** 13 s of a test picture with a tone, as a camera would send them. */
async function clipOf(gopSeconds: number, bFrames: number): Promise<MediaClip> {
  const directory = mkdtempSync(join(tmpdir(), 'recording-'));
  const path = join(directory, 'clip.mp4');
  try {
    const picture = ['-f', 'lavfi', '-i', `testsrc=size=320x240:rate=${FPS}:duration=${SECONDS}`];
    const sound = ['-f', 'lavfi', '-i', `sine=sample_rate=16000:duration=${SECONDS}`];
    const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', String(bFrames), '-g', String(gopSeconds * FPS)];
    const forced = ['-force_key_frames', `expr:gte(t,n_forced*${gopSeconds})`, '-x264-params', 'scenecut=0'];
    const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', ...picture, ...sound, ...video, ...forced, '-c:a', 'aac', '-ac', '1', path]);
    if (status !== 0) throw new Error(stderr.toString());
    const [silent, loud] = [await loadClip(path), await loadClip(path, 'aac')];
    const units = [...silent.units, ...loud.units.filter(({ track }) => track === 'audio')];
    return { ...silent, units: units.toSorted((a, b) => a.dtsSeconds - b.dtsSeconds) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function packetsOf({ video, units }: MediaClip): LivePacket[] {
  const tracks: LiveTracks = { video, audio: aacTrack(2, 16_000, 1) };
  const us = (seconds: number): number => STARTED_US + Math.round(seconds * 1e6);
  return units.map(({ track, data, ptsSeconds, dtsSeconds, isKey }) => ({
    track,
    data,
    ptsUs: us(ptsSeconds),
    dtsUs: us(dtsSeconds),
    durationUs: track === 'video' ? Math.round(1e6 / FPS) : 64_000,
    isKey,
    tracks,
    skippedFrames: 0,
  }));
}

/** What a decoder says that is shown everything: complaints, and pictures and samples of sound it got. */
function decode(file: Uint8Array): { readonly said: string; readonly pictures: number; readonly soundSeconds: number } {
  const all = spawnSync('ffmpeg', ['-v', 'warning', '-xerror', '-i', 'pipe:0', '-f', 'null', '-'], { input: file });
  const count = (stream: string): number[] => {
    const args = ['-v', 'error', '-count_frames', '-select_streams', stream, '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0', 'pipe:0'];
    return spawnSync('ffprobe', args, { input: file }).stdout.toString().split('\n').filter(Boolean).map(Number.parseFloat);
  };
  return { said: `${all.status}${all.stderr.toString()}`, pictures: count('v')[0] ?? 0, soundSeconds: (count('a')[0] ?? 0) * 0.064 };
}

describeWith('ffmpeg', 'what a real encoder made', () => {
  it.each([
    [1, 0],
    [2, 0],
    [4, 0],
    [2, 2],
  ])('decodes without a word when its groups last %d s, with %d B-frames', async (gopSeconds, bFrames) => {
    const fragmenter = new Fragmenter({ lengthMs: 4000, soundRate: 16_000 });
    for (const packet of packetsOf(await clipOf(gopSeconds, bFrames))) fragmenter.add(packet);
    fragmenter.finish();
    const data: Uint8Array[] = [];
    for (let next = fragmenter.take(); next !== undefined; next = fragmenter.take()) data.push(next.data);
    const header = fragmenter.header!;

    const { fragments } = readFragments(header, data);
    expect(fragments.every(({ beginsWithIdr }) => beginsWithIdr)).toBe(true);
    expect(fragments.map(({ endSeconds }) => Math.round(endSeconds))).toEqual([4, 8, 12, 13]);
    expect(fragmenter.hasReordered).toBe(bFrames > 0);
    const { said, pictures, soundSeconds } = decode(Buffer.concat([header, ...data]));
    expect([said, pictures]).toEqual(['0', SECONDS * FPS]);
    expect(Math.abs(soundSeconds - SECONDS)).toBeLessThan(0.13);
  });
});
