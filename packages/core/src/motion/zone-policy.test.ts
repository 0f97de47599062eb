import type { Zone } from '../model/zone.ts';
import { zoneOf } from './synthetic-frames.ts';
import { judgeZones } from './zone-policy.ts';
import type { ZoneReading } from './zone-score.ts';

const zones = (...kinds: readonly (readonly [Zone['kind'], number] | readonly [Zone['kind'], number, Partial<Zone>])[]) => {
  const list = kinds.map(([kind, , more], index) => zoneOf({ id: `z${index}`, kind, ...more }));
  const scores = kinds.map(([, score]) => score);
  const countdowns = list.map(() => ({ overload: 0, extend: 0 }));
  const asked: number[] = [];
  const reading = (index: number): ZoneReading => {
    asked.push(index);
    const score = scores[index] ?? 0;
    return score < 0 ? { score: 0, exceeded: true } : { score, exceeded: false };
  };
  return { scores, asked, judge: () => judgeZones(list, countdowns, reading) };
};

describe('judgeZones', () => {
  it('adds the active zones that alarmed, up to 100', () => {
    expect(zones(['active', 4], ['active', 0], ['active', 5]).judge()).toEqual({ score: 9, zones: [0, 2] });
    expect(zones(['active', 70], ['active', 70]).judge().score).toBe(100);
  });

  it('adds half of inclusive zones only to an alarm, and at least 1 in all', () => {
    expect(zones(['inclusive', 5], ['active', 4]).judge()).toEqual({ score: 6, zones: [0, 1] });
    expect(zones(['inclusive', 50], ['active', 0]).judge()).toEqual({ score: 0, zones: [] });
  });

  it('asks exclusive zones only when no active zone alarmed, and doubles them', () => {
    const alone = zones(['exclusive', 4], ['active', 0]);
    expect(alone.judge()).toEqual({ score: 8, zones: [0] });
    const together = zones(['exclusive', 4], ['active', 3]);
    expect(together.judge()).toEqual({ score: 3, zones: [1] });
    expect(together.asked).toEqual([1]);
  });

  it('lets a preclusive zone silence the frame and as many further ones as it says', () => {
    const scene = zones(['active', 9], ['preclusive', 1, { extendAlarmFrames: 2 }]);
    expect(scene.judge()).toEqual({ score: 0, zones: [], veto: 'preclusive' });
    scene.scores[1] = 0;
    expect([scene.judge().score, scene.judge().score, scene.judge().score]).toEqual([0, 0, 9]);
  });

  it('leaves a zone out for its overload frames after a maximum was exceeded', () => {
    const scene = zones(['active', -1, { overloadFrames: 2 }]);
    expect(scene.judge()).toEqual({ score: 0, zones: [], veto: 'overload' });
    scene.scores[0] = 5;
    expect([scene.judge().score, scene.judge().score, scene.judge().score]).toEqual([0, 0, 5]);
  });

  it('never asks inactive or privacy zones', () => {
    const scene = zones(['inactive', 9], ['privacy', 9]);
    expect(scene.judge().score).toBe(0);
    expect(scene.asked).toEqual([]);
  });
});
