// Reads a video file into memory as access units, with ffmpeg as the demuxer. Video is copied, never encoded.
import { spawn } from 'node:child_process';
import { Fmp4Reader, type Sample, type Track } from '@nightjar/media';
import type { ClipUnit, MediaClip } from './media-clip.ts';

/** The sound to play beside the picture. */
export type ClipAudioChoice = 'none' | 'aac' | 'pcma' | 'pcmu';

const G711_RATE = 8000;
const G711_UNIT_BYTES = 160;

/**
 * Reads a file.
 *
 * @param audio - What the file's sound is encoded to; a file without sound stays silent.
 * @throws Error where ffmpeg is missing, or the file has no H.264 or H.265 video.
 */
export async function loadClip(path: string, audio: ClipAudioChoice = 'none'): Promise<MediaClip> {
  const aac = audio === 'aac' ? ['-map', '0:a:0?', '-c:a', 'aac'] : [];
  const output = ['-use_editlist', '0', '-movflags', 'empty_moov+default_base_moof+frag_keyframe', '-f', 'mp4', 'pipe:1'];
  const mp4 = await run('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, '-map', '0:v:0', '-c:v', 'copy', ...aac, ...output]);
  const { tracks, samples } = readFragments(mp4);
  const video = tracks.find((track) => track.kind === 'video');
  if (video === undefined) throw new Error(`${path} holds no H.264 or H.265 video`);
  const aacTrack = tracks.find((track) => track.kind === 'audio');
  const frames = toUnits(samples, video);
  const durationSeconds = endOf(samples, video);
  const sound = aacTrack === undefined ? await loadG711(path, audio) : toUnits(samples, aacTrack);
  const units = [...frames, ...sound.filter((unit) => unit.dtsSeconds < durationSeconds)].toSorted((a, b) => a.dtsSeconds - b.dtsSeconds);
  const clip = { video, units, durationSeconds };
  if (aacTrack !== undefined) return { ...clip, audio: { codec: 'aac', sampleRate: aacTrack.sampleRate, channels: aacTrack.channels } };
  return sound.length > 0 && (audio === 'pcma' || audio === 'pcmu') ? { ...clip, audio: { codec: audio, sampleRate: G711_RATE, channels: 1 } } : clip;
}

/** Runs a program to its end and collects its output. @throws Error with what it said, where it failed. */
export function run(program: string, args: readonly string[], input?: (stdin: NodeJS.WritableStream) => Promise<void>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`${program} ended with ${code}: ${said}`));
    });
    if (input !== undefined && child.stdin !== null) {
      child.stdin.on('error', () => {});
      input(child.stdin).catch(reject);
    }
  });
}

function readFragments(mp4: Uint8Array): { readonly tracks: readonly Track[]; readonly samples: readonly Sample[] } {
  let tracks: readonly Track[] = [];
  const samples: Sample[] = [];
  for (const item of new Fmp4Reader().push(mp4)) {
    if (item.type === 'init') tracks = item.tracks;
    else for (const sample of item.samples) samples.push(sample);
  }
  return { tracks, samples };
}

const toUnits = (samples: readonly Sample[], track: Track): ClipUnit[] =>
  samples
    .filter((sample) => sample.trackId === track.trackId)
    .map((sample) => ({
      track: track.kind,
      data: sample.data,
      ptsSeconds: sample.pts / track.timescale,
      dtsSeconds: sample.dts / track.timescale,
      isKey: sample.isKey,
    }));

function endOf(samples: readonly Sample[], track: Track): number {
  const own = samples.filter((sample) => sample.trackId === track.trackId);
  const last = own.at(-1);
  const typicalTicks = own.length > 1 ? ((last?.dts ?? 0) - (own[0]?.dts ?? 0)) / (own.length - 1) : track.timescale;
  return last === undefined ? 0 : (last.dts + (last.duration > 0 ? last.duration : typicalTicks)) / track.timescale;
}

async function loadG711(path: string, audio: ClipAudioChoice): Promise<ClipUnit[]> {
  if (audio !== 'pcma' && audio !== 'pcmu') return [];
  const format = audio === 'pcma' ? 'alaw' : 'mulaw';
  const bytes = await run('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, '-vn', '-ac', '1', '-ar', String(G711_RATE), '-f', format, 'pipe:1']);
  const units: ClipUnit[] = [];
  for (let at = 0; at + G711_UNIT_BYTES <= bytes.length; at += G711_UNIT_BYTES) {
    const seconds = at / G711_RATE;
    units.push({ track: 'audio', data: bytes.subarray(at, at + G711_UNIT_BYTES), ptsSeconds: seconds, dtsSeconds: seconds, isKey: true });
  }
  return units;
}
