// One camera's pipeline in virtual time: a script for the camera, steps of a test, and then what is on the disk and in the database.
import type { Change } from '@nightjar/client';
import { type MemoryVideoFile, type RunScript, samplesOf } from '@nightjar/testkit';
import { AreaWatch } from '../../src/app/area-watch.ts';
import { pictureBudgets } from '../../src/app/camera-pictures.ts';
import { CameraPipeline } from '../../src/app/camera-pipeline.ts';
import { EventDesk } from '../../src/app/event-desk.ts';
import { AlertBoard } from '../../src/events/alert-board.ts';
import { ChangeFeed } from '../../src/events/change-feed.ts';
import type { CameraSettings } from '../../src/model/camera.ts';
import type { EventRecord } from '../../src/model/event.ts';
import type { Gap } from '../../src/model/gap.ts';
import { METRICS } from '../../src/model/metric-list.ts';
import type { CameraSource } from '../../src/ports/camera-source.ts';
import { EncoderSlots } from '../../src/streams/encoder-slots.ts';
import { LiveCamera } from '../../src/streams/live-camera.ts';
import { Histogram } from '../../src/util/metrics-register.ts';
import { cameraSettings, sourceOf } from '../camera-settings.ts';
import { type FakeEnvironment, fakeEnvironment } from '../fake-environment.ts';

/** What a scenario begins with. */
export interface ScenarioSetup {
  readonly camera?: Partial<CameraSettings>;
  /** What the camera does; the last run repeats. */
  readonly runs?: readonly RunScript[];
  /** The same for its second stream, which analysis then looks at. */
  readonly detectRuns?: readonly RunScript[];
  /** How fast the camera's clock runs, in millionths more than ours. */
  readonly driftPpm?: number;
}

/** The numbers of frames, as the camera sent them, that an event's file holds. */
export interface RecordedEvent {
  readonly row: EventRecord;
  readonly frames: readonly number[];
  readonly video: MemoryVideoFile;
}

/** A running pipeline and its world. */
export class Scenario {
  readonly env: FakeEnvironment;
  readonly feed: ChangeFeed;
  readonly alerts: AlertBoard;
  readonly desk: EventDesk;
  readonly pipeline: CameraPipeline;
  /** What viewers of the camera follow. */
  readonly live: LiveCamera;
  readonly changes: Change[] = [];
  diskTroubles = 0;
  readonly #reading = new AbortController();

  private constructor(setup: ScenarioSetup) {
    const { runs = [{}], detectRuns, driftPpm = 0 } = setup;
    const env = fakeEnvironment({ main: runs, ...(detectRuns === undefined ? {} : { sub: detectRuns }) });
    this.env = { ...env, cameras: drifting(env.cameras, driftPpm) };
    this.live = new LiveCamera({ ...env, slots: new EncoderSlots({ maxVideo: 4, maxSound: 4 }) });
    this.feed = new ChangeFeed(env.clock);
    this.alerts = new AlertBoard({ feed: this.feed, clock: env.clock, log: env.log });
    const areas = new AreaWatch([{ id: 'default', path: '/events', scheme: 'shallow', minFree: { bytes: 0 }, maxSize: null }], env, this.alerts);
    this.desk = new EventDesk({ env, serverId: 'rec1', areas, feed: this.feed, alerts: this.alerts });
    const plain = cameraSettings(setup.camera);
    const camera = detectRuns === undefined ? plain : { ...plain, detect: { ...plain.detect, source: sourceOf('rtsp://192.0.2.10/sub') } };
    this.desk.nameCamera(camera);
    this.pipeline = new CameraPipeline({
      camera,
      env: this.env,
      desk: this.desk,
      alerts: this.alerts,
      pictureBudgets: pictureBudgets(),
      live: this.live,
      serverId: 'rec1',
      syncIntervalMs: 5000,
      histograms: { eventLatency: new Histogram(METRICS.eventLatency), analysisDelay: new Histogram(METRICS.analysisDelay) },
      onMotion: (motion, report) =>
        this.feed.publish({ type: 'motion.changed', data: { cameraId: camera.id, motion, score: report?.sample.score ?? 0, zones: [] } }),
      onChange: () => undefined,
      onDiskTrouble: () => (this.diskTroubles += 1),
      onBegun: () => undefined,
    });
  }

