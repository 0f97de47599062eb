import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleEvent } from '@nightjar/testkit';
import { pictures, silentTracks, sound, soundTracks } from '../../../test/event-recording.ts';
import { numbersOf, readMovie } from '../../../test/read-movie.ts';
import { pictureBytes } from '../../../test/recorded-events.ts';
import { FsEventFiles } from '../../adapters/fs/fs-event-files.ts';
import { SqliteCameraStore } from '../../adapters/sqlite/sqlite-camera-store.ts';
import { SqliteDatabase } from '../../adapters/sqlite/sqlite-database.ts';
import { SqliteEventStore } from '../../adapters/sqlite/sqlite-event-store.ts';
import { SqliteGapStore } from '../../adapters/sqlite/sqlite-gap-store.ts';
import type { EvidenceManifest } from '../../archive/evidence-manifest.ts';
import type { EventRecord } from '../../model/event.ts';
import { wallMs } from '../../model/time.ts';
import { runCli } from '../run-cli.ts';

/** A moment at which local clocks are at a whole minute. */
const START_MS = Date.UTC(2026, 10, 22, 12);
let cwd = '';
let area = '';

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'nightjar-export-'));
  area = join(cwd, 'data/events');
  writeFileSync(join(cwd, 'nightjar.yaml'), 'server: { id: rec1 }\ncameras:\n  - { id: porch, name: Front porch, source: "synthetic:visitor" }\n');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const nightjar = (...words: readonly string[]) => run(words, new AbortController().signal);

async function run(words: readonly string[], signal: AbortSignal) {
  const written = { stdout: '', stderr: '' };
  const sinks = { stdout: { write: (text: string) => (written.stdout += text) }, stderr: { write: (text: string) => (written.stderr += text) } };
  const code = await runCli(words, { version: '1', io: { ...sinks, env: {}, cwd, isTty: false, signal } });
  return { code, ...written };
}

const at = (seconds: number): string => new Date(START_MS + seconds * 1000).toISOString();
const local = (seconds: number): string => {
  const time = new Date(START_MS + seconds * 1000);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((value) => String(value).padStart(2, '0')).join(':');
};

/** Records seconds `from` to `to` at ten pictures a second, a key picture each second. */
async function record(id: number, from: number, to: number, { isOpen = false, hasSound = true, cameraId = 'porch' } = {}): Promise<EventRecord> {
  await import('node:fs/promises').then(({ mkdir }) => mkdir(area, { recursive: true }));
  const row = sampleEvent(id, {
    cameraId,
    startMs: wallMs(START_MS + from * 1000),
    endMs: wallMs(START_MS + to * 1000),
    state: isOpen ? 'open' : 'ready',
    directory: `${cameraId}/2026-11-22/${id}`,
    scheme: 'medium',
  });
  const files = new FsEventFiles();
  const file = await files.create(area, row, hasSound ? soundTracks : silentTracks);
  for (let second = from; second < to; second++) {
    const shift = (us: number): number => us - from * 1_000_000;
    const own = pictures(second * 10, second * 10 + 10).map((picture, index) => ({ ...picture, data: pictureBytes(second * 10 + index) }));
    const heard = hasSound ? sound(Math.ceil((second * 1000) / 64), Math.ceil(((second + 1) * 1000) / 64)) : [];
    await file.append([...own, ...heard].map((sample) => ({ ...sample, ptsUs: shift(sample.ptsUs), dtsUs: shift(sample.dtsUs) })));
  }
  if (!isOpen) await file.finish(row);
  const database = await SqliteDatabase.open(join(cwd, 'data/nightjar.db'));
  await new SqliteEventStore(database).put(row);
  await database.close();
  if (!isOpen) await files.writeAttachment(area, row.directory, 'snapshot.jpg', Uint8Array.of(0xff, 0xd8, id));
  return row;
}

const movie = (name = 'out.mp4') => readMovie(readFileSync(join(cwd, name)));
const manifestOf = (name = 'out.mp4.manifest.json') => JSON.parse(readFileSync(join(cwd, name), 'utf8')) as EvidenceManifest;
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

type Tree = { [key: string]: Tree | string | number | boolean | null };

/** The keys that lead to every value of a tree. */
const leavesOf = (tree: unknown): string[][] =>
  typeof tree !== 'object' || tree === null ? [[]] : Object.entries(tree).flatMap(([key, value]) => leavesOf(value).map((keys) => [key, ...keys]));

/** Changes the value there to another of its type. */
function edit(tree: Tree, [key = '', ...keys]: readonly string[]): void {
  const value = tree[key];
  if (keys.length > 0) edit(value as Tree, keys);
  else if (typeof value === 'string') tree[key] = `${value.slice(0, -1)}${value.endsWith('1') ? '2' : '1'}`;
  else tree[key] = typeof value === 'number' ? value + 1 : value !== true;
}

