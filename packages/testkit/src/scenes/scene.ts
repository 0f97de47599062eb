// A scene: a drawn room or street with visitors, cars, leaves, light and camera noise, and the truth about who is there when.
import { actorPlace, type SceneActor } from './actor.ts';
import { type LightChange, lightAt } from './light.ts';
import { normalTable, seededRandom } from './random.ts';

/** What to draw. */
export interface SceneOptions {
  /** Pixels; both even. Default 320x180. */
  readonly width?: number;
  readonly height?: number;
  /** Default 10. */
  readonly fps?: number;
  readonly seconds: number;
  /** Default 1. */
  readonly seed?: number;
  /** Deviation of the camera's noise in grey levels: about 2 by day, 8 by night. Default 2. */
  readonly noise?: number;
  readonly actors?: readonly SceneActor[];
  readonly light?: readonly LightChange[];
  /** Leaves that sway, in pixels of their way; 0: none. Default 0. */
  readonly leaves?: number;
}

/** When something that matters is in the picture, in seconds. */
export interface TruthSpan {
  readonly start: number;
  readonly end: number;
}

/** A scene that can be drawn as often as wanted, always the same. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly seconds: number;
  readonly options: SceneOptions;
  readonly frameCount: number;
  /** Spans with a person or car, merged, in order. Light, leaves and noise are none. */
  readonly truth: readonly TruthSpan[];
  /** Draws every frame in order: luma, row-major. Each is valid until the next one. */
  frames(): Generator<Uint8Array, void, undefined>;
}

/** Describes a scene; nothing is drawn yet. */
export function scene(options: SceneOptions): Scene {
  const { width = 320, height = 180, fps = 10, seconds } = options;
  const frameCount = Math.round(seconds * fps);
  return { width, height, fps, seconds, options, frameCount, truth: truthOf(options), frames: () => draw(options, { width, height, fps, frameCount }) };
}

function truthOf(options: SceneOptions): readonly TruthSpan[] {
  const spans = (options.actors ?? [])
    .map((actor) => ({ start: Math.max(0, actor.fromSeconds), end: Math.min(options.seconds, actor.toSeconds) }))
    .filter((span) => span.end > span.start)
    .toSorted((a, b) => a.start - b.start);
  const merged: TruthSpan[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end) merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else merged.push(span);
  }
  return merged;
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frameCount: number;
}

function* draw(options: SceneOptions, canvas: Canvas): Generator<Uint8Array, void, undefined> {
  const random = seededRandom(options.seed ?? 1);
  const background = drawBackground(canvas, random);
  const normals = normalTable(random);
  const picture = new Float32Array(background.length);
  const luma = new Uint8Array(background.length);
  for (let frame = 0; frame < canvas.frameCount; frame++) {
    const seconds = frame / canvas.fps;
    picture.set(background);
    drawLeaves(picture, canvas, { swayPixels: options.leaves ?? 0, seconds });
    for (const actor of options.actors ?? []) drawActor(picture, canvas, actor, seconds);
    const light = lightAt(options.light ?? [], seconds);
    const noise = options.noise ?? 2;
    let at = Math.floor(random() * normals.length);
    const step = 1 + 2 * Math.floor(random() * 1000);
    for (let pixel = 0; pixel < luma.length; pixel++) {
      at = (at + step) % normals.length;
      const value = (picture[pixel] ?? 0) * light.gain + light.offset + (normals[at] ?? 0) * noise;
      luma[pixel] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
    yield luma;
  }
}

/** Sky, ground, a wall with stones, a door: enough texture that a change of light shows everywhere. */
function drawBackground({ width, height }: Canvas, random: () => number): Float32Array {
  const picture = new Float32Array(width * height);
  const stones = Float32Array.from({ length: 64 * 64 }, () => (random() - 0.5) * 24);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const base = y < height * 0.3 ? 165 - (60 * y) / height : 80 + (70 * y) / height;
      const isDoor = x > width * 0.72 && x < width * 0.8 && y > height * 0.35 && y < height * 0.7;
      const stone = stones[(Math.floor((y * 45) / height) % 64) * 64 + (Math.floor((x * 80) / width) % 64)] ?? 0;
      picture[y * width + x] = isDoor ? 60 : base + stone;
    }
  }
  return picture;
}

function drawLeaves(picture: Float32Array, { width, height }: Canvas, wind: { readonly swayPixels: number; readonly seconds: number }): void {
  if (wind.swayPixels === 0) return;
  for (let y = 0; y < height * 0.4; y++) {
    const sway = wind.swayPixels * Math.sin(wind.seconds * 4.1 + y / 7) * Math.sin(wind.seconds * 0.7 + 1);
    for (let x = 0; x < width * 0.22; x++) {
      const pattern = Math.sin((x + sway) * 0.9) * Math.sin(y * 0.8 + x * 0.3);
      if (pattern > 0.1) picture[y * width + x] = 45 + 40 * pattern;
    }
  }
}

function drawActor(picture: Float32Array, { width, height }: Canvas, actor: SceneActor, seconds: number): void {
  const place = actorPlace(actor, seconds);
  if (place === undefined) return;
  const left = Math.round((place.x - place.width / 2) * width);
  const right = Math.round((place.x + place.width / 2) * width);
  const top = Math.round((place.y - place.height) * height);
  const bottom = Math.round(place.y * height);
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y++) {
    const down = (y - top) / (bottom - top);
    for (let x = Math.max(0, left); x < Math.min(width, right); x++) {
      const across = ((x - left) / (right - left)) * 2 - 1;
      if (isInside(actor.kind, across, down)) picture[y * width + x] = place.luma + (down < 0.2 ? 50 : 12 * Math.sin(y * 0.9));
    }
  }
}

/** A person is a head on a body; a car is a box with a cabin. */
const isInside = (kind: SceneActor['kind'], across: number, down: number): boolean => {
  if (kind === 'car') return down > 0.45 || Math.abs(across) < 0.55;
  return down < 0.2 ? Math.hypot(across / 0.5, (down - 0.1) / 0.1) < 1 : Math.abs(across) < (down < 0.6 ? 0.9 : 0.6);
};
