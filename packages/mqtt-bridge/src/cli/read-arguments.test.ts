import { helpText } from './option-table.ts';
import { readArguments } from './read-arguments.ts';
import { UsageProblem } from './usage-problem.ts';

describe('arguments of the bridge alone', () => {
  it.each<readonly [line: string, expected: object]>([
    ['', {}],
    ['--recorder http://h:1 --check --json', { recorder: 'http://h:1', check: true, json: true }],
    ['--recorder=http://h:1', { recorder: 'http://h:1' }],
    ['--home-assistant', { 'home-assistant': true }],
    ['--home-assistant ha --check', { 'home-assistant': 'ha', check: true }],
    ['--home-assistant=ha', { 'home-assistant': 'ha' }],
    ['-h', { help: true }],
    ['-V', { version: true }],
  ])('takes %s', (line, expected) => {
    expect(readArguments(line.split(' ').filter((word) => word !== ''))).toEqual(expected);
  });

  it.each<readonly [line: string, problem: string]>([
    ['--token s3cret', 'NIGHTJAR_TOKEN or --token-file'],
    ['--token=s3cret', 'NIGHTJAR_TOKEN or --token-file'],
    ['--password=s3cret', 'MQTT_PASSWORD or --password-file'],
    ['--recordr s3cret', 'unknown option --recordr'],
    ['s3cret', 'takes options only'],
    ['--recorder', 'needs a value: URL'],
    ['--recorder --check', 'needs a value: URL'],
    ['--check=s3cret', 'takes no value'],
    ['--base s3cret --base s3cret', '--base is given twice'],
  ])('refuses %s without repeating its value', (line, problem) => {
    const read = () => readArguments(line.split(' '));
    expect(read).toThrow(UsageProblem);
    expect(read).toThrow(problem);
    expect(read).not.toThrow('s3cret');
  });

  it('explains every option, with examples', () => {
    expect(helpText()).toMatch(/--token-file FILE .*NIGHTJAR_TOKEN/);
    expect(helpText()).toContain('Examples:');
  });
});
