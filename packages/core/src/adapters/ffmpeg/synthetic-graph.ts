// Cameras made of arithmetic: ffmpeg filter graphs whose truth is known. Used by the demo, tests and people without a camera.

/** What a synthetic camera shows. Spans are in seconds and repeat every `cycleSeconds`. */
export interface SyntheticScene {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Length of one quiet-then-moving cycle. */
  readonly cycleSeconds: number;
  /** When in each cycle something moves. */
  readonly moving: readonly (readonly [number, number])[];
  /** Strength of sensor noise, 0…100. */
  readonly noise: number;
}

const DEFAULTS: SyntheticScene = { width: 640, height: 360, fps: 10, cycleSeconds: 30, moving: [[6, 14]], noise: 4 };

const NAMED: Readonly<Record<string, Partial<SyntheticScene>>> = {
  visitor: {},
  busy: { cycleSeconds: 12, moving: [[3, 7]] },
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

/** A lavfi graph: a still room with sensor noise, through which a person-sized figure walks in every moving span. */
export function syntheticGraph(url: string): string {
  const { width, height, fps, cycleSeconds, moving, noise } = parseSynthetic(url);
  const size = `${width}x${height}`;
  const figure = `${Math.round(width / 10) & ~1}x${Math.round(height / 2.5) & ~1}`;
  const head = Math.round(height / 9) & ~1;
  const room = `gradients=s=${size}:r=${fps}:c0=0x6b7a86:c1=0xa8a296:x0=0:y0=0:x1=${width}:y1=${height}:nb_colors=2:speed=0.00001,format=yuv420p`;
  const furniture = [
    `drawbox=x=iw*0.08:y=ih*0.5:w=iw*0.2:h=ih*0.4:color=0x4a3b2f:t=fill`,
    `drawbox=x=iw*0.72:y=ih*0.12:w=iw*0.16:h=ih*0.3:color=0xd6dde2:t=fill`,
    `drawbox=x=0:y=ih*0.9:w=iw:h=ih*0.1:color=0x565048:t=fill`,
  ].join(',');
  const overlays = moving.map(([from, to], index) => {
    const time = `mod(t,${cycleSeconds})`;
    const progress = `(${time}-${from})/${to - from}`;
    const x = `-w+(W+w)*${progress}`;
    const y = `H*0.38+H*0.02*sin(${time}*8)`;
    const enable = `enable='between(${time},${from},${to})'`;
    return `[room${index}][walker${index}]overlay=x='${x}':y='${y}':${enable}:eval=frame:shortest=0[room${index + 1}]`;
  });
  const walkers = moving.map((_, index) => {
    const body = `color=c=0x7d1f2a:s=${figure}:r=${fps},drawbox=x=iw*0.2:y=0:w=iw*0.6:h=${head}:color=0xe0b090:t=fill,format=yuv420p`;
    return `${body}[walker${index}]`;
  });
  const grain = noise > 0 ? `,noise=alls=${noise}:allf=t` : '';
  return [`${room},${furniture}[room0]`, ...walkers, ...overlays, `[room${moving.length}]format=yuv420p${grain}`].join(';');
}
