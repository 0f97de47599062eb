import { wallMs } from '../model/time.ts';
import { ShownText } from './shown-text.ts';

describe('ShownText', () => {
  it('knows what was shown with a frame', () => {
    const shown = new ShownText();
    expect([shown.now, shown.at(wallMs(5))]).toEqual([undefined, undefined]);
    shown.set('DOOR', wallMs(10));
    shown.set('DOOR', wallMs(12));
    shown.set(undefined, wallMs(20));
    shown.set('BELL', wallMs(30));
    expect([9, 10, 19, 20, 30, 99].map((ms) => shown.at(wallMs(ms)))).toEqual([undefined, 'DOOR', 'DOOR', undefined, 'BELL', 'BELL']);
    expect(shown.now).toBe('BELL');
  });

  it('forgets what is long ago', () => {
    const shown = new ShownText();
    for (let index = 0; index < 1000; index++) shown.set(String(index), wallMs(index));
    expect([shown.at(wallMs(500)), shown.at(wallMs(936)), shown.at(wallMs(999))]).toEqual([undefined, '936', '999']);
  });
});
