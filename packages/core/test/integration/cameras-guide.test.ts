// docs/guide/cameras.md, line by line: its commands run against a recorder, and what is said about them is so.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Camera, ConfigEntry, ProbeReport, ReloadReport } from '@nightjar/client';
import { describeWith } from '@nightjar/testkit';
import { eventually, RecorderFolder } from './recorder-process.ts';

const page = readFileSync(new URL('../../../../docs/guide/cameras.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
const PORCH = '  - { id: porch, source: "synthetic:quiet", function: record }';

/** Runs the only block that holds `what`. @returns The last line it prints. */
async function run<T>(folder: RecorderFolder, what: string): Promise<T> {
  const found = blocks.filter((block) => block.includes(what));
  expect([what, found.length]).toEqual([what, 1]);
  const { url, token } = await folder.session();
  const { stdout, stderr, status } = spawnSync('sh', ['-ec', found[0] ?? ''], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', URL: url, TOKEN: token },
    timeout: 60_000,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const last = stdout.trim().replace(/\}\s*\{|\]\s*\{/g, (joint) => `${joint[0]}\n{`);
  return (stdout === '' ? undefined : JSON.parse(last.split('\n').at(-1) ?? '')) as T;
}

const request = async (folder: RecorderFolder, path: string, init: RequestInit = {}): Promise<{ readonly status: number; readonly body: unknown }> => {
  const { url, token } = await folder.session();
  const response = await fetch(`${url}/api/v1${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
};

const cameras = async (folder: RecorderFolder): Promise<readonly Camera[]> => (await request(folder, '/cameras')).body as readonly Camera[];

describeWith('curl', 'the page about cameras', () => {
  describeWith('ffmpeg', 'with real streams', () => {
    it('adds, changes and removes a camera, and what was added is there after a new start', async () => {
      await using folder = new RecorderFolder({ cameras: PORCH });
      await folder.start();
      expect(await run<ProbeReport>(folder, '/cameras/probe')).toMatchObject({ codec: expect.stringMatching(/^avc1\./), audio: null });
      expect(await run<Camera>(folder, '-X POST "$URL/api/v1/cameras"')).toMatchObject({
        id: 'yard',
        provisioned: false,
        settings: { detect: { mode: 'keyframes', fps: 5 } },
      });
      const added = await eventually(
        'the camera is online',
        async () => (await cameras(folder)).find(({ id, state }) => id === 'yard' && state.status === 'online'),
        30_000,
      );
      const changed = await run<Camera>(folder, '-X PATCH "$URL/api/v1/cameras/yard"');
      expect(changed).toMatchObject({ name: 'Back yard', zones: ['gate'], settings: { detect: { mode: 'keyframes', fps: 8 }, source: 'synthetic:visitor' } });
      // Taken over without touching the stream.
      expect(changed.state).toMatchObject({ status: 'online', since: added.state.since });

      await folder.stop();
      await folder.start();
      const again = await eventually(
        'it is online again',
        async () => (await cameras(folder)).find(({ id, state }) => id === 'yard' && state.status === 'online'),
        30_000,
      );
      expect(again).toMatchObject({ name: 'Back yard', provisioned: false });
      await run(folder, '-X DELETE');
      expect((await cameras(folder)).map(({ id }) => id)).toEqual(['porch']);
      expect((await folder.stop()).code).toBe(0);
    }, 180_000);

    it('switches a camera of the file and the recorder, also over a new start, and connects anew', async () => {
      await using folder = new RecorderFolder({ cameras: PORCH });
      await folder.start();
      const online = () => eventually('porch is online', async () => (await cameras(folder)).find(({ state }) => state.status === 'online'), 30_000);
      const { state } = await online();
      expect(await run(folder, '/controls"')).toEqual({ armed: false });
      await folder.stop();
      await folder.start();
      expect(await online()).toMatchObject({ function: 'record', armed: false, controls: { armed: false, detection: false, recordMode: 'continuous' } });
      expect(state).toMatchObject({ events: expect.any(Number), eventBytes: expect.any(Number) });
      const before = (await online()).state.since;
      await run(folder, '/reconnect"');
      expect((await online()).state.since > before).toBe(true);
      await request(folder, '/cameras/porch/controls', { method: 'PATCH', body: JSON.stringify({ privacy: true }) });
      expect(await request(folder, '/cameras/porch/reconnect', { method: 'POST', body: '{}' })).toMatchObject({
        status: 409,
        body: { error: { message: expect.stringContaining('private') } },
      });
      expect((await folder.stop()).code).toBe(0);
    }, 180_000);

    it('refuses what it says it refuses, reads the file again, and sets what can be set', async () => {
      await using folder = new RecorderFolder({ cameras: PORCH });
      await folder.start();
      const post = (body: unknown) => request(folder, '/cameras', { method: 'POST', body: JSON.stringify(body) });
      expect(
        await post({
          id: 'yard',
          source: 'synthetic:',
          functoin: 'record',
          zones: [
            {
              id: 'a',
              polygon: [
                { x: 0, y: 0 },
                { x: 1, y: 1 },
              ],
            },
          ],
        }),
      ).toMatchObject({
        status: 400,
        body: {
          error: {
            code: 'CAMERA_INVALID',
            details: [
              { path: 'functoin', message: expect.stringContaining('did you mean "function"?') },
              { path: 'zones[0].polygon', message: 'got 2 entries, expected a list of 3 to 100 corners such as {x: 0, y: 0.5}' },
            ],
          },
        },
      });
      expect(await post({ id: 'yard', source: 'rtsp://u:${HOME}@192.0.2.1/' })).toMatchObject({ status: 400 });
      expect(await post({ id: 'porch', source: 'synthetic:' })).toMatchObject({ status: 409, body: { error: { code: 'CAMERA_EXISTS' } } });
      const patch = { method: 'PATCH', body: '{"name":"Door"}' };
      expect(await request(folder, '/cameras/porch', patch)).toMatchObject({ status: 409, body: { error: { code: 'CAMERA_PROVISIONED' } } });
      expect(await request(folder, '/cameras/nobody', patch)).toMatchObject({ status: 404 });
      const nothing = { started: [], stopped: [], restarted: [], updated: [], settings: [], needsRestart: [] };
      expect(await run<ReloadReport>(folder, '/reload')).toEqual(nothing);
      const file = join(folder.path, 'nightjar.yaml');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, `${text}retention: { days: 14 }\n`);
      await run(folder, '/reload');
      const refusal = { error: { code: 'CONFIG_PROVISIONED' } };
      expect(await request(folder, '/config/retention.days', { method: 'PUT', body: '{"value":30}' })).toMatchObject({ status: 409, body: refusal });
      writeFileSync(file, text);
      await run(folder, '/reload');
      expect(await run<ConfigEntry>(folder, '/config/retention.days')).toMatchObject({ name: 'retention.days', value: 30, default: 14, provisioned: false });
      expect(await request(folder, '/config/http.port', { method: 'PUT', body: '{"value":1}' })).toMatchObject({ status: 409 });
      expect(await request(folder, '/config/http.prot')).toMatchObject({ status: 404 });
      expect((await folder.stop()).code).toBe(0);
    }, 120_000);
  });
});
