import type { CameraStream } from '@nightjar/client';
import { chooseStream, isSameChoice, standInFor, type ViewerWish } from './stream-choice-policy.ts';

const stream = (kind: 'main' | 'sub', changes: Partial<CameraStream> = {}): CameraStream => ({
  stream: kind,
  codec: 'avc1.64001f',
  width: kind === 'main' ? 2560 : 640,
  height: kind === 'main' ? 1440 : 360,
  fps: 15,
  bitrateKbps: kind === 'main' ? 4000 : 512,
  gopSeconds: 4,
  hasBFrames: false,
  ...changes,
});
const wish = (changes: Partial<ViewerWish> = {}): ViewerWish => ({ width: 1280, height: 720, fps: 30, kbps: 299, packetTimeMs: 20, ...changes });
const both = [stream('main'), stream('sub')];
const watch = wish({ width: 320, height: 240, fps: 15, kbps: 68 });
const remote = wish({ packetTimeMs: 60, kbps: 132 });

describe('the stream a viewer gets', () => {
  it.each([
    ['a phone at home, sub stream near what it asked for', wish(), both, 'auto', 'sub', 'copied'],
    ['a phone at home, sub stream far above', wish(), [stream('main'), stream('sub', { bitrateKbps: 1500 })], 'auto', 'main', 'copied'],
    ['a phone at home, nothing known', wish(), undefined, 'auto', 'main', 'copied'],
    [
      'a phone at home, nothing measured',
      wish(),
      [stream('main', { codec: '', bitrateKbps: 0 }), stream('sub', { codec: '', bitrateKbps: 0 })],
      'auto',
      'main',
      'copied',
    ],
    ['a phone at home, one stream', wish(), [stream('main')], 'auto', 'main', 'copied'],
    ['from afar, both streams', remote, [stream('main'), stream('sub', { bitrateKbps: 1500 })], 'auto', 'sub', 'copied'],
    ['from afar, one stream', remote, [stream('main')], 'auto', 'main', 'encoded'],
    ['from afar, one stream that is small enough', remote, [stream('main', { bitrateKbps: 200 })], 'auto', 'main', 'copied'],
    ['from afar, nothing known', remote, undefined, 'auto', 'main', 'copied'],
    ['a watch', watch, [stream('main'), stream('sub', { bitrateKbps: 1500 })], 'auto', 'sub', 'copied'],
    ['H.265', wish(), [stream('main', { codec: 'hvc1.1.6.L93.B0' })], 'auto', 'main', 'encoded'],
    ['B-frames', wish(), [stream('main', { hasBFrames: true })], 'auto', 'main', 'encoded'],
    ['H.265 in the main stream only', wish(), [stream('main', { codec: 'hvc1' }), stream('sub')], 'auto', 'sub', 'copied'],
    ['H.265 in the sub stream only', wish(), [stream('main'), stream('sub', { codec: 'hvc1' })], 'auto', 'main', 'copied'],
    ['H.265 in the sub stream, from afar', remote, [stream('main'), stream('sub', { codec: 'hvc1' })], 'auto', 'sub', 'encoded'],
    ['main is forced', remote, both, 'main', 'main', 'copied'],
    ['sub is forced', wish(), [stream('main'), stream('sub', { bitrateKbps: 3000 })], 'sub', 'sub', 'copied'],
    ['sub is forced and there is none, main is H.265', wish(), [stream('main', { codec: 'hvc1' })], 'sub', 'main', 'encoded'],
    ['sub is forced and is H.265', wish(), [stream('main'), stream('sub', { codec: 'h265' })], 'sub', 'sub', 'encoded'],
  ] as const)('%s', (_name, asked, streams, forced, expected, how) => {
    const choice = chooseStream(asked, streams, forced);
    expect([choice.stream, choice.form === undefined ? 'copied' : 'encoded']).toEqual([expected, how]);
    expect(choice.why).not.toBe('');
  });

  it('is encoded in few sizes and rates, so that viewers share it', () => {
    const h265 = [stream('main', { codec: 'hvc1' })];
    expect(chooseStream(wish(), h265, 'auto').form).toEqual({ codec: 'h264', width: 1280, height: 960, fps: 30, kbps: 1500, gopSeconds: 2 });
    expect(isSameChoice(chooseStream(wish({ kbps: 299 }), h265, 'auto'), chooseStream(wish({ kbps: 802, height: 960 }), h265, 'auto'))).toBe(true);
    expect(chooseStream(remote, h265, 'auto').form).toMatchObject({ kbps: 100 });
    expect(chooseStream({ ...remote, kbps: 20 }, h265, 'auto').form).toMatchObject({ kbps: 100 });
    expect(isSameChoice(chooseStream(wish(), h265, 'auto'), chooseStream(remote, h265, 'auto'))).toBe(false);
  });
});

describe('what is shown until a stream begins', () => {
  it.each([
    ['at home', wish(), both, 'auto', 'all'],
    ['from afar', remote, both, 'auto', 'keys'],
    ['on a watch', watch, both, 'auto', 'keys'],
    ['where sub is forced', wish(), both, 'sub', 'keys'],
    ['from afar, one stream, encoded anew', remote, [stream('main')], 'auto', 'keys'],
    ['at home, the main stream itself', wish(), [stream('main')], 'auto', 'none'],
    ['at home, H.265', wish(), [stream('main', { codec: 'hvc1' })], 'auto', 'none'],
    ['from afar, with B-frames in the main stream', remote, [stream('main', { hasBFrames: true }), stream('sub')], 'auto', 'none'],
    ['at home, nothing measured of the main stream', wish(), [stream('main', { codec: '' }), stream('sub')], 'auto', 'none'],
  ] as const)('%s', (_name, asked, streams, forced, expected) => {
    expect(standInFor(chooseStream(asked, streams, forced), asked, streams, forced)).toBe(expected);
  });
});
