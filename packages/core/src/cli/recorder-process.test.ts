// The recorder as a process: what it prints, what others can see of it, how it stops.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWith, loadClip, RtspCamera, waitUntil } from '@nightjar/testkit';
import { stringify } from 'yaml';
import { commandLines } from '../../test/command-lines.ts';
import { makeClip, temporaryFolder } from '../../test/test-clip.ts';
import { SqliteDatabase } from '../adapters/sqlite/sqlite-database.ts';
import { SqliteEventStore } from '../adapters/sqlite/sqlite-event-store.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly said: { stdout: string; stderr: string };
  readonly closed: Promise<number | null>;
}

describeWith('ffmpeg', 'the recorder process', () => {
  const folder = temporaryFolder();
  const running: Started[] = [];
  const password = `it's-s3cret`;
  let camera: RtspCamera;

  beforeAll(async () => {
    const clip = join(folder(), 'clip.mp4');
    await makeClip(clip);
    camera = await RtspCamera.start({
      streams: { main: { clip: await loadClip(clip, 'aac'), loop: true } },
      auth: { scheme: 'digest', user: 'viewer', password },
    });
  });
  afterEach(() => {
    for (const { child } of running.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => camera.close());

  const nightjar = (...words: readonly string[]): Started => {
    const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', main, ...words], { cwd: folder() });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (bytes) => (said.stdout += String(bytes)));
    child.stderr.on('data', (bytes) => (said.stderr += String(bytes)));
    const started = { child, said, closed: new Promise<number | null>((resolve) => child.once('close', resolve)) };
    running.push(started);
    return started;
  };

  /** Stops it as a service manager does. */
  const terminate = async ({ child, closed }: Started): Promise<{ readonly code: number | null; readonly ms: number }> => {
    const startMs = performance.now();
    child.kill('SIGTERM');
    return { code: await closed, ms: performance.now() - startMs };
  };

  const freePort = async (): Promise<number> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    return typeof address === 'object' && address !== null ? address.port : 0;
  };

  it('says where it listens, records, shows no secret, and stops with its event whole', async () => {
    const config = join(folder(), 'nightjar.yaml');
    const brokerPort = await freePort();
    await writeFile(
      config,
      stringify({
        http: { host: '127.0.0.1', port: 0 },
        database: { url: `sqlite:${join(folder(), 'nightjar.db')}` },
        storage: { areas: [{ id: 'default', path: join(folder(), 'events'), minFree: '1MB' }] },
        mqtt: { broker: 'embedded', listen: `127.0.0.1:${brokerPort}`, username: 'home', password: 'mqtt-s3cret' },
        cameras: [{ id: 'porch', name: 'Porch', source: camera.url('main'), function: 'mocord' }],
      }),
    );
    const recorder = nightjar('start', '--config', config, '--log-level', 'debug');
    await waitUntil(() => /^listening on http:\/\/127\.0\.0\.1:\d+\n/m.test(recorder.said.stdout) || recorder.child.exitCode !== null);
    expect(recorder.said.stderr).not.toMatch(/error/i);
    const database = await SqliteDatabase.open(join(folder(), 'nightjar.db'));
    const events = new SqliteEventStore(database);
    let frames = 0;
    await waitUntil(
      () => frames > 0,
      async () => {
        frames = (await events.list({ limit: 1 }))[0]?.frames ?? 0;
        await new Promise((resolve) => setTimeout(resolve, 50));
      },
    );
    // The capture process for certain, the decoder once analysis has begun: both are seen before anything is judged.
    let lines: readonly string[] = [];
    await waitUntil(
      () => lines.filter((line) => line.startsWith('ffmpeg ')).length >= 2,
      async () => {
        lines = await commandLines();
      },
    );
    expect(lines.filter((line) => line.includes('s3cret'))).toEqual([]);
    // A terminal signals the whole group, and a launcher in it passes the signal on.
    recorder.child.kill('SIGINT');
    const { code, ms } = await terminate(recorder);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
    expect(await events.list({ limit: 10 })).toMatchObject([
      { cameraId: 'porch', state: 'ready', hasSnapshot: true, videoCodec: expect.stringMatching(/^avc1\./), recovered: false },
    ]);
    await database.close();
    expect(`${recorder.said.stdout}${recorder.said.stderr}`).not.toContain('s3cret');
  });

  it('refuses a second recorder on the same data in one line', async () => {
    const config = join(folder(), 'second.yaml');
    await writeFile(
      config,
      stringify({
        http: { host: '127.0.0.1', port: 0 },
        database: { url: `sqlite:${join(folder(), 'second.db')}` },
        storage: { areas: [{ id: 'default', path: join(folder(), 'second') }] },
        cameras: [],
      }),
    );
    const first = nightjar('start', '--config', config);
    await waitUntil(() => first.said.stdout.includes('listening on '));
    const second = nightjar('start', '--config', config);
    expect(await second.closed).toBe(1);
    expect(second.said.stderr.trim().split('\n')).toHaveLength(1);
    expect(second.said.stdout).toBe('');
    expect(await terminate(first)).toMatchObject({ code: 0 });
  });

  it('ends with whoever holds its standard input, if asked to', async () => {
    const config = join(folder(), 'held.yaml');
    await writeFile(
      config,
      stringify({
        http: { host: '127.0.0.1', port: 0 },
        database: { url: `sqlite:${join(folder(), 'held.db')}` },
        storage: { areas: [{ id: 'default', path: join(folder(), 'held') }] },
        cameras: [],
      }),
    );
    const held = nightjar('start', '--config', config, '--stop-with-input');
    await waitUntil(() => held.said.stdout.includes('listening on '));
    held.child.stdin?.end();
    expect(await held.closed).toBe(0);
    expect(held.said.stderr).toContain('stopping: closing open events');
  });

  it('shows a demo and cleans up after it', async () => {
    const demo = nightjar('demo', '--json');
    await waitUntil(() => demo.said.stdout.includes('"status":"online"'), undefined, 15_000);
    const { code, ms } = await terminate(demo);
    expect([code, ms < 10_000]).toEqual([0, true]);
    for (const line of demo.said.stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('seq');
  });

  it('shows in a demo that an open event was closed', async () => {
    const demo = nightjar('demo');
    await waitUntil(() => / {2}event 1 {4}recording/.test(demo.said.stdout), undefined, 30_000);
    expect((await terminate(demo)).code).toBe(0);
    expect(demo.said.stdout).toMatch(/event 1 {4}closed: [^\n]+\n(?:[^\n]*\n)*[^\n]*event 1 {4}ready: /);
  });

  it('promises in a demo nothing of a camera of others, and says in plain lines that it does not answer', async () => {
    const demo = nightjar('demo', '--source', `rtsp://127.0.0.1:${await freePort()}/x`);
    await waitUntil(() => demo.said.stderr.includes('connecting again'), undefined, 15_000);
    expect((await terminate(demo)).code).toBe(0);
    expect(demo.said.stdout).not.toContain('Somebody walks');
    expect(demo.said.stderr).toMatch(/^[0-9:.]{12} warn {2}rtsp:.* could not be opened: Connection refused; connecting again/m);
    expect(demo.said.stderr).not.toContain('{"');
  });
});
