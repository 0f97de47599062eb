// Tests that need programs of the system: where one is missing they are skipped, and their name says which.
import { spawnSync } from 'node:child_process';

/** Where mosquitto lives is not on everybody's PATH. */
const PATH = `${process.env['PATH']}:/usr/local/sbin:/usr/sbin`;

const isThere = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore', env: { PATH } }).status === 0;

/** `describe`, or `describe.skip` with the reason in its name. */
export function describeWithAll(programs: readonly string[], name: string, body: () => void): void {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) describe(name, body);
  else describe.skip(`${name} (skipped: ${missing.join(', ')} not installed)`, body);
}
