// Scenes are always the same, show what their truth says, and can be encoded.
import { describeWith } from '../describe-with.ts';
import { loadClip } from '../rtsp/load-clip.ts';
import { videoUnits } from '../rtsp/media-clip.ts';
import { encodeScene } from './encode-scene.ts';
import { namedScene } from './named-scenes.ts';
import { type Scene, scene } from './scene.ts';

const small = { width: 64, height: 36, fps: 5 };
const lumas = (drawn: Scene): Uint8Array[] => Array.from(drawn.frames(), (luma) => luma.slice());
const mean = (luma: Uint8Array): number => luma.reduce((sum, value) => sum + value, 0) / luma.length;
const difference = (a: Uint8Array, b: Uint8Array): number => a.reduce((sum, value, index) => sum + (Math.abs(value - b[index]!) > 20 ? 1 : 0), 0);

describe('a scene', () => {
  it('is the same every time, and another one with another seed', () => {
    const options = { ...small, seconds: 1 };
    expect(lumas(scene(options))).toEqual(lumas(scene(options)));
    expect(lumas(scene(options))).not.toEqual(lumas(scene({ ...options, seed: 2 })));
  });

  it('knows when somebody is there', () => {
    const visitor = namedScene('visitor', small);
    expect(visitor.truth).toEqual([{ start: 12, end: 26 }]);
    expect(namedScene('street').truth).toHaveLength(3);
    expect(namedScene('dimming-room').truth).toEqual([]);
    const drawn = lumas(visitor);
    expect(drawn).toHaveLength(visitor.frameCount);
    expect(difference(drawn[0]!, drawn[59]!)).toBe(0);
    expect(difference(drawn[0]!, drawn[100]!)).toBeGreaterThan(40);
    expect(difference(drawn[0]!, drawn[131]!)).toBe(0);
  });

  it('shows somebody who was there from the start', () => {
    const actors = [{ kind: 'person', fromSeconds: 0, toSeconds: 4, standsAt: 0.5, isThereFromStart: true }] as const;
    const drawn = lumas(scene({ ...small, seconds: 6, actors }));
    expect(difference(drawn[0]!, drawn[29]!)).toBeGreaterThan(40);
  });

  it('merges visits that overlap', () => {
    const person = { kind: 'person' } as const;
    const actors = [
      { ...person, fromSeconds: 5, toSeconds: 9 },
      { ...person, fromSeconds: 1, toSeconds: 6 },
      { ...person, fromSeconds: 20, toSeconds: 99 },
    ];
    expect(scene({ seconds: 30, actors }).truth).toEqual([
      { start: 1, end: 9 },
      { start: 20, end: 30 },
    ]);
  });

  it('dims, and clips to white when a bright light goes on', () => {
    const dimming = lumas(namedScene('dimming-room', small));
    expect(mean(dimming[205]!) / mean(dimming[0]!)).toBeCloseTo(0.45, 1);
    const bright = lumas(namedScene('light-switch', small)).at(-1)!;
    expect(bright.filter((value) => value === 255).length / bright.length).toBeGreaterThan(0.5);
  });

  it('has as much noise as wanted', () => {
    const [first, second] = lumas(scene({ ...small, seconds: 1, noise: 8 })) as [Uint8Array, Uint8Array];
    const squares = first.reduce((sum, value, index) => sum + (value - second[index]!) ** 2, 0) / first.length;
    expect(Math.sqrt(squares / 2)).toBeGreaterThan(7);
    expect(Math.sqrt(squares / 2)).toBeLessThan(9);
  });
});

describeWith('ffmpeg', 'an encoded scene', () => {
  const short = scene({ ...small, seconds: 4 });

  it.each([
    [{}, 2],
    [{ gopSeconds: 600, bframes: 2, rate: 'cbr' }, 1],
    [{ codec: 'h265', gopSeconds: 1, size: { width: 128, height: 72 } }, 4],
  ] as const)('with %j has every frame and %i key frames', async (options, keys) => {
    const clip = await loadClip(await encodeScene(short, options), 'aac');
    expect(videoUnits(clip)).toHaveLength(20);
    expect(videoUnits(clip).filter((unit) => unit.isKey)).toHaveLength(keys);
  });

  it('is made once', async () => {
    expect(await encodeScene(short, { audio: true })).toBe(await encodeScene(scene({ ...small, seconds: 4 }), { audio: true }));
    expect((await loadClip(await encodeScene(short, { audio: true }), 'aac')).audio?.codec).toBe('aac');
  });
});
