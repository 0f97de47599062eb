// Counts jest's results and says them in one line.
import { stripVTControlCharacters } from 'node:util';

/** What is used of the file jest writes with `--json --outputFile`. */
export interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly failureMessages?: readonly string[] }[];
  }[];
}

/** Outcomes by name; what failed with the reason, in one line. */
export interface Tally {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

/**
 * Counts tests. A file that could not be run counts as one failure, and so does a run that found no test at all:
 * nothing that was meant to be tested may vanish without a trace.
 */
export function tallyJest(results: JestResults): Tally {
  const failed: string[] = [];
  const skipped: string[] = [];
  let passed = 0;
  for (const file of results.testResults) {
    const failedBefore = failed.length;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') failed.push(`${test.fullName}${reasonOf(test.failureMessages)}`);
      else skipped.push(test.fullName);
    }
    if (file.status === 'failed' && failed.length === failedBefore) failed.push(`${file.name} did not run`);
  }
  if (passed + failed.length === 0) failed.push('no test was found');
  return { passed, failed, skipped };
}

/** Longer than most of what a comparison shows. */
const LONGEST_REASON = 300;

function reasonOf([message]: readonly string[] = []): string {
  if (message === undefined) return '';
  const [said = ''] = stripVTControlCharacters(message).split(/\n\s+at /);
  return `: ${said.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON)}`;
}

/** `N passed, N failed`, and `, N skipped` where some were. */
export function tallyLine(tally: Tally): string {
  const skipped = tally.skipped.length === 0 ? '' : `, ${tally.skipped.length} skipped`;
  return `${tally.passed} passed, ${tally.failed.length} failed${skipped}`;
}