describe('export', () => {
  it('writes events as one file, with a manifest of what it shows', async () => {
    await record(1, 0, 5);
    await record(2, 5, 12);
    const database = await SqliteDatabase.open(join(cwd, 'data/nightjar.db'));
    const gap = { cameraId: 'porch', fromMs: wallMs(START_MS + 3000), toMs: wallMs(START_MS + 3500), reason: 'overload', lostFrames: 4 } as const;
    await new SqliteGapStore(database).add(gap);
    await database.close();
    const done = await nightjar('export', '2', '1', '--out', 'out.mp4');
    expect(done).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/12\.0 s, 120 frames of 2 events of Front porch; 1 gap/) });
    expect(numbersOf(movie())).toEqual(numbers(0, 120));
    expect(manifestOf()).toMatchObject({
      format: 'nightjar-evidence',
      writtenBy: { recorder: 'rec1' },
      camera: { id: 'porch', name: 'Front porch' },
      from: at(0),
      to: at(12),
      file: { name: 'out.mp4', sizeBytes: statSync(join(cwd, 'out.mp4')).size },
      video: { codec: 'avc1.64001f', width: 1280, height: 720, frames: 120, durationSeconds: 12 },
      sound: { sampleRate: 16_000 },
      events: [
        { id: 1, from: at(0), to: at(5), fragments: 5, source: '1-video.mp4' },
        { id: 2, from: at(5), to: at(12), fragments: 7, seconds: 5 },
      ],
      gaps: [{ from: at(3), to: at(3.5), reason: 'overload', lostFrames: 4 }],
    });
    expect(manifestOf().fragments.map(({ at: time, frames }) => [time, frames])).toEqual(numbers(0, 12).map((second) => [at(second), 10]));
    expect(readdirSync(cwd).sort()).toEqual(['data', 'nightjar.yaml', 'out.mp4', 'out.mp4.manifest.json']);
    expect(await nightjar('verify', 'out.mp4')).toMatchObject({ code: 0, stdout: expect.stringContaining('as it was exported') });
  });

  it('writes a span of a camera, also of an event that is being recorded', async () => {
    await record(1, 0, 5);
    await record(2, 5, 12, { isOpen: true });
    const done = await nightjar('export', '--camera', 'porch', '--from', at(2.5), '--to', at(9), '--out', 'out.mp4', '--json');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(done.stdout)).toMatchObject({ file: join(cwd, 'out.mp4'), from: at(2), to: at(9), frames: 70, events: [1, 2] });
    expect(numbersOf(movie())).toEqual(numbers(20, 90));
    expect(manifestOf().events.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect((await nightjar('verify', 'out.mp4', '--json')).code).toBe(0);
  });

  it('overwrites nothing unless told to', async () => {
    await record(1, 0, 2);
    writeFileSync(join(cwd, 'out.mp4'), 'precious');
    expect(await nightjar('export', '1', '--out', 'out.mp4')).toMatchObject({ code: 1, stderr: expect.stringMatching(/out\.mp4 exists already/) });
    expect(readFileSync(join(cwd, 'out.mp4'), 'utf8')).toBe('precious');
    expect((await nightjar('export', '1', '--out', 'out.mp4', '--force')).code).toBe(0);
    expect(numbersOf(movie())).toEqual(numbers(0, 20));
  });

  it('makes a folder of an event with its pictures', async () => {
    await record(7, 0, 3);
    expect((await nightjar('export', '7', '--folder', '--out', 'evidence/7')).code).toBe(0);
    expect(readdirSync(join(cwd, 'evidence/7')).sort()).toEqual(['7-video.mp4', 'manifest.json', 'snapshot.jpg']);
    expect((await nightjar('verify', 'evidence/7')).code).toBe(0);
    writeFileSync(join(cwd, 'evidence/7/snapshot.jpg'), 'another picture');
    expect(await nightjar('verify', 'evidence/7')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`${join(cwd, 'evidence/7/snapshot.jpg')}: the file was changed\n`),
    });
    rmSync(join(cwd, 'evidence/7/7-video.mp4'));
    expect(await nightjar('verify', 'evidence/7')).toMatchObject({ code: 1, stdout: expect.stringContaining('the file is missing') });
  });

  it('leaves nothing where a part of it cannot be written', async () => {
    await record(7, 0, 3);
    mkdirSync(join(cwd, 'evidence'));
    writeFileSync(join(cwd, 'evidence/snapshot.jpg'), 'precious');
    expect(await nightjar('export', '7', '--folder', '--out', 'evidence')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/snapshot\.jpg exists already/),
    });
    expect(readdirSync(join(cwd, 'evidence'))).toEqual(['snapshot.jpg']);
    // A folder cannot be replaced by a file, and the manifest is the last that is written.
    mkdirSync(join(cwd, 'out.mp4.manifest.json'));
    expect((await nightjar('export', '7', '--out', 'out.mp4', '--force')).code).toBe(1);
    expect(readdirSync(cwd).sort()).toEqual(['data', 'evidence', 'nightjar.yaml', 'out.mp4.manifest.json']);
  });

  it('says that it was stopped', async () => {
    await record(7, 0, 3);
    const stopped = await run(['export', '7', '--out', 'out.mp4'], AbortSignal.abort('shutdown'));
    expect(stopped).toMatchObject({ code: 1, stderr: 'nightjar: stopped\n' });
    expect(readdirSync(cwd).sort()).toEqual(['data', 'nightjar.yaml']);
  });

  it('calls a camera that was added over the API by its name', async () => {
    await record(7, 0, 1, { cameraId: 'yard' });
    const database = await SqliteDatabase.open(join(cwd, 'data/nightjar.db'));
    await new SqliteCameraStore(database).put({ id: 'yard', settings: { id: 'yard', name: 'Back yard' }, provisioned: false });
    await database.close();
    expect((await nightjar('export', '7', '--out', 'out.mp4')).code).toBe(0);
    expect(manifestOf().camera).toEqual({ id: 'yard', name: 'Back yard' });
  });

  it.each([
    { words: ['--out', 'a.mp4'], code: 2, says: /takes ids of events, or --camera/ },
    { words: ['1'], code: 2, says: /--out/ },
    { words: ['one', '--out', 'a.mp4'], code: 2, says: /"one" is no id/ },
    { words: ['../1', '--out', 'a.mp4'], code: 2, says: /is no id/ },
    { words: ['1', '--camera', 'porch', '--from', '2h', '--out', 'a.mp4'], code: 2, says: /not both/ },
    { words: ['--camera', 'porch', '--out', 'a.mp4'], code: 2, says: /--from TIME/ },
    { words: ['--camera', 'porch', '--from', '1h', '--to', '2h', '--out', 'a.mp4'], code: 2, says: /--from must be before --to/ },
    { words: ['1', '9', '--out', 'a.mp4'], code: 2, says: /event 9 is of camera yard/ },
    { words: ['77', '--out', 'a.mp4'], code: 1, says: /there is no event 77/ },
    { words: ['1', '--out', 'nowhere/a.mp4'], code: 1, says: /there is no folder .*nowhere/ },
    { words: ['1', '--folder', '--out', 'nightjar.yaml'], code: 2, says: /--out nightjar\.yaml: expected a folder, and there is a file/ },
    { words: ['--camera', 'attic', '--from', '2h', '--out', 'a.mp4'], code: 1, says: /no camera "attic"/ },
    { words: ['--camera', 'porch', '--from', '2h', '--out', 'a.mp4'], code: 1, says: /nothing was recorded there/ },
  ])('refuses $words in one line', async ({ words, code, says }) => {
    await record(1, 0, 1);
    await record(9, 0, 1, { cameraId: 'yard' });
    const done = await nightjar('export', ...words);
    expect(done).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
    expect(done.stderr.trim().split('\n').length).toBe(1);
    expect(existsSync(join(cwd, 'a.mp4'))).toBe(false);
  });
});

