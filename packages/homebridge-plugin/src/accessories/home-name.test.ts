import { homeName } from './home-name.ts';

describe('a name in Home', () => {
  it.each([
    ['Front door', 'Front door'],
    ['  #1 🚪 Front/door!! ', '1 Front door'],
    ['門', 'Camera 門'],
    ['A', 'Camera A'],
    ['🚪', 'porch'],
    ['', 'porch'],
    ['\u0000\u2028<script>', 'script'],
    ['x'.repeat(100), 'x'.repeat(64)],
    ["Anna's", "Anna's"],
  ])('of %j is one that HomeKit takes', (name, expected) => {
    expect(homeName(name, 'porch')).toBe(expected);
  });
});
