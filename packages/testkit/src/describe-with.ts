// Test suites that need a program: where it is missing they are skipped, and their name says why.
import { spawnSync } from 'node:child_process';

const found = new Map<string, boolean>();

/** Whether a program can be run. Asked once per program and process. */
export function hasProgram(program: string): boolean {
  const known = found.get(program);
  if (known !== undefined) return known;
  const isFound = spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined;
  found.set(program, isFound);
  return isFound;
}

/** `describe`, or `describe.skip` with the reason in its name where `program` is not installed. */
export function describeWith(program: string, name: string, body: () => void): void {
  if (hasProgram(program)) describe(name, body);
  else describe.skip(`${name} (skipped: ${program} is not installed)`, body);
}
