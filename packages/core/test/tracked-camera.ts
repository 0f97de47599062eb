// A camera's event tracker without a recorder: a test says which sections began, what is in them and how they ended.
import { FakeClock, RecordingLogger, sampleVideoTrack, settle } from '@nightjar/testkit';
import { EventTracker, type SectionResult, type TrackerPorts } from '../src/events/event-tracker.ts';
import type { CameraFunction, CameraSettings } from '../src/model/camera.ts';
import type { EventRecord } from '../src/model/event.ts';
import type { Gap } from '../src/model/gap.ts';
import type { RecordingDemand } from '../src/model/recording-demand.ts';
import { mediaUs, type WallMs } from '../src/model/time.ts';
import { cameraSettings } from './camera-settings.ts';

const info = { video: sampleVideoTrack() };
const facts = (frames: number) => ({ frames, durationMs: frames * 100, sizeBytes: frames * 1000, codec: 'avc1.64001f', width: 640, height: 360 });

/** A tracker and what it asked for and said. */
export function track(camera: Partial<CameraSettings> = {}, changes: Partial<TrackerPorts> = {}) {
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const demands: (RecordingDemand | undefined)[] = [];
  const said: string[] = [];
  const saved: EventRecord[] = [];
  const gaps: Gap[] = [];
  const pictures: (readonly [string, number])[] = [];
  let ids = 0;
  const tracker = new EventTracker(cameraSettings(camera), {
    clock,
    log,
    serverId: 'rec1',
    place: async () => {
      ids += 1;
      return { id: ids, root: '/events', areaId: 'default', scheme: 'shallow', directory: `porch/${ids}` };
    },
    setDemand: (demand) => demands.push(demand),
    opened: async () => undefined,
    save: (row) => saved.push(row),
    publish: (type, row) => said.push(`${type.slice(6)} ${row.id}`),
    alarmPicture: async (_row, _root, atMs) => {
      pictures.push(['alarm', atMs]);
      return true;
    },
    snapshot: async ({ snapshotAtMs }) => {
      pictures.push(['snapshot', snapshotAtMs]);
      return true;
    },
    discard: (row) => said.push(`discarded ${row.id}`),
    gap: (gap) => gaps.push(gap),
    onDiskTrouble: () => said.push('trouble'),
    ...changes,
  });
  const now = (): WallMs => clock.wall();
  /** The recorder began the section of the newest demand. */
  const begin = async (startMs: WallMs = now()): Promise<number> => {
    const number = demands.findLast((demand) => demand !== undefined)?.section ?? Number.NaN;
    await tracker.placeSection(number, startMs, info);
    return number;
  };
  const progress = (number: number, frames: number, endMs: WallMs = now()): void =>
    tracker.sectionProgressed(number, { endMs, frames, sizeBytes: frames * 1000 });
  const end = async (number: number, changes: Partial<SectionResult> = {}): Promise<void> => {
    const frames = changes.frames ?? 10;
    tracker.sectionEnded(number, { frames, endMs: now(), facts: frames === 0 ? undefined : facts(frames), failure: undefined, ...changes });
    await settle();
  };
  const sample = (score: number, zones: readonly string[] = ['all'], at: WallMs = now()): void =>
    tracker.sample({ ptsUs: mediaUs(0), wallMs: at, score, zones });
  /** So many frames are captured, ten a second. */
  const frames = async (count: number): Promise<void> => {
    for (let frame = 0; frame < count; frame++) {
      tracker.frameCaptured(now(), 100);
      await clock.advance(100);
    }
  };
  return { tracker, clock, log, demands, said, saved, gaps, pictures, begin, progress, end, sample, now, frames };
}

/** One whose camera delivers. */
export const startTracking = async (kind: CameraFunction) => {
  const all = track({ function: kind });
  all.tracker.runStarted();
  return all;
};
