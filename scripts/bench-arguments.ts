// The arguments of the benchmark.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** Ways the recorder looks for motion. */
export type Mode = 'continuous' | 'keyframes';

/** What was asked for. */
export interface BenchArguments {
  /** Absent: a synthetic street is encoded. */
  readonly clip?: string;
  readonly cameras: number;
  readonly peers: boolean;
  readonly modes: readonly Mode[];
  /** Of video, for each contestant. Absent: the clip once. */
  readonly seconds?: number;
  readonly help: boolean;
}

export const HELP = `usage: npm run bench -- [options]

Measures what recording with motion detection costs: CPU and memory of all its processes while it records a clip that is
served over RTSP, against ffmpeg doing the least of the same work and, where they are installed, other recorders.

  --clip FILE      an H.264 or H.265 video to serve (default: a synthetic street, 1920x1080 at 15 fps)
  --cameras N      serve it as N cameras (default 1); with more than one, the recorder runs with one camera as well
  --peers          also run Motion and ZoneMinder where they are installed
  --mode MODE      continuous, keyframes or both (default both)
  --seconds S      seconds of video for each contestant (default: the length of the clip)
  --help           this text

Prints one table, and writes it as JSON and as a chart (SVG) to bench-results/.
`;

const MOST_CAMERAS = 32;
const LEAST_SECONDS = 5;
const MODES: readonly Mode[] = ['continuous', 'keyframes'];

/** Reads the arguments. @throws TypeError with one sentence. */
export function readArguments(args: readonly string[]): BenchArguments {
  const values = parse(args);
  const cameras = Number(values.cameras);
  if (!Number.isInteger(cameras) || cameras < 1 || cameras > MOST_CAMERAS)
    throw new TypeError(`--cameras ${values.cameras}: expected a whole number from 1 to ${MOST_CAMERAS}`);
  const modes = MODES.filter((mode) => values.mode === 'both' || values.mode === mode);
  if (modes.length === 0) throw new TypeError(`--mode ${values.mode}: expected continuous, keyframes or both`);
  const seconds = Number(values.seconds ?? LEAST_SECONDS);
  if (!(seconds >= LEAST_SECONDS && Number.isFinite(seconds)))
    throw new TypeError(`--seconds ${values.seconds}: expected a number of at least ${LEAST_SECONDS}`);
  if (values.clip !== undefined && !existsSync(values.clip)) throw new TypeError(`--clip ${values.clip}: there is no such file`);
  return {
    ...(values.clip === undefined ? {} : { clip: values.clip }),
    ...(values.seconds === undefined ? {} : { seconds }),
    cameras,
    modes,
    peers: values.peers,
    help: values.help,
  };
}

function parse(args: readonly string[]): { clip?: string; cameras: string; peers: boolean; mode: string; seconds?: string; help: boolean } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        clip: { type: 'string' },
        cameras: { type: 'string', default: '1' },
        peers: { type: 'boolean', default: false },
        mode: { type: 'string', default: 'both' },
        seconds: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    // Node adds a second sentence about positional arguments, which there are none of.
    throw new TypeError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
}