  /** Starts the pipeline. */
  static async start(setup: ScenarioSetup = {}): Promise<Scenario> {
    const scenario = new Scenario(setup);
    void scenario.#listen();
    await scenario.desk.start(new AbortController().signal);
    scenario.pipeline.start();
    return scenario;
  }

  /** Lets time pass. */
  pass(seconds: number): Promise<void> {
    return this.env.clock.advance(seconds * 1000);
  }

  /** Something moves for so long. */
  async move(seconds: number): Promise<void> {
    this.env.analyzer.isMoving = true;
    await this.pass(seconds);
    this.env.analyzer.isMoving = false;
  }

  /** Stops pipeline and desk, however long that takes in virtual time. */
  async stop(): Promise<void> {
    let isStopped = false;
    const stopping = this.pipeline
      .stop()
      .then(() => this.desk.stop())
      .then(() => {
        isStopped = true;
      });
    for (let step = 0; step < 200 && !isStopped; step++) await this.env.clock.advance(100);
    if (!isStopped) throw new Error('the pipeline did not stop within 20 s');
    await stopping;
    this.#reading.abort();
  }

  /** What is in the database, oldest first, with what is in the files. */
  async events(): Promise<readonly RecordedEvent[]> {
    const numbers = new Map(this.sent.map(({ data }, index) => [data, index]));
    const rows = [...this.env.events.rows.values()].sort((a, b) => a.startMs - b.startMs || a.id - b.id);
    return rows.flatMap((row) => {
      const video = this.env.files.videos.get(`/events/${row.directory}/${row.id}-video.mp4`);
      if (video === undefined) return [];
      const frames = samplesOf(video).flatMap(({ track, data }) => (track === 'video' ? [numbers.get(data) ?? -1] : []));
      return [{ row, frames, video }];
    });
  }

  gaps(): Promise<readonly Gap[]> {
    return this.env.gaps.list(this.pipeline.camera.id, 0, Number.MAX_SAFE_INTEGER);
  }

  /** Where its packets come from. */
  get camera() {
    const [camera] = this.env.sources;
    if (camera === undefined) throw new TypeError('a world without cameras');
    return camera;
  }

  /** Video packets the camera has sent, in order. */
  get sent() {
    return (this.env.sources[0]?.sent ?? []).filter(({ track }) => track === 'video');
  }

  /** Types of changes of events, with their ids. */
  get eventChanges(): readonly string[] {
    return this.changes.flatMap(({ type, data }) =>
      type.startsWith('event.') && type !== 'event.updated' && 'id' in data ? [`${type.slice(6)} ${data.id}`] : [],
    );
  }

  async #listen(): Promise<void> {
    for await (const change of this.feed.subscribe({ signal: this.#reading.signal })) this.changes.push(change);
  }
}

/** A camera whose clock runs faster by `ppm` millionths. */
const drifting = (source: CameraSource, ppm: number): CameraSource => ({
  open: (request, sink, signal) => {
    const scaled = <T extends number>(us: T): T => Math.round(us * (1 + ppm / 1e6)) as T;
    const onPacket: typeof sink.onPacket = (packet) => sink.onPacket({ ...packet, ptsUs: scaled(packet.ptsUs), dtsUs: scaled(packet.dtsUs) });
    return source.open(request, { onInfo: (info) => sink.onInfo(info), onPacket }, signal);
  },
});

/** Whole numbers from `from` to `to`, both included. */
export const numbersFrom = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
