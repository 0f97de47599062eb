// The whole test run: the checks, then every jest test. All parts run even when one fails; the last line is the tally.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partEnvironment, root, runChecks } from './check.ts';
import { type JestResults, type Tally, tallyJest, tallyLine } from './tally.ts';

/** Runs jest with its own report on screen and returns its results, or `undefined` where it did not get that far. */
function runJest(): JestResults | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'nightjar-test-'));
  const file = join(folder, 'jest.json');
  try {
    // Many suites wait for what they have started: with three workers two cores are still idle a quarter of the time.
    const args = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--maxWorkers=3', '--json', `--outputFile=${file}`];
    // Jest repeats the JSON on standard output even when it goes to a file; its report for people is on standard error.
    spawnSync('node', args, { cwd: root, env: partEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(file, 'utf8')) as JestResults;
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const checks = runChecks();
const results = runJest();
const jest: Tally = results === undefined ? { passed: 0, failed: ['jest did not finish'], skipped: [] } : tallyJest(results);
const tally: Tally = { passed: checks.passed + jest.passed, failed: [...checks.failed, ...jest.failed], skipped: jest.skipped };

for (const name of tally.skipped) console.log(`skipped: ${name.replace(/^skipped: /, '')}`);
for (const name of tally.failed) console.log(`failed: ${name}`);
console.log(tallyLine(tally));
process.exitCode = tally.failed.length === 0 ? 0 : 1;
