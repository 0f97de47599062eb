import { mediaUs } from '../model/time.ts';
import { shouldAnalyze } from './sampling-policy.ts';

const picked = (alarm: 'idle' | 'prealarm' | 'alarm' | 'alert', frameRate: number, fps: number) => {
  let lastAnalyzedUs = mediaUs(0);
  let count = 0;
  for (let index = 1; index <= frameRate; index += 1) {
    const ptsUs = mediaUs(Math.round((index * 1e6) / frameRate));
    if (!shouldAnalyze({ ptsUs, lastAnalyzedUs, alarm, fps })) continue;
    lastAnalyzedUs = ptsUs;
    count += 1;
  }
  return count;
};

describe('shouldAnalyze', () => {
  it('takes the first frame', () => {
    expect(shouldAnalyze({ ptsUs: mediaUs(5), alarm: 'idle', fps: 5 })).toBe(true);
  });

  it('takes at most as many frames a second as wanted, unless an alarm is being confirmed', () => {
    expect([picked('idle', 15, 5), picked('alarm', 30, 5), picked('alert', 10, 5), picked('idle', 3, 5)]).toEqual([5, 5, 5, 3]);
    expect(picked('prealarm', 15, 5)).toBe(15);
  });

  it('goes on when the clock went back', () => {
    expect(shouldAnalyze({ ptsUs: mediaUs(0), lastAnalyzedUs: mediaUs(9e6), alarm: 'idle', fps: 5 })).toBe(true);
  });
});
