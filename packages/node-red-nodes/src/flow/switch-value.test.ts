// Values of nightjar-set, by table.
import { SETTABLE, typedState, wantedState } from './switch-value.ts';

describe('what can be set', () => {
  const ACCEPTED: readonly [string, unknown, string, unknown][] = [
    ...[true, 1, 'ON', 'on', ' On ', 'true', '1'].map((value): [string, unknown, string, unknown] => ['armed', value, 'ON', true]),
    ...[false, 0, 'OFF', 'off', 'false', '0'].map((value): [string, unknown, string, unknown] => ['privacy', value, 'OFF', false]),
    ['record_mode', 'Motion', 'motion', 'motion'],
    ['record_mode', 'off', 'off', 'off'],
    ['sensitivity', 0, '0', 0],
    ['sensitivity', '100', '100', 100],
    ['sensitivity', 33.33333, '33.333', 33.333],
  ];
  it.each(ACCEPTED)('%s: %j is published as %s and told as %j', (property, value, published, told) => {
    expect(wantedState(property, value)).toBe(published);
    expect(typedState(property, published)).toBe(told);
  });

  it.each(SETTABLE.filter((property) => property !== 'record_mode' && property !== 'sensitivity'))('%s can be toggled', (property) => {
    expect(wantedState(property, 'toggle')).toBe('toggle');
  });

  const REFUSED: readonly [string, unknown, string][] = [
    ['armed', undefined, 'armed is true or false (also ON, OFF, 1, 0 or toggle); got nothing'],
    ['armed', 2, 'armed is true or false (also ON, OFF, 1, 0 or toggle); got 2'],
    ['armed', { on: true }, 'armed is true or false (also ON, OFF, 1, 0 or toggle); got an object'],
    ['armed', 'constructor', 'armed is true or false (also ON, OFF, 1, 0 or toggle); got "constructor"'],
    ['record_mode', 'toggle', 'record_mode is off, motion or continuous; got "toggle"'],
    ['sensitivity', 101, 'sensitivity is a number from 0 to 100; got 101'],
    ['sensitivity', true, 'sensitivity is a number from 0 to 100; got true'],
    ['sensitivity', '', 'sensitivity is a number from 0 to 100; got ""'],
    ['siren', true, 'property is one of armed, detection, record, privacy, enabled, record_mode, sensitivity; got "siren"'],
  ];
  it.each(REFUSED)('%s: %j is refused', (property, value, problem) => {
    expect(() => wantedState(property, value)).toThrow(problem);
  });
});
