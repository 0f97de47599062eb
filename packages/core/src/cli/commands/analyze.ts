// `nightjar analyze`: what the detector would have made of recorded video.
import { resolve } from 'node:path';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { FfmpegCameraSource } from '../../adapters/ffmpeg/ffmpeg-camera-source.ts';
import { ffmpegFrameDecoders } from '../../adapters/ffmpeg/ffmpeg-frame-decoder.ts';
import { fileDuration } from '../../adapters/ffmpeg/file-duration.ts';
import { localConfigWorld } from '../../adapters/fs/local-config-world.ts';
import { procMeter } from '../../adapters/fs/proc-meter.ts';
import { analyzeFile } from '../../app/analyze-file.ts';
import { loadConfig } from '../../config/load-config.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { CameraSettings } from '../../model/camera.ts';
import { parseSource } from '../../model/source.ts';
import type { AnalysisEvent } from '../../motion/analysis-events.ts';
import type { Command, CommandArgs, CommandIo, ExitCode } from '../command.ts';
import { startProgress } from '../progress.ts';
import { requireConfig } from '../read-config.ts';

/** `nightjar analyze`. */
export const analyzeCommand: Command = {
  name: 'analyze',
  summary: 'run the motion detector over video files, faster than real time',
  arguments: [{ name: 'FILE', description: 'video files', required: true, many: true }],
  options: [
    { flags: '--config <file>', description: 'take the settings of a camera of this configuration (default: the defaults)' },
    { flags: '--camera <id>', description: 'which camera of the configuration' },
    { flags: '--mode <mode>', description: 'how much is decoded; auto comes with a later version', choices: ['continuous', 'keyframes', 'auto'] },
    { flags: '--post-roll <seconds>', description: 'alarms closer than this are one event' },
  ],
  examples: [
    { line: 'nightjar analyze porch.mp4', does: 'Lists what moved in a file, with the default settings.' },
    {
      line: 'nightjar analyze --config nightjar.yaml --camera porch --json porch-*.mp4',
      does: 'Tries the zones of a camera on old footage; one JSON object a line.',
    },
    { line: 'nightjar analyze --mode keyframes --post-roll 2 porch.mp4', does: 'Looks at key frames only, which costs far less.' },
  ],
  run: async (args, io) => {
    const camera = cameraOf(args, io);
    const mode = modeOf(args, camera);
    const postRollSeconds = secondsOf(args.options['postRoll'], camera.postRollSeconds);
    let code: ExitCode = 0;
    for (const file of args.positionals) {
      try {
        await analyzeOne(file, { ...camera, postRollSeconds }, mode, args, io);
      } catch (error) {
        // One file of many that does not play is no reason to leave the others out.
        const problem = RecorderError.of(error, 'CAPTURE_CONNECT_FAILED') ?? RecorderError.of(error, 'CAPTURE_LOST');
        if (problem === undefined || args.positionals.length === 1) throw error;
        io.stderr.write(`nightjar: ${problem.message.replace(/\s*\n\s*/g, ' ')}\n`);
        code = 1;
      }
      if (io.signal.aborted) return 1;
    }
    return code;
  },
};

async function analyzeOne(file: string, camera: CameraSettings, mode: 'continuous' | 'keyframes', args: CommandArgs, io: CommandIo): Promise<void> {
  const source = parseSource(`file:${resolve(io.cwd, file)}`);
  if (source === undefined) throw new RecorderError('USAGE', `${JSON.stringify(file)} is not the name of a file`);
  const total = await fileDuration(resolve(io.cwd, file), io.signal);
  const progress = startProgress({ io, clock: systemClock, label: file, unit: 's', ...(total === undefined ? {} : { total }) });
  const before = (await procMeter.read()).cpuMs;
  const print = (line: string): void => {
    progress.end();
    io.stdout.write(`${line}\n`);
  };
  try {
    const found = await analyzeFile(
      {
        source: { ...source, label: file },
        mode,
        camera,
        cameras: new FfmpegCameraSource(systemClock),
        decoders: ffmpegFrameDecoders,
        onEvent: (event) => print(args.json ? JSON.stringify(event) : describe(event)),
        onProgress: (seconds) => progress.update(seconds),
      },
      io.signal,
    );
    const cpuSeconds = Math.round((await procMeter.read()).cpuMs - before) / 1000;
    if (args.json) print(JSON.stringify({ type: 'summary', file, ...found, cpuSeconds }));
    else
      print(
        `${file}: ${found.events} ${found.events === 1 ? 'event' : 'events'} in ${found.durationSeconds.toFixed(1)} s; ${found.framesDecoded} of ${found.framesTotal} frames decoded, ${cpuSeconds.toFixed(1)} s of CPU`,
      );
  } finally {
    progress.end();
  }
}

const clock = (seconds: number): string => `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;

const describe = ({ start, end, maxScore, zones }: AnalysisEvent): string => `${clock(start)} – ${clock(end)}  score ${maxScore}  in ${zones.join(', ')}`;

function cameraOf({ options, positionals }: CommandArgs, io: CommandIo): CameraSettings {
  const { config: file, camera: id } = options;
  if (typeof file !== 'string') {
    if (id !== undefined) throw new RecorderError('USAGE', '--camera needs --config, which says what its settings are');
    return defaultCamera(positionals[0] ?? '', io);
  }
  const { cameras } = requireConfig(file, io, { withoutLogins: true });
  const known = cameras.map((camera) => camera.id).join(', ');
  if (id === undefined && cameras.length !== 1) throw new RecorderError('USAGE', `--camera is needed: ${file} has ${known === '' ? 'no cameras' : known}`);
  const camera = cameras.find((candidate) => id === undefined || candidate.id === id);
  if (camera === undefined) throw new RecorderError('USAGE', `${file} has no camera ${JSON.stringify(id)}; it has ${known}`);
  return camera;
}

/** A camera of which nothing was configured: the defaults are the schema's. */
function defaultCamera(file: string, io: CommandIo): CameraSettings {
  const text = 'cameras: [{ id: file, source: "synthetic:quiet" }]';
  const loaded = loadConfig(text, { file: resolve(io.cwd, file), world: localConfigWorld(io.env) });
  const camera = 'config' in loaded ? loaded.config.cameras[0] : undefined;
  if (camera === undefined) throw new RecorderError('CONFIG_INVALID', 'the default configuration is not valid');
  return camera;
}

function modeOf({ options }: CommandArgs, camera: CameraSettings): 'continuous' | 'keyframes' {
  const mode = options['mode'] ?? (camera.detect.mode === 'off' ? 'continuous' : camera.detect.mode);
  if (mode === 'auto') throw new RecorderError('USAGE', '--mode: auto is not available yet; use continuous or keyframes');
  return mode === 'keyframes' ? 'keyframes' : 'continuous';
}

function secondsOf(text: string | boolean | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const seconds = Number(text);
  if (typeof text !== 'string' || text.trim() === '' || !Number.isFinite(seconds) || seconds < 0)
    throw new RecorderError('USAGE', `--post-roll: expected seconds, 0 or more, got ${JSON.stringify(text)}`);
  return seconds;
}
