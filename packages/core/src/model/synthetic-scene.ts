// Cameras made of arithmetic: what they show, and when something moves in it.

/** What a synthetic camera shows. Spans are in seconds and repeat every `cycleSeconds`. */
export interface SyntheticScene {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Length of one quiet-then-moving cycle. */
  readonly cycleSeconds: number;
  /** When in each cycle something moves. */
  readonly moving: readonly (readonly [number, number])[];
  /** Size of what moves, as shares of the picture's width and height. */
  readonly figure: readonly [width: number, height: number];
  /** Strength of sensor noise, 0…100. */
  readonly noise: number;
}

const PERSON = [0.1, 0.4] as const;
const CAT = [0.08, 0.1] as const;
const DEFAULTS: SyntheticScene = { width: 640, height: 360, fps: 10, cycleSeconds: 30, moving: [[6, 14]], figure: PERSON, noise: 4 };

const NAMED: Readonly<Record<string, Partial<SyntheticScene>>> = {
  visitor: {},
  busy: { cycleSeconds: 12, moving: [[3, 7]] },
  cat: { cycleSeconds: 12, moving: [[3, 7]], figure: CAT },
  quiet: { moving: [] },
  night: { noise: 18 },
};

/** The names `synthetic:NAME` takes. */
export const SYNTHETIC_SCENES: readonly string[] = Object.keys(NAMED);

const bounded = (text: string | null, fallback: number, low: number, high: number): number => {
  const value = text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : fallback;
};

/**
 * Reads `synthetic:NAME?width=640&height=360&fps=10&noise=4`; what is unknown or out of range falls back to the scene's own.
 */
export function parseSynthetic(url: string): SyntheticScene {
  const [name = '', query = ''] = url.slice('synthetic:'.length).split('?');
  const scene = { ...DEFAULTS, ...NAMED[name] };
  const wanted = new URLSearchParams(query);
  return {
    ...scene,
    width: bounded(wanted.get('width'), scene.width, 160, 3840) & ~1,
    height: bounded(wanted.get('height'), scene.height, 90, 2160) & ~1,
    fps: bounded(wanted.get('fps'), scene.fps, 1, 60),
    noise: bounded(wanted.get('noise'), scene.noise, 0, 100),
  };
}
