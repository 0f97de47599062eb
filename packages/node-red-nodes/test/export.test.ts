// nightjar-export with a recorder behind real HTTP and a real broker.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaFile } from '@nightjar/client';
import { RecorderError } from '@nightjar/core';
import { FakeRecorder } from '@nightjar/testkit';
import { httpRecorder } from '../../core/test/http-recorder.ts';
import { makeExport } from '../src/flow/export-job.ts';
import type { FlowMessage } from '../src/flow/node-red.ts';
import { RecorderHttp } from '../src/site/recorder-http.ts';
import { FlowBench, until } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

const BY_EVENT = { what: 'event', event: 'event', eventType: 'msg' };
const SPAN = { what: 'span', camera: 'porch', from: '2026-01-01', to: '2026-01-02' };

describe('nightjar-export', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  let folder: string;
  beforeAll(async () => {
    world = await PaletteWorld.start();
    for (const camera of ['porch', 'porch', 'yard']) {
      const { id } = world.recorder.openEvent(camera);
      world.recorder.closeEvent(id);
      world.recorder.readyEvent(id);
    }
  });
  afterAll(() => world.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-export-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    world.recorder.jobs.areHeld = false;
    for (const method of ['createExport', 'export', 'exportVideo'] as const) Reflect.deleteProperty(world.recorder, method);
  });

  const load = (properties: object = {}, token = 'machine', site: Readonly<Record<string, unknown>> = {}): Promise<void> =>
    bench.load([world.siteNode(site), { id: 'export', type: 'nightjar-export', delivery: 'url', ...properties }], world.siteCredentials({ token }));
  const factsOf = ({ payload }: FlowMessage): Readonly<Record<string, unknown>> => payload as never;
  const percents = (): readonly unknown[] => bench.received('export', 1).map(({ payload }) => payload);
  const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  /** A file that comes in two pieces; `between` runs after the first. */
  const slowFile = (file: MediaFile, between: () => Promise<unknown>): MediaFile => ({
    ...file,
    read: async function* (start, end, signal) {
      yield* file.read(start, start + 1000, signal);
      await between();
      yield* file.read(start + 1000, end, signal);
    },
  });

  describe('as an address', () => {
    it('gives one of a span that can be fetched without an account', async () => {
      await load(SPAN);
      const message = await bench.send('export', { mine: 'kept' });
      expect(message).toMatchObject({ topic: 'porch/export', camera: 'porch', mine: 'kept' });
      const facts = factsOf(message);
      expect(facts).toMatchObject({ events: [1, 2], size: 20_000, duration: 2, expires: expect.any(String) });
      const response = await fetch(String(facts['url']));
      const bytes = Buffer.from(await response.arrayBuffer());
      expect([response.status, hashOf(bytes)]).toEqual([200, facts['sha256']]);
      await bench.shows('export', 'green dot exported');
    });

    it.each([
      [{ event: 2 }, [2]],
      [{ event: '1,2' }, [1, 2]],
      [{ event: [1, 2] }, [1, 2]],
      [{ event: { id: 3, camera: 'yard', event_type: 'ready' } }, [3]],
      [
        {
          event: [
            { id: 1, cameraId: 'porch' },
            { id: 2, cameraId: 'porch' },
          ],
        },
        [1, 2],
      ],
    ])('makes it of %j', async (message, events) => {
      await load({ ...BY_EVENT, exportName: 'mine', exportNameType: 'msg' });
      const { payload } = await bench.send('export', { ...message, mine: 'Parcel\nthief' });
      expect(payload).toMatchObject({ events });
      expect(world.recorder.jobs.get((payload as { export: number }).export).name).toBe('Parcel thief');
    });
  });

  describe('as a file', () => {
    it('puts it whole into a folder that is made for it, under the recorder’s name', async () => {
      await load({ ...SPAN, delivery: 'file', filename: `${folder}/new/clips/` });
      const message = await bench.send('export', {});
      const { file, sha256, export: id, url } = factsOf(message);
      expect(file).toBe(join(folder, 'new/clips', `porch-export-${id}.mp4`));
      expect(hashOf(readFileSync(String(file)))).toBe(sha256);
      expect([message['filename'], url]).toEqual([file, `${world.api}/api/v1/exports/${id}/video.mp4`]);
      expect(readdirSync(join(folder, 'new/clips'))).toHaveLength(1);
    });

    it('puts it where the message says', async () => {
      await load({ ...SPAN, delivery: 'file', filename: 'path', filenameType: 'msg' });
      const { file } = factsOf(await bench.send('export', { path: join(folder, 'own.mp4') }));
      expect([file, readdirSync(folder)]).toEqual([join(folder, 'own.mp4'), ['own.mp4']]);
    });

    it('throws away what is not what the recorder has', async () => {
      const real = world.recorder.exportVideo.bind(world.recorder);
      world.recorder.exportVideo = async (id) => {
        const file = await real(id);
        return {
          ...file,
          read: async function* (start, end) {
            for await (const piece of file.read(start, end)) yield piece.map((byte) => byte ^ 1);
          },
        };
      };
      await load({ ...SPAN, delivery: 'file', filename: `${folder}/own.mp4` });
      expect(await bench.fails('export', {})).toMatch(/what came of export \d+ is not what the recorder has .*; it was thrown away, try again$/);
      expect(readdirSync(folder)).toEqual([]);
      await bench.shows('export', 'red dot failed');
    });

    it('says what is in its way', async () => {
      writeFileSync(join(folder, 'file'), '');
      await load({ ...SPAN, delivery: 'file', filename: join(folder, 'file/own.mp4') });
      expect(await bench.fails('export', {})).toMatch(/own\.mp4 cannot be written: a part of the path is a file, not a folder; choose another name$/);
      await bench.shows('export', 'red dot not written');
    });

    it('leaves nothing when it is closed while it fetches, and the export stays at the recorder', async () => {
      let fetching = false;
      const real = world.recorder.exportVideo.bind(world.recorder);
      world.recorder.exportVideo = async (id) =>
        slowFile(await real(id), () => {
          fetching = true;
          return until(
            () => !fetching,
            () => 'the end of the test',
          );
        });
      await load({ ...SPAN, delivery: 'file', filename: `${folder}/own.mp4` });
      bench.node('export').receive({});
      await until(
        () => fetching && readdirSync(folder).length === 1,
        () => 'half a file',
      );
      const beganMs = performance.now();
      await bench.unload();
      expect(performance.now() - beganMs).toBeLessThan(1000);
      fetching = false;
      expect(readdirSync(folder)).toEqual([]);
      expect(bench.received('export')).toEqual([]);
      expect((await world.recorder.exports()).exports[0]?.state).toBe('done');
    });
  });

  describe('in memory', () => {
    it('gives the bytes', async () => {
      await load({ ...SPAN, delivery: 'buffer' });
      const message = await bench.send('export', {});
      const facts = message['export'] as Readonly<Record<string, unknown>>;
      expect(hashOf(message.payload as Buffer)).toBe(facts['sha256']);
      expect(message).toMatchObject({ contentType: 'video/mp4', camera: 'porch', export: { size: 20_000, events: [1, 2] } });
    });

    it('does not take more than it is allowed to', async () => {
      await load({ ...SPAN, delivery: 'buffer', maxMiB: 0.01 });
      expect(await bench.fails('export', {})).toMatch(/has 1 MiB, more than the 0\.01 MiB that this node takes into memory; have it delivered as a file$/);
    });
  });

  it('tells how far it is, from 0 to 100 and never back', async () => {
    world.recorder.jobs.areHeld = true;
    let looks = 0;
    const steps = [0, 0.3, 0.2, 0.6, 0.6];
    world.recorder.export = async (id) => {
      const progress = steps[looks++];
      if (progress !== undefined) return { ...world.recorder.jobs.get(id), state: 'running', step: 'writing', progress };
      return world.recorder.jobs.finish(id);
    };
    await load(SPAN);
    bench.node('export').receive({ mine: 'kept' });
    await bench.shows('export', /^blue dot exporting [36]0 %$/);
    await bench.receives('export', 1);
    const told = percents() as readonly number[];
    expect([told[0], told.at(-1)]).toEqual([0, 100]);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    expect(told).toContain(60);
    expect(bench.received('export', 1)[0]).toMatchObject({ topic: 'porch/export', step: 'queued', state: 'queued', export: expect.any(Number), mine: 'kept' });
    expect(bench.received('export', 1).at(-1)).toMatchObject({ step: 'done', state: 'done' });
  }, 20_000);

  it('makes several at once, and gives them in the order of the messages', async () => {
    world.recorder.jobs.areHeld = true;
    await load(BY_EVENT);
    for (const event of [1, 2, 3]) bench.node('export').receive({ event });
    await bench.shows('export', 'blue dot 3 exports, 0 %');
    await until(
      () => bench.received('export', 1).length === 3,
      () => 'three begun',
    );
    const ids = [1, 2, 3].map((event) => bench.received('export', 1).find((message) => message['event'] === event)?.['export'] as number);
    world.recorder.jobs.finish(ids[2] ?? 0);
    await bench.shows('export', /^blue dot 2 exports/);
    expect(bench.received('export')).toEqual([]);
    for (const id of ids.slice(0, 2)) world.recorder.jobs.finish(id);
    expect((await bench.receives('export', 3)).map(({ event }) => event)).toEqual([1, 2, 3]);
  }, 20_000);

  it('takes no more messages than it can remember', async () => {
    world.recorder.jobs.areHeld = true;
    await load(BY_EVENT);
    for (let count = 0; count < 51; count++) bench.node('export').receive({ event: 1 });
    await until(
      () => bench.errors().length > 0,
      () => 'a refusal',
    );
    expect(bench.errors()).toEqual([expect.stringContaining('50 messages are waiting already')]);
  });

  it.each([
    [{ ...SPAN, from: '2020-01-01', to: '2020-01-02' }, /nothing was recorded of camera porch from .* to .*, so there is nothing to export$/],
    [{ ...SPAN, from: '' }, /from is empty; write where the export begins/],
    [{ ...SPAN, from: '-1h', to: '-2h' }, /has to lie before to/],
    [{ ...SPAN, camera: '' }, /no camera: choose one in the node$/],
    [{ ...SPAN, delivery: 'file' }, /filename is empty; write a folder, with a slash at its end, or the name of a file$/],
    [BY_EVENT, /event is empty; give the id of an event/],
    [{ ...BY_EVENT, event: '99', eventType: 'str' }, /there is no event 99$/],
    [{ ...SPAN, timeout: 0 }, /timeout is a number from 1 to 86400; got 0$/],
  ])('tells Catch why %j cannot be', async (properties, error) => {
    await load(properties);
    expect(await bench.fails('export', {})).toMatch(error);
    await bench.shows('export', /^red dot (failed|no such event)$/);
  });

  it('says so where the token may only look', async () => {
    await load(SPAN, 'viewer');
    expect(await bench.fails('export', {})).toMatch(/the token of the site may not do this at the recorder/);
  });

  it('says that the recorder has enough to do', async () => {
    world.recorder.createExport = async () => {
      throw new RecorderError('EXPORTS_FULL', 'full');
    };
    await load(SPAN);
    expect(await bench.fails('export', {})).toMatch(/the recorder has as many exports waiting as it takes .*; try again later, or delete some there$/);
  });

  it('says why the recorder failed', async () => {
    world.recorder.jobs.areHeld = true;
    world.recorder.export = async (id) => ({
      ...world.recorder.jobs.get(id),
      state: 'failed',
      error: { code: 'EXPORT_TOO_LARGE', message: 'the file would be too large' },
    });
    await load(SPAN);
    expect(await bench.fails('export', {})).toMatch(/the recorder could not make export \d+: the file would be too large$/);
  });

  it('says so where somebody removes it meanwhile', async () => {
    world.recorder.jobs.areHeld = true;
    await load(SPAN);
    bench.node('export').receive({});
    const [begun] = await bench.receives('export', 1, 1);
    await world.recorder.deleteExport(begun?.['export'] as number);
    await until(
      () => bench.errors().length > 0,
      () => 'an error',
    );
    expect(bench.errors()[0]).toMatch(/export \d+ was removed at the recorder before it was done$/);
  });

  it('gives up when time is up, and says that the export stays', async () => {
    world.recorder.jobs.areHeld = true;
    await load({ ...SPAN, timeout: 1 });
    expect(await bench.fails('export', {})).toMatch(/the export was not done within 1 s; export \d+ stays at the recorder$/);
    expect((await world.recorder.exports()).exports[0]?.state).toBe('queued');
  });

  it('goes on when the recorder is started anew meanwhile', async () => {
    const recorder = new FakeRecorder({ cameras: ['gate'] });
    const { id } = recorder.openEvent('gate');
    recorder.jobs.areHeld = true;
    let http = await httpRecorder({ recorder });
    const { url } = http;
    try {
      await load({ ...BY_EVENT, delivery: 'file', filename: `${folder}/own.mp4` }, 'machine', { apiUrl: url });
      bench.node('export').receive({ event: id });
      const [begun] = await bench.receives('export', 1, 1);
      await http.close();
      http = await httpRecorder({ recorder, settings: { port: Number(new URL(url).port) } });
      recorder.jobs.finish(begun?.['export'] as number);
      expect(await bench.receives('export', 1)).toMatchObject([{ payload: { file: join(folder, 'own.mp4') } }]);
      expect(bench.errors()).toEqual([]);
    } finally {
      await http.close();
    }
  }, 20_000);

  it('wants to know the camera of an event where there are several recorders', async () => {
    const recorder = new FakeRecorder({ serverId: 'rec2', cameras: ['barn'] });
    const http = await httpRecorder({ recorder });
    recorder.address = http.url;
    recorder.openEvent('barn');
    const bridge = await world.bridgeOf(recorder);
    try {
      await load(BY_EVENT);
      expect(await bench.fails('export', { event: 1 })).toMatch(/^there are several recorders, and each numbers its events; send the camera/);
      expect(await bench.send('export', { event: 1, camera: 'barn' })).toMatchObject({ camera: 'barn', payload: { events: [1] } });
      expect(await bench.send('export', { event: { id: 1, camera: 'porch' } })).toMatchObject({ camera: 'porch' });
    } finally {
      await bridge.stop();
      await http.close();
    }
  }, 20_000);

  it('says so where the recorder stays away', async () => {
    const recorder = new FakeRecorder({ cameras: ['gate'] });
    const { id } = recorder.openEvent('gate');
    recorder.jobs.areHeld = true;
    const http = await httpRecorder({ recorder });
    const api = new RecorderHttp({ url: http.url, token: 'machine' });
    let looks = 0;
    const onLook = (): void => {
      looks += 1;
      if (looks === 1) void http.close();
    };
    const following = { signal: new AbortController().signal, onLook, patienceMs: 100 };
    await expect(makeExport(api, { events: [id] }, following)).rejects.toThrow(
      /^export 1 was begun, but its recorder is away since 0 s: the recorder at .* cannot be reached/,
    );
  });
});
