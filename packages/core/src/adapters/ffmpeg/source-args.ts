// How ffmpeg is asked to open each kind of source. Only typed options become arguments: no text of a user is ever a flag,
// and no URL is ever an argument, because every process on the machine can read /proc/PID/cmdline.
import type { SourceRequest } from '../../ports/camera-source.ts';
import { syntheticGraph } from './synthetic-graph.ts';

/** What is done with each track; `encode` where the container can't take what the camera sends. */
export interface TrackHandling {
  readonly video: 'copy' | 'encode';
  readonly audio: 'copy' | 'encode' | 'none';
  /** Pictures are fetched one by one and come through standard input. */
  readonly polled?: boolean;
}

/** Arguments before and including `-i`, and what goes to file descriptor 3 (the concat script that holds the URL). */
export interface InputArgs {
  readonly args: readonly string[];
  readonly script?: string;
}

/** What the script itself is read through, and what any camera may need. */
const PROTOCOLS = 'pipe,rtsp,rtp,srtp,tcp,udp,tls,http,https,httpproxy,crypto';

/**
 * What a camera may answer with. No playlists: they would make the recorder read files and addresses of the camera's choice.
 */
const RTSP_ONLY = ['protocol_whitelist rtp,srtp,tcp,udp,tls,crypto', 'format_whitelist rtsp'] as const;
const HTTP_ONLY = [
  // Redirects were followed before, on the camera's own server.
  'max_redirects 0',
  'protocol_whitelist tcp,tls,http,https,httpproxy',
  'format_whitelist mpjpeg,mjpeg,jpeg_pipe,mpegts,flv,live_flv,h264,hevc,asf,mov,mp4,matroska,webm',
] as const;

/**
 * When ffmpeg itself gives up a silent camera: later than any setting, because at its end it hands out the picture it held back, which would
 * pass for a sign of life. Whoever asked for the run watches it; this ends an ffmpeg that nobody watches any more.
 */
export const LAST_RESORT_MS = 900_000;

/** Seconds between key frames of streams that are encoded here. */
const ENCODED_GOP_SECONDS = 2;

/** A quoted word of a concat script (ffmpeg's own quoting: nothing is special between single quotes but the quote). */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const scriptInput = (url: string, options: readonly string[]): InputArgs => ({
  args: ['-f', 'concat', '-safe', '0', '-protocol_whitelist', PROTOCOLS, '-i', 'pipe:3'],
  script: ['ffconcat version 1.0', `file ${quoted(url)}`, ...options.map((option) => `option ${option}`), ''].join('\n'),
});

const POLLED_INPUT: InputArgs = { args: ['-use_wallclock_as_timestamps', '1', '-fpsprobesize', '0', '-f', 'mjpeg', '-i', 'pipe:0'] };

const filePath = (url: string): string => url.replace(/^file:(?:\/\/)?/, '');

/** The input part of the command line. */
export function inputArgs(request: SourceRequest): InputArgs {
  const url = request.source.url.reveal();
  const timeoutUs = LAST_RESORT_MS * 1000;
  switch (request.source.kind) {
    case 'rtsp':
      return scriptInput(url, ['rtsp_transport tcp', `timeout ${timeoutUs}`, 'fpsprobesize 0', ...RTSP_ONLY]);
    case 'mjpeg':
      // The multipart demuxer counts frames at 25/s; only arrival tells when a frame was taken.
      return scriptInput(url, [`rw_timeout ${timeoutUs}`, 'use_wallclock_as_timestamps 1', 'fpsprobesize 0', 'analyzeduration 1000000', ...HTTP_ONLY]);
    case 'file':
      return { args: [...(request.pace === 'live' ? ['-re', '-stream_loop', '-1'] : []), '-fpsprobesize', '0', '-i', `file:${filePath(url)}`] };
    case 'v4l2':
      return { args: ['-f', 'v4l2', '-use_wallclock_as_timestamps', '1', '-i', url.slice('v4l2:'.length)] };
    case 'synthetic':
      return { args: [...(request.pace === 'live' ? ['-re'] : []), '-f', 'lavfi', '-i', syntheticGraph(url)] };
  }
}

/** What to try first; the stream itself may teach otherwise. */
export function firstHandling(request: SourceRequest): TrackHandling {
  const { kind } = request.source;
  const audio = request.audio && (kind === 'rtsp' || kind === 'file') ? 'copy' : 'none';
  return { video: kind === 'rtsp' || kind === 'file' ? 'copy' : 'encode', audio };
}

function videoArgs(request: SourceRequest, handling: TrackHandling): string[] {
  if (handling.video === 'copy') return ['-c:v', 'copy'];
  const filters = request.frameSkip > 0 ? ['-vf', `framestep=${request.frameSkip + 1}`] : [];
  return [
    ...filters,
    ...['-c:v', 'libx264', '-preset', 'superfast', '-tune', 'zerolatency', '-crf', '23', '-pix_fmt', 'yuv420p', '-threads', '1'],
    ...['-force_key_frames', `expr:gte(t,n_forced*${ENCODED_GOP_SECONDS})`, '-sc_threshold', '0', '-vsync', 'vfr'],
  ];
}

function audioArgs(handling: TrackHandling): string[] {
  if (handling.audio === 'none') return ['-an'];
  if (handling.audio === 'copy') return ['-c:a', 'copy'];
  // Cheap cameras' sample clocks drift: resampling keeps sound continuous where packets leave gaps.
  return ['-c:a', 'aac', '-b:a', '64k', '-af', 'aresample=async=1'];
}

/** The whole command line for one run: fragmented MP4 on standard output. */
export function captureArgs(request: SourceRequest, handling: TrackHandling): InputArgs {
  const input = handling.polled === true ? POLLED_INPUT : inputArgs(request);
  const maps = handling.audio === 'none' ? ['-map', '0:v:0'] : ['-map', '0:v:0', '-map', '0:a:0?'];
  const args = [
    // That a camera sends us on to another address is said as a notice only.
    ...['-hide_banner', ...(handling.polled === true ? [] : ['-nostdin']), '-nostats', '-loglevel', request.source.kind === 'rtsp' ? 'level+info' : 'warning'],
    ...input.args,
    ...maps,
    ...videoArgs(request, handling),
    ...audioArgs(handling),
    // Pictures must not wait for sound that is late or has stopped: the order between tracks doesn't matter here (microseconds).
    ...['-max_interleave_delta', '1', '-max_muxing_queue_size', '1024'],
    ...['-f', 'mp4', '-movflags', 'empty_moov+default_base_moof+frag_every_frame', '-flush_packets', '1', 'pipe:1'],
  ];
  return input.script === undefined ? { args } : { args, script: input.script };
}
