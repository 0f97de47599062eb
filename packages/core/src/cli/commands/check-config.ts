// `nightjar check-config`: every mistake in a configuration.
import { explainProblem } from '../../config/explain-problem.ts';
import { laterSettings } from '../../config/later-settings.ts';
import type { Command } from '../command.ts';
import { loadFrom } from '../read-config.ts';

/** `nightjar check-config`. */
export const checkConfigCommand: Command = {
  name: 'check-config',
  summary: 'check a configuration and list every mistake in it',
  arguments: [{ name: 'FILE', description: 'the configuration (default: nightjar.yaml)' }],
  options: [{ flags: '--config <file>', description: 'the same as FILE' }],
  examples: [
    { line: 'nightjar check-config', does: 'Checks nightjar.yaml of this folder.' },
    { line: 'nightjar check-config /etc/nightjar.yaml --json', does: 'Prints {"ok":…,"problems":[…],"notes":[…]} for an editor.' },
  ],
  run: async ({ positionals, options, json }, io) => {
    const file = positionals[0] ?? (typeof options['config'] === 'string' ? options['config'] : 'nightjar.yaml');
    const loaded = loadFrom(file, io);
    const problems = 'problems' in loaded ? loaded.problems : [];
    const notes = 'config' in loaded ? laterSettings(loaded.config) : [];
    if (json) io.stdout.write(`${JSON.stringify({ ok: problems.length === 0, problems, notes })}\n`);
    else for (const problem of problems) io.stderr.write(`${explainProblem(problem)}\n`);
    if (!json && 'config' in loaded) {
      for (const note of notes) io.stderr.write(`${file}: note: ${note}\n`);
      const count = loaded.config.cameras.length;
      io.stdout.write(`${file}: ok, ${count} ${count === 1 ? 'camera' : 'cameras'}\n`);
    }
    return problems.length === 0 ? 0 : 2;
  },
};