describe('verify', () => {
  const path = (): string => join(cwd, 'out.mp4');
  beforeEach(async () => {
    await record(1, 0, 10);
    await nightjar('export', '1', '--out', 'out.mp4');
  });
  const change = (edit: (bytes: Buffer) => Buffer): void => writeFileSync(path(), edit(readFileSync(path())));

  it('names the second in which a picture was changed', async () => {
    change((bytes) => {
      const picture = movie().video[43]!.data;
      const place = bytes.indexOf(picture) + 20;
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      return bytes;
    });
    const { code, stdout } = await nightjar('verify', 'out.mp4');
    expect(code).toBe(1);
    expect(stdout).toContain(`changed between ${local(4)} and ${local(5)}`);
    expect(stdout.match(/changed|missing|added/g)?.length).toBe(1);
    const report = JSON.parse((await nightjar('verify', 'out.mp4', '--json')).stdout) as { ok: boolean; findings: unknown[] };
    expect(report).toMatchObject({ ok: false, findings: [{ kind: 'changed', from: at(4), to: at(5), fromSeconds: 4, toSeconds: 5 }], camera: { id: 'porch' } });
  });

  it('names the seconds that were cut off', async () => {
    const tail = readFileSync(path()).indexOf(movie().video[70]!.data);
    change((bytes) => bytes.subarray(0, tail));
    const { code, stdout } = await nightjar('verify', 'out.mp4');
    expect(code).toBe(1);
    expect(stdout).toContain(`missing between ${local(7)} and ${local(10)}`);
  });

  it('names the seconds that were cut out, and those that were put in, of a file that was made anew', async () => {
    await record(2, 20, 30);
    // Seconds 0 to 3 and 6 to 10 of the first event, between them two of another: what an editor that copies would make.
    await nightjar('export', '2', '--out', 'other.mp4');
    const [whole, other] = [movie(), movie('other.mp4')];
    const row = sampleEvent(3, { directory: 'porch/3' });
    const file = await new FsEventFiles().create(cwd, row, soundTracks);
    const parts = [...whole.video.slice(0, 30), ...other.video.slice(0, 20), ...whole.video.slice(60)];
    await file.append(
      parts.map(({ data, isKey }, index) => ({ track: 'video' as const, data, isKey, ptsUs: index * 100_000, dtsUs: index * 100_000, durationUs: 100_000 })),
    );
    await file.finish(row);
    // Without sound every fragment differs, so the manifest is of one without it too.
    const silent = await record(4, 0, 10, { hasSound: false });
    await nightjar('export', String(silent.id), '--out', 'silent.mp4');
    const { stdout, code } = await nightjar('verify', join('porch/3/3-video.mp4'), '--manifest', 'silent.mp4.manifest.json');
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`added at ${local(3)}|changed between ${local(3)} and ${local(5)}`));
    expect(stdout).toMatch(new RegExp(`missing between ${local(3)} and ${local(6)}|missing between ${local(5)} and ${local(6)}`));
    expect(stdout).not.toContain(local(8));
  });

  it('tells a changed index from changed pictures', async () => {
    change((bytes) => {
      bytes[bytes.indexOf('mvhd') + 20] = 7;
      return bytes;
    });
    expect(await nightjar('verify', 'out.mp4')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/the index of the file .* was changed; pictures and sound are as they were/),
    });
  });

  it('says so of a file that does not play any more', async () => {
    change((bytes) => bytes.fill(0, 0, bytes.length - 100));
    expect(await nightjar('verify', 'out.mp4')).toMatchObject({ code: 1, stdout: expect.stringContaining('cannot be played any more') });
  });

  it('notices a manifest that was edited', async () => {
    const manifest = join(cwd, 'out.mp4.manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(`"at":"${at(3)}"`, `"at":"${at(3.5)}"`));
    expect(await nightjar('verify', 'out.mp4')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/the manifest was changed: its chain of hashes breaks/),
    });
  });

  it('notices any one value of a manifest that was edited', async () => {
    const path = join(cwd, 'out.mp4.manifest.json');
    const whole = readFileSync(path, 'utf8');
    const places = leavesOf(JSON.parse(whole)).filter((keys) => keys[0] !== 'fragments' || keys[1] === '2');
    expect(places.length).toBeGreaterThan(40);
    for (const keys of places) {
      const manifest = JSON.parse(whole) as Tree;
      edit(manifest, keys);
      writeFileSync(path, JSON.stringify(manifest));
      const { code, stdout, stderr } = await nightjar('verify', 'out.mp4');
      expect([keys.join('.'), code, /manifest was changed|no manifest|out\.mp4: /.test(stdout + stderr)]).toEqual([keys.join('.'), 1, true]);
    }
    writeFileSync(path, JSON.stringify({ ...JSON.parse(whole), note: 'more' }));
    expect(await nightjar('verify', 'out.mp4')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`${path}: the manifest was changed: it does not say what it said when it was written\n`),
    });
    // How it is set out says nothing.
    writeFileSync(path, JSON.stringify(JSON.parse(whole)));
    expect((await nightjar('verify', 'out.mp4')).code).toBe(0);
  });

  it.each([
    { name: 'no manifest', text: undefined, code: 2, says: /has no manifest/ },
    { name: 'another file', text: 'hello', code: 1, says: /is no manifest: it is not JSON/ },
    { name: 'other JSON', text: '{"format":"x"}', code: 1, says: /"format"/ },
    { name: 'half a manifest', text: '{"format":"nightjar-evidence","version":1,"file":{}}', code: 1, says: /parts of it are missing/ },
    { name: 'a later version', text: '{"format":"nightjar-evidence","version":9}', code: 1, says: /version 9/ },
  ])('says what is wrong with $name', async ({ text, code, says }) => {
    rmSync(join(cwd, 'out.mp4.manifest.json'));
    if (text !== undefined) writeFileSync(join(cwd, 'out.mp4.manifest.json'), text);
    expect(await nightjar('verify', 'out.mp4')).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
  });
});
