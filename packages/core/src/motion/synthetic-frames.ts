// Deterministic little scenes for the tests of this folder: a textured room, noise, things and light.
import type { Frame } from '../model/frame.ts';
import type { MotionSample } from '../model/motion.ts';
import { mediaUs, wallMs } from '../model/time.ts';
import type { Zone } from '../model/zone.ts';
import type { AnalysisEvent } from './analysis-events.ts';
import { AnalysisEvents } from './analysis-events.ts';
import { MotionDetector } from './motion-detector.ts';

/** A thing in the picture, in pixels; `level` is its brightness. */
export interface Thing {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly level: number;
}

/** What a scene looks like at a time in seconds. */
export interface Scene {
  readonly seconds: number;
  readonly things?: (t: number) => readonly Thing[];
  /** Applied to every pixel after the things, before noise. */
  readonly light?: (level: number, t: number, x: number, y: number) => number;
  /** Half width of the noise, in levels. */
  readonly noise?: number;
}

/** How a scene is looked at. */
export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly zones?: readonly Zone[];
  readonly keyFramesOnly?: boolean;
}

/** A zone with usual settings. */
export const zoneOf = (overrides: Partial<Zone> = {}): Zone => ({
  id: 'all',
  kind: 'active',
  sensitivity: 50,
  overloadFrames: 0,
  extendAlarmFrames: 0,
  ...overrides,
});

/** Noise of -1…1, always the same; read from a different place for each frame. */
const NOISE = ((): Float32Array => {
  const values = new Float32Array(65_536);
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 16777216;
  };
  for (let at = 0; at < values.length; at += 1) values[at] = next() + next() - 1;
  return values;
})();

/** A wall above a striped floor. */
const room = (x: number, y: number, height: number): number => (y < height * 0.6 ? 150 + (x % 64) / 4 : 80 + (x % 16 < 8 ? 25 : 0));

/** Draws frame number `index`. */
export const draw = (scene: Scene, index: number, look: Look = {}): Frame => {
  const { width = 160, height = 90, fps = 5 } = look;
  const t = index / fps;
  const { light, noise = 2 } = scene;
  const luma = new Uint8ClampedArray(width * height);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) luma[y * width + x] = room(x, y, height);
  for (const { x, y, width: w, height: h, level } of scene.things?.(t) ?? []) {
    const [left, right] = [Math.max(0, Math.round(x)), Math.min(width, Math.round(x + w))];
    for (let row = Math.max(0, Math.round(y)); row < Math.min(height, Math.round(y + h)); row += 1)
      luma.fill(level, row * width + left, row * width + Math.max(left, right));
  }
  const shift = index * 7919;
  for (let at = 0; at < luma.length; at += 1) {
    const level = luma[at] ?? 0;
    luma[at] = (light === undefined ? level : light(level, t, at % width, Math.floor(at / width))) + noise * (NOISE[(shift + at) & 65_535] ?? 0);
  }
  return { width, height, luma: new Uint8Array(luma.buffer), ptsUs: mediaUs(Math.round(t * 1e6)), wallMs: wallMs(Math.round(t * 1e3)) };
};

/** All samples of a scene. */
export const watch = (scene: Scene, look: Look = {}): MotionSample[] => {
  const { width = 160, height = 90, fps = 5, zones = [zoneOf()] } = look;
  const detector = new MotionDetector({ width, height, zones });
  return Array.from({ length: Math.round(scene.seconds * fps) }, (_, index) => detector.analyze(draw(scene, index, look)));
};

/** The events of a scene, with a post-roll of 2 s. */
export const eventsOf = (scene: Scene, look: Look = {}): AnalysisEvent[] => {
  const collector = new AnalysisEvents({ alarmFrameCount: 2, postRollSeconds: 2, keyFramesOnly: look.keyFramesOnly ?? false });
  const found = watch(scene, look).map((sample) => collector.add(sample));
  return [...found, collector.end()].filter((event) => event !== undefined);
};
