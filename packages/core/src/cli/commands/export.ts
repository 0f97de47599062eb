// `nightjar export`: events or a span of a camera as one file, with a manifest of hashes.
import { basename, join, resolve } from 'node:path';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { diskError, errnoOf } from '../../adapters/fs/disk-errors.ts';
import { FsEventFiles } from '../../adapters/fs/fs-event-files.ts';
import { FsRecordedVideos } from '../../adapters/fs/fs-recorded-videos.ts';
import { makeFolder } from '../../adapters/fs/make-folder.ts';
import { SqliteCameraStore } from '../../adapters/sqlite/sqlite-camera-store.ts';
import type { SqliteDatabase } from '../../adapters/sqlite/sqlite-database.ts';
import { SqliteEventStore } from '../../adapters/sqlite/sqlite-event-store.ts';
import { SqliteGapStore } from '../../adapters/sqlite/sqlite-gap-store.ts';
import { chooseRecordings, type RecordingLookup } from '../../app/choose-recordings.ts';
import { type ExportRequest, exportRecordings, FOLDER_MANIFEST, MANIFEST_SUFFIX } from '../../app/export-recordings.ts';
import type { EvidenceManifest } from '../../archive/evidence-manifest.ts';
import type { Config } from '../../config/config.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import { videoName } from '../../storage/path-scheme.ts';
import { CONFIG_OPTION, type Command, type CommandArgs, type CommandIo } from '../command.ts';
import { openDatabase } from '../open-database.ts';
import { parseTime } from '../parse-time.ts';
import { type Progress, startProgress } from '../progress.ts';
import { requireConfig } from '../read-config.ts';
import { recorderVersion } from '../version.ts';

const MEGABYTE = 1e6;

/** `nightjar export`. */
export const exportCommand: Command = {
  name: 'export',
  summary: 'write events, or a span of a camera, as one playable file with a manifest of hashes',
  arguments: [{ name: 'EVENT', description: 'ids of events of one camera', many: true }],
  options: [
    CONFIG_OPTION,
    { flags: '--camera <id>', description: 'instead of events: this camera, --from and --to' },
    { flags: '--from <time>', description: 'from the key frame at or before: 2h, yesterday, 2026-11-23T04:00, 2026-11-23T04:00Z' },
    { flags: '--to <time>', description: 'to the frame before; default: now' },
    { flags: '--out <file>', description: 'the file to write; its manifest is beside it as FILE.manifest.json', required: true },
    { flags: '--folder', description: 'of one event: make --out a folder with its video, its pictures and manifest.json' },
    { flags: '--force', description: 'overwrite what is there' },
  ],
  examples: [
    { line: 'nightjar export 42 --out porch.mp4', does: 'The video of event 42; nothing is encoded again.' },
    { line: 'nightjar export --camera porch --from 2h --to 1h --out porch.mp4', does: 'An hour of the porch across events; also while it records.' },
    { line: 'nightjar export 42 --folder --out evidence/42', does: 'Event 42 with its pictures, to be kept or handed on.' },
  ],
  run: async (args, io) => {
    const wanted = readWish(args);
    const config = requireConfig(String(args.options['config']), io, { withoutLogins: true });
    const database = await openDatabase(config, io.signal);
    let shown: { readonly step: string; readonly progress: Progress } | undefined;
    try {
      const request = await makeRequest(config, database, wanted, io);
      const manifest = await exportRecordings({
        ...request,
        onProgress: (step, done, total) => {
          if (shown?.step !== step) {
            shown?.progress.end();
            const inBytes = step !== 'planning';
            const size = inBytes ? { total: total / MEGABYTE, unit: 'MB' } : { total, unit: 'events' };
            shown = { step, progress: startProgress({ io, clock: systemClock, label: `${basename(request.out)}, ${step}`, ...size }) };
          }
          shown.progress.update(step === 'planning' ? done : done / MEGABYTE);
        },
      });
      shown?.progress.end();
      io.stdout.write(args.json ? `${JSON.stringify(summaryOf(manifest, request))}\n` : describe(manifest, request));
      return 0;
    } finally {
      shown?.progress.end();
      await database.close();
    }
  },
};

/** What was asked for. */
interface Wish {
  readonly ids: readonly number[];
  readonly camera?: { readonly id: string; readonly fromMs: number; readonly toMs: number };
  readonly out: string;
  readonly isFolder: boolean;
  readonly force: boolean;
}

const usage = (message: string): RecorderError => new RecorderError('USAGE', message);

