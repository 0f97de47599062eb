import { mediaUs } from '../model/time.ts';
import { MotionDetector } from './motion-detector.ts';
import type { Scene } from './synthetic-frames.ts';
import { draw, eventsOf, watch, zoneOf } from './synthetic-frames.ts';

/** A box that walks from left to right between two times, standing still in between if told so. */
const walker =
  (from: number, to: number, stand: readonly [number, number] = [0, 0]) =>
  (t: number) => {
    if (t < from || t >= to) return [];
    const still = Math.min(Math.max(0, t - stand[0]), stand[1] - stand[0]);
    return [{ x: 10 + (t - from - still) * 12, y: 35, width: 14, height: 40, level: 30 }];
  };
const passing: Scene = { seconds: 20, things: walker(8, 13) };

describe('MotionDetector', () => {
  it('finds a thing that passes, from its first second to its last', () => {
    const [event, ...others] = eventsOf(passing);
    expect(others).toEqual([]);
    expect(event?.start).toBeGreaterThanOrEqual(8);
    expect(event?.start).toBeLessThan(8.5);
    expect(event?.end).toBeGreaterThan(12.3);
    expect(event?.end).toBeLessThan(14);
    expect(event?.zones).toEqual(['all']);
  });

  it.each([1, 2, 10, 25])('finds it at %d frames a second', (fps) => {
    expect(eventsOf(passing, { fps, keyFramesOnly: fps === 1 })).toHaveLength(1);
  });

  it.each([
    [320, 180],
    [160, 120],
    [90, 160],
    [97, 61],
  ])('finds it in pictures of %d x %d', (width, height) => {
    const things = (t: number) =>
      t < 8 || t >= 13 ? [] : [{ x: (t - 8) * width * 0.1, y: height * 0.4, width: width * 0.1, height: height * 0.4, level: 30 }];
    expect(eventsOf({ seconds: 18, things }, { width, height })).toHaveLength(1);
  });

  it('works with pictures of a few pixels', () => {
    expect(watch({ seconds: 4 }, { width: 8, height: 6 }).every((sample) => sample.score === 0)).toBe(true);
  });

  it('keeps a person who stands still for 20 s, and forgets one who never moves again', () => {
    const [event, ...others] = eventsOf({ seconds: 42, things: walker(6, 34, [9, 29]) });
    expect(others).toEqual([]);
    expect(event?.end).toBeGreaterThan(32);
    const forever = watch({ seconds: 70, things: walker(6, 999, [9, 999]) });
    expect(forever.at(-1)?.score).toBe(0);
  });

  it('does not alarm for long where something that was always there has left', () => {
    const scene: Scene = { seconds: 25, things: (t) => (t < 10 ? [{ x: 60, y: 30, width: 16, height: 40, level: 30 }] : []) };
    const [event] = eventsOf(scene);
    expect((event?.end ?? 0) - 10).toBeLessThan(4);
  });

  it.each<[string, Scene]>([
    ['noise', { seconds: 40, noise: 12 }],
    ['slow dimming', { seconds: 60, light: (level, t) => level * (1 - t / 100) }],
    ['clouds', { seconds: 40, light: (level, t) => level * (0.8 + 0.2 * Math.sin(t / 2)) }],
    ['a light that goes on and off', { seconds: 60, light: (level, t) => (t > 20 && t < 40 ? level * 1.4 : level) }],
    ['a light that clips the wall to white', { seconds: 60, light: (level, t) => (t > 20 && t < 40 ? level * 1.8 + 20 : level) }],
    ['a light in a dark room', { seconds: 60, light: (level, t) => (t > 20 && t < 40 ? level : level * 0.12) }],
    ['light with another contrast curve', { seconds: 60, light: (level, t) => (t > 20 && t < 40 ? 255 * (level / 255) ** 0.5 : level) }],
    ['lightning', { seconds: 30, light: (level, t) => (Math.abs(t - 15) < 0.05 ? 250 : level) }],
    ['flickering tubes', { seconds: 30, light: (level, t, _x, y) => level * (1 + 0.06 * Math.sin(t * 23 + y / 9)) }],
  ])('does not alarm for %s', (_name, scene) => {
    expect(eventsOf(scene)).toEqual([]);
  });

  it('says why light does not count', () => {
    const samples = watch({ seconds: 25, light: (level, t) => (t >= 20 ? 255 * (level / 255) ** 0.5 : level) });
    expect(samples.slice(100, 103).map((sample) => sample.veto)).toEqual(['light', 'light', 'light']);
    expect(samples[1]?.veto).toBe('warm-up');
    expect(samples[50]?.veto).toBeUndefined();
  });

  it('finds a thing while the exposure pumps with it', () => {
    const light = (level: number, t: number) => (t < 8 || t > 15 ? level : level - 40 * Math.min(1, t - 8) * Math.min(1, 15 - t));
    expect(eventsOf({ ...passing, light })).toHaveLength(1);
  });

  it('learns swaying leaves and still finds who walks below them', () => {
    const leaves = (level: number, t: number, x: number, y: number) =>
      y < 25 ? 90 + 45 * Math.sin(x * 0.9 + y * 1.3 + 1.5 * Math.sin(4.4 * t + Math.floor(x / 12))) : level;
    const events = eventsOf({ seconds: 50, things: walker(30, 35), light: leaves }).filter((event) => event.start > 10);
    expect(events).toHaveLength(1);
    expect(events[0]?.start).toBeLessThan(31);
  });

  it('looks neither into inactive nor into privacy zones', () => {
    const lower = [
      { x: 0, y: 0.3 },
      { x: 1, y: 0.3 },
      { x: 1, y: 1 },
      { x: 0, y: 1 },
    ];
    for (const kind of ['inactive', 'privacy'] as const) {
      expect(eventsOf(passing, { zones: [zoneOf(), zoneOf({ id: 'mask', kind, polygon: lower })] })).toEqual([]);
    }
  });

  it('is silenced by a preclusive zone, and names the zones that alarmed otherwise', () => {
    const left = [
      { x: 0, y: 0 },
      { x: 0.5, y: 0 },
      { x: 0.5, y: 1 },
      { x: 0, y: 1 },
    ];
    const right = [
      { x: 0.5, y: 0 },
      { x: 1, y: 0 },
      { x: 1, y: 1 },
      { x: 0.5, y: 1 },
    ];
    const still = { seconds: 12, things: (t: number) => (t < 8 ? [] : [{ x: 20, y: 30, width: 20, height: 40, level: 30 }]) };
    expect(eventsOf(still, { zones: [zoneOf(), zoneOf({ id: 'sensor', kind: 'preclusive', polygon: left })] })).toEqual([]);
    const zones = [zoneOf({ id: 'right', polygon: right }), zoneOf({ id: 'left', polygon: left })];
    expect(eventsOf(still, { zones }).map((event) => event.zones)).toEqual([['left']]);
  });

  it('alarms for fainter things the higher the sensitivity is', () => {
    const inside = (t: number, x: number, y: number) => t >= 8 && y > 8 && y < 30 && x > (t - 8) * 6 && x < (t - 8) * 6 + 25;
    const faint: Scene = { seconds: 14, light: (level, t, x, y) => level + (inside(t, x, y) ? 8 : 0) };
    const scored = (sensitivity: number) => watch(faint, { zones: [zoneOf({ sensitivity })] }).filter((sample) => sample.score > 0).length;
    expect(scored(0)).toBe(0);
    expect(scored(50)).toBe(0);
    expect(scored(85)).toBeGreaterThan(5);
  });

  it('warms up again after a reset, after a long gap and when time goes back', () => {
    const detector = new MotionDetector({ width: 160, height: 90, zones: [zoneOf()] });
    const veto = (index: number, us?: number) => {
      const frame = draw(passing, index);
      return detector.analyze(us === undefined ? frame : { ...frame, ptsUs: mediaUs(us) }).veto;
    };
    for (let index = 0; index < 10; index += 1) veto(index);
    expect(veto(10)).toBeUndefined();
    detector.reset();
    expect(veto(11)).toBe('warm-up');
    expect(veto(12, 100e6)).toBe('warm-up');
    expect(veto(13, 5e6)).toBe('warm-up');
  });

  it('refuses a frame of another size', () => {
    const detector = new MotionDetector({ width: 8, height: 8, zones: [] });
    expect(() => detector.analyze(draw(passing, 0))).toThrow(RangeError);
  });
});
