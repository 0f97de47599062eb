// How ffmpeg is asked to encode one track of a live stream anew.
import type { VideoForm } from '@nightjar/client';
import type { AudioTrack, VideoTrack } from '@nightjar/media';
import { isVideoForm, type LiveForm, type SoundForm } from '../../model/live-form.ts';

/** H.264 level 4.0 (Annex A, table A-1): macroblocks of a picture, and a second. */
const MOST_MACROBLOCKS = 8192;
const MOST_MACROBLOCKS_PER_SECOND = 245_760;
const MACROBLOCK = 16;
/** Times of frames are compared with this much tolerance. */
const TOLERANCE_SECONDS = 0.001;

/** What is encoded. */
export interface EncoderJob {
  readonly track: VideoTrack | AudioTrack;
  readonly form: LiveForm;
  /** In seconds of what goes in: pictures shown up to then do not come out. */
  readonly afterSeconds?: number;
}

/** The whole command line: fragmented MP4 goes in and comes out, a fragment a frame, with times as they are. */
export function encoderArgs({ track, form, afterSeconds }: EncoderJob): string[] {
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'error', '-threads', '1'],
    // The first units say what there is to know; waiting for more of them would be heard.
    ...['-fpsprobesize', '0', '-f', 'mp4', '-copyts', '-i', 'pipe:0'],
    ...(isVideoForm(form) ? videoArgs(track as VideoTrack, form, afterSeconds) : soundArgs(form)),
    // Without edit lists and shifts, times before the first sound stay what they are.
    ...['-movflags', 'empty_moov+default_base_moof+frag_every_frame+frag_discont', '-use_editlist', '0', '-avoid_negative_ts', 'disabled'],
    ...['-flush_packets', '1', '-f', 'mp4', 'pipe:1'],
  ];
}

function videoArgs(track: VideoTrack, form: VideoForm, afterSeconds: number | undefined): string[] {
  const { width, height } = encodedSize(track, form);
  const fps = encodedFps({ width, height }, form.fps);
  const { kbps, gopSeconds } = form;
  const step = 1 / fps;
  const slot = (time: string): string => `floor(${time}*${fps}+0.01)`;
  // One frame of each step of time, and none right after another.
  const isWanted = `isnan(prev_selected_t)+gt(${slot('t')},${slot('prev_selected_t')})*gte(t-prev_selected_t,${step / 2})`;
  // Times are rounded on both ways: without tolerance the last picture that came out may come again, and its key frame would be left out as known.
  const isLate = afterSeconds === undefined ? '' : `select='gt(t,${afterSeconds + TOLERANCE_SECONDS})',`;
  return [
    ...['-map', '0:v:0', '-vf', `${isLate}select='${isWanted}',scale=${width}:${height}`, '-vsync', 'passthrough'],
    ...['-enc_time_base', '1:90000', '-video_track_timescale', '90000'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-threads', '1', '-pix_fmt', 'yuv420p'],
    ...['-profile:v', 'main', '-level:v', '4.0', '-bf', '0', '-sc_threshold', '0', '-forced-idr', '1'],
    ...['-b:v', `${kbps}k`, '-maxrate', `${kbps}k`, '-bufsize', `${kbps}k`],
    // The rate of frames is for the control of bits; times come with the frames.
    ...['-x264-params', `fps=${fps}`, '-g', String(Math.max(1, Math.round(gopSeconds * fps)))],
    ...['-force_key_frames', `expr:if(isnan(prev_forced_t),1,gt(t+${step},prev_forced_t+${gopSeconds + TOLERANCE_SECONDS}))`],
  ];
}

function soundArgs(form: SoundForm): string[] {
  const { sampleRate, channels, kbps } = form;
  const shared = ['-b:a', `${kbps}k`, '-ac', String(channels), '-ar', String(sampleRate)];
  const codec =
    form.codec === 'aac' ? ['-c:a', 'aac'] : ['-c:a', 'libopus', '-application', 'lowdelay', '-frame_duration', String(form.frameMs), '-vbr', 'constrained'];
  // Sound that is missing is silence, so that what follows stays where it belongs.
  return ['-map', '0:a:0', '-af', 'aresample=async=1', ...codec, ...shared];
}

/** In even pixels: within the form and level 4.0, in the shape of the track, no larger than it is. */
export function encodedSize(
  track: Pick<VideoTrack, 'width' | 'height'>,
  form: Pick<VideoForm, 'width' | 'height'>,
): { readonly width: number; readonly height: number } {
  const { width, height } = track;
  let scale = Math.min(1, form.width / width, form.height / height);
  const even = (pixels: number): number => Math.max(2, 2 * Math.floor((pixels * scale) / 2 + 0.25));
  while (macroblocks({ width: even(width), height: even(height) }) > MOST_MACROBLOCKS) scale *= 0.99;
  return { width: even(width), height: even(height) };
}

/** Frames a second that level 4.0 has room for. */
const encodedFps = (size: { readonly width: number; readonly height: number }, fps: number): number =>
  Math.min(fps, Math.floor(MOST_MACROBLOCKS_PER_SECOND / macroblocks(size)));

const macroblocks = ({ width, height }: { readonly width: number; readonly height: number }): number =>
  Math.ceil(width / MACROBLOCK) * Math.ceil(height / MACROBLOCK);
