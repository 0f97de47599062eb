// The configuration for commands that need it.
import { isAbsolute, relative, resolve } from 'node:path';
import { localConfigWorld } from '../adapters/fs/local-config-world.ts';
import type { Config } from '../config/config.ts';
import { explainProblem } from '../config/explain-problem.ts';
import { type LoadedConfig, loadConfigFile } from '../config/load-config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { CommandIo } from './command.ts';

/** Reads a file of the command line. Problems name it as it was written. */
export function loadFrom(file: string, io: Pick<CommandIo, 'cwd' | 'env'>): LoadedConfig {
  const absolute = resolve(io.cwd, file);
  const loaded = loadConfigFile({ file: absolute, world: localConfigWorld(io.env) });
  if ('config' in loaded) return loaded;
  return { problems: loaded.problems.map((problem) => ({ ...problem, file: isAbsolute(file) ? file : relative(io.cwd, absolute) })) };
}

/**
 * The configuration, or the end of the command.
 *
 * @throws RecorderError `CONFIG_INVALID` with a line for each problem.
 */
export function requireConfig(file: string, io: Pick<CommandIo, 'cwd' | 'env'>): Config {
  const loaded = loadFrom(file, io);
  if ('config' in loaded) return loaded.config;
  throw new RecorderError('CONFIG_INVALID', loaded.problems.map(explainProblem).join('\n'));
}
