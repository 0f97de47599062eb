// Which ffmpeg our own recorder uses: the one of the settings, of the system, or of a package that lies beside us.
import { accessSync, constants, statSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';

/** What was found. */
export interface FfmpegPlace {
  /** A folder to look into first. Absent: the recorder finds it by itself. */
  readonly folder?: string;
  /** What is wrong, in one sentence. */
  readonly problem?: string;
}

/** What to look at. */
export interface FfmpegSearch {
  /** `ffmpeg` of the settings. */
  readonly setting?: string | undefined;
  /** PATH. */
  readonly path: string;
  /** Folder for a link, where the program has another name. */
  readonly linkFolder: string;
  /** Where packages of Homebridge are looked for. */
  readonly near: readonly string[];
}

const MISSING =
  'ffmpeg is missing, so no camera can be opened: install it (on Debian, Ubuntu and Raspberry Pi OS: sudo apt-get install ffmpeg), or set "ffmpeg" to its path';

/** Finds it. Never rejects. */
export async function findFfmpeg({ setting, path, linkFolder, near }: FfmpegSearch): Promise<FfmpegPlace> {
  const isSystem = path.split(delimiter).some((folder) => folder !== '' && isProgram(join(folder, 'ffmpeg')));
  if (setting !== undefined && isProgram(setting)) return { folder: await folderOf(setting, linkFolder) };
  const problem = setting === undefined ? undefined : `"ffmpeg" is ${setting}, where there is no program that may be run`;
  if (isSystem) return problem === undefined ? {} : { problem: `${problem}; the one of the system is used` };
  const packaged = near.map(packagedFfmpeg).find((each) => each !== undefined);
  if (packaged !== undefined) return { folder: dirname(packaged), ...(problem === undefined ? {} : { problem: `${problem}; ${packaged} is used` }) };
  return { problem: problem === undefined ? MISSING : `${problem}; ${MISSING}` };
}

/** The program of `ffmpeg-for-homebridge`, if that package is installed and has fetched it. */
function packagedFfmpeg(near: string): string | undefined {
  try {
    const program: unknown = createRequire(join(near, 'package.json'))('ffmpeg-for-homebridge');
    return typeof program === 'string' && basename(program) === 'ffmpeg' && isProgram(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/** The recorder looks for `ffmpeg` in folders, so a program of another name gets a second one. */
async function folderOf(program: string, linkFolder: string): Promise<string> {
  if (basename(program) === 'ffmpeg') return dirname(program);
  await mkdir(linkFolder, { recursive: true });
  const link = join(linkFolder, 'ffmpeg');
  await rm(link, { force: true });
  await symlink(program, link);
  return linkFolder;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
