// Events as a household with many cameras has them, out of arithmetic: the same numbers make the same events.
import type { EventCause, EventRecord } from '../packages/core/src/model/event.ts';
import { wallMs } from '../packages/core/src/model/time.ts';

const DAY_MS = 86_400_000;
const SECTION_MS = 600_000;
/** The newest event ends here, so that runs can be compared. */
const NEWEST_MS = Date.UTC(2026, 10, 22, 12);
const ZONES = ['all', 'door', 'drive', 'lawn', 'gate', 'street', 'window', 'pool'] as const;

/** How many of what. */
export interface SeedOptions {
  readonly events: number;
  readonly cameras: number;
  /** Days they are spread over. */
  readonly days: number;
  readonly seed: number;
}

/** A camera that exists only in rows. */
export interface SeededCamera {
  readonly id: string;
  readonly zones: readonly string[];
  /** Records in sections, whatever happens. */
  readonly isContinuous: boolean;
  /** Share of all events. */
  readonly share: number;
}

/** Numbers from 0 to 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Cameras of which a few see most of what happens. The last one has a zone of its own, `pool`, in which little moves. */
export function seededCameras({ cameras, seed }: Pick<SeedOptions, 'cameras' | 'seed'>): readonly SeededCamera[] {
  const random = randomNumbers(seed);
  const weights = Array.from({ length: cameras }, (_, index) => 1 / (index + 1) ** 0.7);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight, index) => ({
    id: `cam${String(index + 1).padStart(2, '0')}`,
    zones: index === cameras - 1 ? ['all', 'pool'] : ['all', ...ZONES.slice(1, 7).filter(() => random() < 0.4)],
    isContinuous: index % 4 === 3,
    share: weight / sum,
  }));
}

/** Events in order of their start. */
export function* seededEvents(options: SeedOptions): Generator<EventRecord, void, void> {
  const cameras = seededCameras(options);
  const random = randomNumbers(options.seed + 1);
  const spanMs = options.days * DAY_MS;
  for (let index = 0; index < options.events; index++) {
    const camera = chosen(cameras, random());
    const dayMs = Math.floor(((index + 0.5) / options.events) * spanMs);
    yield seededEvent({ id: index + 1, camera, startMs: NEWEST_MS - spanMs + dayMs + Math.floor(random() * 1000), random });
  }
}

function chosen(cameras: readonly SeededCamera[], at: number): SeededCamera {
  let left = at;
  for (const camera of cameras) {
    left -= camera.share;
    if (left <= 0) return camera;
  }
  return cameras[0] as SeededCamera;
}

interface Making {
  readonly id: number;
  readonly camera: SeededCamera;
  readonly startMs: number;
  readonly random: () => number;
}

function seededEvent({ id, camera, startMs, random }: Making): EventRecord {
  const causes = causesOf(camera, random);
  const hasMotion = causes.some(({ kind }) => kind === 'motion');
  // Most of what moves is small; a few things fill the picture.
  const maxScore = hasMotion ? Math.max(1, Math.min(100, Math.round(100 * random() ** 2.5))) : 0;
  const durationMs = camera.isContinuous ? SECTION_MS : Math.round(6000 + 40_000 * random() ** 3);
  const alarmFrames = hasMotion ? Math.ceil((durationMs / 1000) * 5 * random()) : 0;
  const day = new Date(startMs).toISOString().slice(0, 10);
  return {
    id,
    cameraId: camera.id,
    serverId: 'rec1',
    armed: true,
    name: `Event-${id}`,
    state: 'ready',
    startMs: wallMs(startMs),
    endMs: wallMs(startMs + durationMs),
    causes,
    maxScore,
    totalScore: Math.round(maxScore * alarmFrames * 0.4),
    frames: Math.round((durationMs / 1000) * 15),
    alarmFrames,
    areaId: 'default',
    scheme: 'medium',
    directory: `${camera.id}/${day}/${id}`,
    sizeBytes: Math.round((durationMs / 1000) * 250_000),
    videoCodec: 'avc1.64001f',
    width: 1920,
    height: 1080,
    hasSnapshot: true,
    hasAlarmPicture: hasMotion,
    notes: random() < 0.002 ? 'Somebody looked at this one.' : '',
    tags: random() < 0.01 ? ['car'] : [],
    // Somebody kept a good deal of the first days, and little since.
    protected: random() < (id < 2000 ? 0.05 : 0.0005),
    recovered: random() < 0.001,
  };
}

function causesOf({ zones, isContinuous }: SeededCamera, random: () => number): readonly EventCause[] {
  const moving = (): EventCause => {
    const others = zones.slice(1).filter(() => random() < (zones.includes('pool') ? 0.01 : 0.3));
    return { kind: 'motion', zones: ['all', ...others] };
  };
  if (isContinuous) return random() < 0.25 ? [{ kind: 'continuous' }, moving()] : [{ kind: 'continuous' }];
  const kind = random();
  if (kind < 0.003) return [{ kind: 'analysis-down' }];
  if (kind < 0.03) return [{ kind: 'trigger', source: 'zmtrigger', text: 'door' }, ...(random() < 0.6 ? [moving()] : [])];
  return random() < 0.02 ? [moving(), { kind: 'trigger', source: 'mqtt' }] : [moving()];
}
