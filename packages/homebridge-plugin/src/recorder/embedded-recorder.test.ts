// Our own recorder as a real process: started, let in, configured, left behind, stopped.
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RecorderClient } from '@nightjar/client';
import { describeWith, waitUntil } from '@nightjar/testkit';
import { holdRecorder } from '../../test/held-recorder.ts';
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
});
