// What benchmarks have in common: whole numbers and a clip as arguments, a folder of their own, and the way they end.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Values as `parseArgs` gives them. */
export type ArgumentValues = Readonly<Record<string, string | boolean | undefined>>;

/** An argument with a value of its own where none is given, for `parseArgs`. */
export const textOption = (name: string, fallback: string) => ({ [name]: { type: 'string', default: fallback } as const });

/** @throws TypeError with one sentence. */
export function wholeNumber(values: ArgumentValues, name: string, least: number): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < least) throw new TypeError(`--${name} ${String(values[name])}: expected a whole number of at least ${least}`);
  return value;
}

/** `--clip`, where it is given. @throws TypeError with one sentence where there is no such file. */
export function clipFile(values: ArgumentValues): string | undefined {
  const clip = typeof values['clip'] === 'string' ? values['clip'] : undefined;
  if (clip !== undefined && !existsSync(clip)) throw new TypeError(`--clip ${clip}: there is no such file`);
  return clip;
}

/** Writes a line for whoever watches. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs a benchmark in a folder that is gone afterwards. Arguments that cannot be used end with the exit code 2, everything else that fails with 1. */
export async function runBench<A>(name: string, readArguments: () => A | undefined, run: (args: A, folder: string) => Promise<void>): Promise<void> {
  try {
    const args = readArguments();
    if (args === undefined) return;
    const folder = mkdtempSync(join(tmpdir(), `nightjar-bench-${name}-`));
    try {
      await run(args, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof TypeError ? 2 : 1;
  }
}
