// The configuration for commands that need it.
import { isAbsolute, relative, resolve } from 'node:path';
import { localConfigWorld } from '../adapters/fs/local-config-world.ts';
import type { Config } from '../config/config.ts';
import { explainProblem } from '../config/explain-problem.ts';
import { type LoadedConfig, loadConfigFile } from '../config/load-config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { CommandIo } from './command.ts';

/** Reads a file of the command line. Problems name it as it was written. */
export function loadFrom(file: string, io: Pick<CommandIo, 'cwd' | 'env'>, { withoutLogins = false } = {}): LoadedConfig {
  const absolute = resolve(io.cwd, file);
  const loaded = loadConfigFile({ file: absolute, world: localConfigWorld(io.env), withoutLogins });
  if ('config' in loaded) return loaded;
  return { problems: loaded.problems.map((problem) => ({ ...problem, file: isAbsolute(file) ? file : relative(io.cwd, absolute) })) };
}

/**
 * The configuration, or the end of the command.
 *
 * @param options - `withoutLogins` for commands that open no camera and no broker: they need no passwords.
 * @throws RecorderError `CONFIG_INVALID` with a line for each problem.
 */
export function requireConfig(file: string, io: Pick<CommandIo, 'cwd' | 'env'>, options: { readonly withoutLogins?: boolean } = {}): Config {
  const loaded = loadFrom(file, io, options);
  if ('config' in loaded) return loaded.config;
  throw new RecorderError('CONFIG_INVALID', loaded.problems.map(explainProblem).join('\n'));
}
