// Everything outside the recorder, in memory and in virtual time.
import {
  FakeCameraSource,
  FakeClock,
  FakePictureDecoderFactory,
  FakePictureMaker,
  FakePicturePainter,
  FakeStreamEncoderFactory,
  MemoryAreaDisk,
  MemoryAreaStore,
  MemoryAuditLog,
  MemoryCameraStore,
  MemoryEventFiles,
  MemoryEventStore,
  MemoryExportFiles,
  MemoryExportStore,
  MemoryGapStore,
  MemoryOpenJournal,
  MemoryRecordedVideos,
  MemorySettingStore,
  MemoryTokenStore,
  MemoryUserStore,
  RecordingLogger,
  type RunScript,
} from '@nightjar/testkit';

import type { Environment } from '../src/app/environment.ts';
import { type FakeWorldContent, fakeConfigWorld } from '../src/config/fake-config-world.ts';
import type { CameraSource } from '../src/ports/camera-source.ts';
import { Secret } from '../src/util/secret.ts';
import { FakeMotionAnalyzer } from './fake-motion-analyzer.ts';

/** Cameras by a part of their URL; what matches no key plays the first. */
export type CameraScripts = Readonly<Record<string, readonly RunScript[]>>;

/** The parts, as what they are. */
export interface FakeEnvironment extends Environment {
  readonly clock: FakeClock;
  readonly log: RecordingLogger;
  readonly analyzer: FakeMotionAnalyzer;
  readonly pictures: FakePictureMaker;
  readonly pictureDecoders: FakePictureDecoderFactory;
  readonly painter: FakePicturePainter;
  readonly encoders: FakeStreamEncoderFactory;
  readonly files: MemoryEventFiles;
  readonly videos: MemoryRecordedVideos;
  readonly journal: MemoryOpenJournal;
  readonly disk: MemoryAreaDisk;
  readonly events: MemoryEventStore;
  readonly gaps: MemoryGapStore;
  readonly areas: MemoryAreaStore;
  readonly exports: MemoryExportStore;
  readonly exportFiles: MemoryExportFiles;
  readonly storedCameras: MemoryCameraStore;
  readonly storedSettings: MemorySettingStore;
  readonly sources: readonly FakeCameraSource[];
  readonly cameras: CameraSource;
}

/** A world whose cameras play scripts. */
export function fakeEnvironment(scripts: CameraScripts = { main: [{}] }, world: FakeWorldContent = {}): FakeEnvironment {
  const clock = new FakeClock();
  const files = new MemoryEventFiles(clock);
  const events = new MemoryEventStore();
  const named = Object.entries(scripts).map(([part, runs]) => ({ part, source: new FakeCameraSource(clock, runs) }));
  const cameras: CameraSource = {
    open: (request, sink, signal) => {
      const found = named.find(({ part }) => request.source.url.reveal().includes(part)) ?? named[0];
      if (found === undefined) throw new TypeError('a world without cameras');
      return found.source.open(request, sink, signal);
    },
  };
  return {
    clock,
    log: new RecordingLogger(),
    random: () => 0.5,
    cameras,
    sources: named.map(({ source }) => source),
    analyzer: new FakeMotionAnalyzer(),
    pictures: new FakePictureMaker(),
    pictureDecoders: new FakePictureDecoderFactory(),
    painter: new FakePicturePainter(),
    encoders: new FakeStreamEncoderFactory(),
    files,
    videos: new MemoryRecordedVideos(files),
    journal: new MemoryOpenJournal(),
    disk: new MemoryAreaDisk(),
    events,
    search: events,
    gaps: new MemoryGapStore(),
    areas: new MemoryAreaStore(),
    exports: new MemoryExportStore(),
    exportFiles: new MemoryExportFiles(),
    accounts: memoryAccounts(),
    storedCameras: new MemoryCameraStore(),
    storedSettings: new MemorySettingStore(),
    configWorld: fakeConfigWorld(world),
    meter: { read: async () => ({ cpuMs: clock.monotonic() / 10, rssBytes: 80_000_000, load1: 0.256 }) },
    close: async () => undefined,
  };
}

/** Accounts in memory. */
export function memoryAccounts() {
  const users = new MemoryUserStore();
  const secretKey = async (): Promise<Secret> => new Secret('a key that is long enough for tests');
  return { users, tokens: new MemoryTokenStore(users), audit: new MemoryAuditLog(), secretKey };
}
