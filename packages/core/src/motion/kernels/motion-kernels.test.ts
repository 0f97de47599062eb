// The vector code against the plain loops it stands for.
import { MotionDetector } from '../motion-detector.ts';
import { draw, type Scene, zoneOf } from '../synthetic-frames.ts';
import { MotionKernels } from './motion-kernels.ts';

const SIZE = { width: 160, height: 90 };
const FPS = 5;

const scores = (scene: Scene, withKernels: boolean) => {
  const detector = new MotionDetector({ ...SIZE, zones: [zoneOf()], withKernels });
  return Array.from({ length: scene.seconds * FPS }, (_value, index) => {
    const { score, veto } = detector.analyze(draw(scene, index, { ...SIZE, fps: FPS }));
    return { score, veto };
  });
};

const person = (t: number) => (t < 6 || t > 14 ? [] : [{ x: 10 + 12 * Math.min(t - 6, 4), y: 35, width: 14, height: 40, level: 30 }]);

describe('the kernels', () => {
  it.each<[string, Scene]>([
    ['a person who walks and stands', { seconds: 20, things: person, noise: 4 }],
    ['a person while the exposure pumps', { seconds: 20, things: person, light: (level, t) => level * (1 + 0.1 * Math.sin(t)) }],
    ['slow dimming', { seconds: 30, light: (level, t) => level * (1 - t / 60), noise: 8 }],
    ['a light that clips the wall to white', { seconds: 25, light: (level, t) => (t > 8 && t < 16 ? level * 1.8 + 20 : level) }],
  ])('judge %s as the plain loops do', (_name, scene) => {
    const [vector, plain] = [scores(scene, true), scores(scene, false)];
    expect(vector.map(({ veto }) => veto)).toEqual(plain.map(({ veto }) => veto));
    const apart = vector.map(({ score }, index) => Math.abs(score - (plain[index]?.score ?? 0)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    expect(plain.some(({ score }) => score > 0)).toBe(scene.things !== undefined);
  });

  it('are for pictures whose rows are whole mask words', () => {
    expect(MotionKernels.for(160, 90)).toBeDefined();
    expect(MotionKernels.for(150, 90)).toBeUndefined();
  });

  it('make planes that share no byte, each at an address that vectors may begin at', () => {
    const kernels = MotionKernels.for(32, 2)!;
    const planes = [kernels.u8(5), kernels.i16(3), kernels.i32(1), kernels.f32(7)];
    for (const [index, plane] of planes.entries()) {
      expect(plane.byteOffset % 16).toBe(0);
      if (index > 0) expect(plane.byteOffset).toBeGreaterThanOrEqual(planes[index - 1]!.byteOffset + planes[index - 1]!.byteLength);
    }
    expect(() => kernels.u8(1_000_000)).toThrow('do not fit');
  });
});
