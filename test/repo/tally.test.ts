// The last line of a test run can be trusted.
import { type JestResults, tallyJest, tallyLine } from '../../scripts/tally.ts';

const file = (status: string, tests: readonly (readonly [string, string])[]): JestResults['testResults'][number] => ({
  name: 'x.test.ts',
  status,
  message: '',
  assertionResults: tests.map(([fullName, state]) => ({ fullName, status: state })),
});

describe('the tally', () => {
  it('counts what passed, and names what failed and what was skipped', () => {
    const tests = [
      ['a', 'passed'],
      ['b', 'failed'],
      ['skipped: mosquitto is not installed', 'pending'],
    ] as const;
    const tally = tallyJest({ testResults: [file('failed', tests)] });
    expect(tally).toEqual({ passed: 1, failed: ['b'], skipped: ['skipped: mosquitto is not installed'] });
    expect(tallyLine(tally)).toBe('1 passed, 1 failed, 1 skipped');
  });

  it('says in one line why a test failed', () => {
    const failureMessages = ['Error: \u001b[2mexpect(\u001b[22mreceived)\n\nExpected: 1\nReceived: 2\n    at Object.<anonymous> (x.test.ts:3:1)'];
    const failed = { ...file('failed', []), assertionResults: [{ fullName: 'b', status: 'failed', failureMessages }] };
    expect(tallyJest({ testResults: [failed] }).failed).toEqual(['b: Error: expect(received) Expected: 1 Received: 2']);
  });

  it('counts a file that could not be run as a failure', () => {
    expect(tallyJest({ testResults: [file('failed', []), file('passed', [['a', 'passed']])] })).toEqual({
      passed: 1,
      failed: ['x.test.ts did not run'],
      skipped: [],
    });
  });

  it('fails a run that found no test', () => {
    expect(tallyJest({ testResults: [] }).failed).toEqual(['no test was found']);
  });

  it('leaves skipped tests out of the line where there are none', () => {
    expect(tallyLine({ passed: 12, failed: [], skipped: [] })).toBe('12 passed, 0 failed');
  });
});