function readWish({ positionals, options }: CommandArgs): Wish {
  const { camera, from, to, out, folder, force } = options;
  const shared = { out: String(out), isFolder: folder === true, force: force === true };
  if (typeof camera === 'string') {
    if (positionals.length > 0) throw usage('export takes either events or --camera, not both');
    if (shared.isFolder) throw usage('--folder is for one event');
    return { ids: [], camera: { id: camera, ...readSpan(from, to) }, ...shared };
  }
  if (from !== undefined || to !== undefined) throw usage('--from and --to need --camera');
  if (positionals.length === 0) throw usage('export takes ids of events, or --camera with --from and --to');
  const ids = [...new Set(positionals.map(readId))];
  if (shared.isFolder && ids.length > 1) throw usage('--folder is for one event');
  return { ids, ...shared };
}

function readSpan(from: string | boolean | undefined, to: string | boolean | undefined): { readonly fromMs: number; readonly toMs: number } {
  if (typeof from !== 'string') throw usage('--camera needs --from TIME (and --to TIME, if not now)');
  const now = systemClock.wall();
  const span = { fromMs: parseTime(from, '--from', now), toMs: typeof to === 'string' ? parseTime(to, '--to', now) : now };
  if (span.fromMs >= span.toMs) throw usage('--from must be before --to');
  return span;
}

function readId(text: string): number {
  const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(id)) throw usage(`${JSON.stringify(text.slice(0, 40))} is no id of an event; nightjar events lists them`);
  return id;
}

async function makeRequest(config: Config, database: SqliteDatabase, wish: Wish, io: CommandIo): Promise<Omit<ExportRequest, 'onProgress'>> {
  const store = new SqliteEventStore(database);
  const lookup: RecordingLookup = {
    events: store,
    find: (id) => store.get(id),
    rootOf: (areaId) => config.storage.areas.find(({ id }) => id === areaId)?.path,
    hasCamera: (id) => config.cameras.some((camera) => camera.id === id),
  };
  const { camera } = wish;
  const { cameraId, ...chosen } = await chooseRecordings(lookup, camera === undefined ? { ids: wish.ids } : { ...camera, cameraId: camera.id });
  const target = resolve(io.cwd, wish.out);
  const out = wish.isFolder ? join(target, videoName(wish.ids[0] ?? 0)) : target;
  if (wish.isFolder) await makeOutFolder(target, wish.out);
  const gaps = new SqliteGapStore(database);
  return {
    videos: new FsRecordedVideos(),
    files: new FsEventFiles(),
    ...chosen,
    gaps: (fromMs, toMs) => gaps.list(cameraId, fromMs, toMs),
    camera: { id: cameraId, name: await nameOf(cameraId, config, database) },
    writtenBy: { nightjar: recorderVersion(), recorder: config.server.id },
    now: systemClock.wall(),
    out,
    manifest: wish.isFolder ? join(target, FOLDER_MANIFEST) : `${out}${MANIFEST_SUFFIX}`,
    overwrite: wish.force,
    withPictures: wish.isFolder,
    signal: io.signal,
  };
}

async function makeOutFolder(path: string, given: string): Promise<void> {
  try {
    await makeFolder(path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' || errnoOf(error) === 'ENOTDIR') throw usage(`--out ${given}: expected a folder, and there is a file`);
    throw diskError(error, `cannot make the folder ${path}`);
  }
}

/** Of a camera of the file, or one that was added over the API; one that is gone is called by its id. */
async function nameOf(cameraId: string, config: Config, database: SqliteDatabase): Promise<string> {
  const ofFile = config.cameras.find(({ id }) => id === cameraId)?.name;
  if (ofFile !== undefined) return ofFile;
  const stored = (await new SqliteCameraStore(database).list()).find(({ id }) => id === cameraId)?.settings;
  const name = typeof stored === 'object' && stored !== null && 'name' in stored ? stored.name : undefined;
  return typeof name === 'string' ? name : cameraId;
}

const summaryOf = ({ file, video, from, to, events, camera }: EvidenceManifest, { out, manifest }: Pick<ExportRequest, 'out' | 'manifest'>) => ({
  file: out,
  manifest,
  camera: camera.id,
  from,
  to,
  sizeBytes: file.sizeBytes,
  sha256: file.sha256,
  frames: video.frames,
  durationSeconds: video.durationSeconds,
  events: events.map(({ id }) => id),
});

function describe({ file, video, events, camera, gaps }: EvidenceManifest, { out, manifest }: Pick<ExportRequest, 'out' | 'manifest'>): string {
  const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;
  const what = `${(file.sizeBytes / MEGABYTE).toFixed(1)} MB, ${video.durationSeconds.toFixed(1)} s, ${count(video.frames, 'frame')} of ${count(events.length, 'event')} of ${camera.name}`;
  const missing = gaps.length === 0 ? '' : `; ${count(gaps.length, 'gap')}, see the manifest`;
  return `${out}: ${what}${missing}\n${manifest}: its hashes, for nightjar verify\n`;
}
