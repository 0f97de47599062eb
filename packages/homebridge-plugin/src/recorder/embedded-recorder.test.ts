// Our own recorder as a real process: started, let in, killed, left behind, stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RecorderClient } from '@nightjar/client';
import { describeWith, waitUntil } from '@nightjar/testkit';
import { KeptLog } from '../../test/kept-log.ts';
import { freshFolder, writeLauncher } from '../../test/recorder-from-source.ts';
import { readPluginConfig } from '../config/read-plugin-config.ts';
import { EmbeddedRecorder, type EmbeddedRecorderOptions } from './embedded-recorder.ts';
import { markOf } from './process-facts.ts';

const TIMEOUT_MS = 60_000;

describeWith('ffmpeg', 'our own recorder', () => {
  const folder = freshFolder();
  const running: EmbeddedRecorder[] = [];
  afterEach(async () => {
    for (const recorder of running.splice(0)) await recorder.stop();
  });

  const synthetic = (id: string, more: object = {}) => ({ id, name: id, source: 'synthetic:', ...more });
  function make(config: object, more: Partial<EmbeddedRecorderOptions> = {}) {
    const log = new KeptLog();
    const storagePath = folder();
    const read = readPluginConfig(config, { storagePath, servesExternalsOnly: false });
    const launcher = writeLauncher(folder());
    const recorder = new EmbeddedRecorder({ config: read.config, storagePath, launcher, log, bridgeUsername: folder(), ...more });
    running.push(recorder);
    return { recorder, log };
  }
  const home = (name: string): string => join(folder(), 'nightjar', name);
  const pid = (): number => (JSON.parse(readFileSync(home('data/nightjar.db.lock'), 'utf8')) as { pid: number }).pid;
  const isGone = async (id: number): Promise<boolean> => (await markOf(id)).started === '';
  const clientOf = ({ url, token }: { readonly url: string; readonly token: string }) => new RecorderClient({ url, credentials: { token } });

  it(
    'lets in with a token, keeps secrets to itself, and is the same after a restart with other cameras',
    async () => {
      const secretSource = 'rtsp://viewer:s3cret@127.0.0.1:9/main';
      const first = make({ cameras: [synthetic('porch'), { name: 'Yard', source: secretSource }] });
      const access = await first.recorder.start();
      expect(access.url).toMatch(/^http:\/\/127\.0\.0\.1:8[45]\d\d$/);
      const cameras = await clientOf(access).cameras();
      expect(cameras.map(({ id, name }) => [id, name])).toEqual([
        ['porch', 'porch'],
        ['yard', 'Yard'],
      ]);
      const { id: serverId } = await clientOf(access).server();
      expect(serverId).toMatch(/^homebridge-[0-9a-f]{8}$/);
      for (const name of ['nightjar.yaml', 'homebridge.token', 'homebridge-state.json'])
        expect([name, statSync(home(name)).mode & 0o777]).toEqual([name, 0o600]);
      expect(statSync(home('')).mode & 0o777).toBe(0o700);
      await waitUntil(() => first.log.told.some((line) => line.includes('yard')));
      const child = pid();
      expect(readFileSync(`/proc/${child}/cmdline`, 'utf8')).not.toContain('s3cret');
      await first.recorder.stop();
      expect(await isGone(child)).toBe(true);
      expect(first.log.lines.join('\n')).not.toMatch(/s3cret|njt_[0-9a-f]|created the account/);

      // Another name, and no porch any more.
      const second = make({ cameras: [{ id: 'yard', name: 'Garden', source: secretSource }] });
      expect(await second.recorder.start()).toEqual(access);
      expect((await clientOf(access).cameras()).map(({ id, name }) => [id, name])).toEqual([['yard', 'Garden']]);
      expect((await clientOf(access).server()).id).toBe(serverId);
    },
    TIMEOUT_MS,
  );

  it(
    'is started again where it is killed, and told of once',
    async () => {
      const events: string[] = [];
      const { recorder, log } = make(
        { cameras: [synthetic('porch')] },
        { onUp: ({ url }) => events.push(`up ${new URL(url).hostname}`), onDown: (reason) => events.push(`down ${reason}`) },
      );
      await recorder.start();
      process.kill(pid(), 'SIGKILL');
      await waitUntil(() => events.length >= 3, undefined, 20_000);
      expect(events).toEqual(['up 127.0.0.1', 'down killed by SIGKILL', 'up 127.0.0.1']);
      expect(log.told.filter((line) => line.includes('the recorder'))).toEqual([
        'error the recorder ended: killed by SIGKILL; it is started again',
        'info the recorder runs',
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'works without what the recorder refuses',
    async () => {
      const { recorder, log } = make({
        cameras: [
          synthetic('porch', { settings: { zones: [{ id: 'all', kind: 'activ' }], postRollSeconds: 9 } }),
          { id: 'film', name: 'Film', source: 'file:/nowhere/film.mp4' },
        ],
      });
      const access = await recorder.start();
      expect((await clientOf(access).cameras()).map(({ id }) => id)).toEqual(['porch']);
      expect(readFileSync(home('nightjar.yaml'), 'utf8')).toContain('"postRollSeconds": 9');
      expect(recorder.leftOut).toEqual(['film']);
      expect(log.told.filter((line) => line.includes('left out: '))).toEqual([
        expect.stringMatching(/^error "zones\[0\]\.kind" of "settings" of camera "porch" is left out: got "activ", expected /),
        expect.stringMatching(/^error camera "Film" is left out: got a file that does not exist, expected /),
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'watches cameras of which nothing is kept, and lets people switch that',
    async () => {
      const cameras = [synthetic('porch', { record: 'never' }), synthetic('yard', { record: 'always' })];
      const first = make({ cameras });
      const access = await first.recorder.start();
      const controls = async (id: string) => (await clientOf(access).camera(id)).controls;
      await waitUntil(() => readFileSync(home('homebridge-state.json'), 'utf8').includes('"switchedOff": [\n    "porch"'));
      expect(await controls('porch')).toMatchObject({ record: false, detection: true });
      expect(await controls('yard')).toMatchObject({ record: true, recordMode: 'continuous' });
      await clientOf(access).setCameraControls('porch', { record: true });
      await first.recorder.stop();
      // What was switched by hand meanwhile is not switched back by the next start.
      await make({ cameras }).recorder.start();
      expect(await controls('porch')).toMatchObject({ record: true });
    },
    TIMEOUT_MS,
  );

  it(
    'makes another token where the database is a new one',
    async () => {
      const first = make({ cameras: [synthetic('porch')] });
      const { token } = await first.recorder.start();
      await first.recorder.stop();
      rmSync(home('data'), { recursive: true });
      const second = await make({ cameras: [synthetic('porch')] }).recorder.start();
      expect(second.token).not.toBe(token);
      expect(await clientOf(second).cameras()).toHaveLength(1);
    },
    TIMEOUT_MS,
  );

  it(
    'ends with a Homebridge that is killed',
    async () => {
      const held = await holdRecorder(folder(), writeLauncher(folder()));
      const child = pid();
      held.kill('SIGKILL');
      await waitUntil(() => !existsSync(home('data/nightjar.db.lock')), undefined, 15_000);
      await waitUntil(() => !existsSync(`/proc/${child}/exe`) || readFileSync(`/proc/${child}/stat`, 'latin1').includes(') Z '), undefined, 5000);
    },
    TIMEOUT_MS,
  );

  it(
    'is taken over from a Homebridge that was killed a moment ago',
    async () => {
      const held = await holdRecorder(folder(), writeLauncher(folder()));
      const before = pid();
      held.kill('SIGKILL');
      await make({ cameras: [synthetic('porch')] }).recorder.start();
      expect(await isGone(before)).toBe(true);
      expect(pid()).not.toBe(before);
    },
    TIMEOUT_MS,
  );

  it(
    'is left to the Homebridge that runs it',
    async () => {
      const held = await holdRecorder(folder(), writeLauncher(folder()));
      const before = pid();
      const { recorder, log } = make({ cameras: [synthetic('porch')] }, { limits: { startMs: 20_000, stopMs: 11_000, ownerMs: 500 } });
      const started = recorder.start();
      started.catch(() => undefined);
      await waitUntil(() => log.told.length > 0);
      expect(log.told[0]).toContain(`another Homebridge (process ${held.pid}) runs the recorder in ${home('').replace(/\/$/, '')}`);
      expect(pid()).toBe(before);
      await recorder.stop();
      await expect(started).rejects.toThrow('stopped before it answered');
      held.kill('SIGKILL');
      await waitUntil(() => !existsSync(home('data/nightjar.db.lock')), undefined, 15_000);
    },
    TIMEOUT_MS,
  );
});

describe('a recorder that behaves badly', () => {
  const folder = freshFolder();
  const limits = { startMs: 400, stopMs: 400 };

  /** @param start - What `nightjar start` does, in sh. */
  function make(start: string, more: string = 'echo njt_x') {
    const log = new KeptLog();
    const storagePath = folder();
    const { config } = readPluginConfig({ cameras: [{ id: 'porch', source: 'synthetic:' }] }, { storagePath, servesExternalsOnly: false });
    const launcher = writeLauncher(folder(), `case $1 in start) ${start} ;; *) ${more} ;; esac`);
    const recorder = new EmbeddedRecorder({ config, storagePath, launcher, log, limits });
    const started = recorder.start();
    started.catch(() => undefined);
    return { recorder, log, started };
  }

  it.each([
    ['never answers', 'exec sleep 60', 'it did not answer within 0.4 s'],
    ['ends at once', 'exit 3', 'it ended with code 3'],
    ['says why it ends', 'echo "nightjar: the disk is full" >&2; exit 1', 'the disk is full'],
    ['is killed', 'kill -9 $$', 'killed by SIGKILL'],
    ['answers like something else', 'echo listening on http://127.0.0.1:9; exec sleep 60', 'it did not answer within 0.4 s'],
  ])('and %s is told of in one sentence, and started again', async (_, start, reason) => {
    const { recorder, log } = make(start);
    await waitUntil(() => log.lines.some((line) => line.includes('2 times now')));
    expect(log.told.filter((line) => line.includes('the recorder'))).toEqual([`error the recorder did not start: ${reason}; it is started again`]);
    await recorder.stop();
  });

  it('and cannot run on this Node says so', async () => {
    const { recorder, log } = make('exit 1', 'echo "nightjar: needs Node 22.22 or 24.15 and later; found v20.1.0." >&2; exit 1');
    await waitUntil(() => log.told.length > 0);
    expect(log.told[0]).toBe('error the recorder did not start: needs Node 22.22 or 24.15 and later; found v20.1.0.; it is started again');
    await recorder.stop();
  });

  it('and does not stop when asked is killed', async () => {
    const { recorder, started } = make(`trap '' TERM; echo $$ > '${folder()}/pid'; while :; do sleep 0.1; done`);
    await waitUntil(() => existsSync(join(folder(), 'pid')) && readFileSync(join(folder(), 'pid'), 'utf8') !== '');
    const child = Number(readFileSync(join(folder(), 'pid'), 'utf8'));
    await recorder.stop();
    expect((await markOf(child)).started).toBe('');
    await expect(started).rejects.toThrow('the recorder was stopped before it answered');
  });

  it('has no place for its files', async () => {
    const { config } = readPluginConfig({}, { storagePath: '/dev/null', servesExternalsOnly: false });
    const recorder = new EmbeddedRecorder({ config, storagePath: '/dev/null', launcher: '/bin/true', log: new KeptLog() });
    await expect(recorder.start()).rejects.toThrow('the recorder has no place for its files: ENOTDIR');
    await recorder.stop();
  });
});

/** A process that runs a recorder, once that answers. */
async function holdRecorder(storagePath: string, launcher: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('../../test/hold-recorder.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', script, storagePath, launcher], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout?.on('data', (bytes) => (said += String(bytes)));
  await waitUntil(() => said.includes('http://'), undefined, 20_000);
  return child;
}
