// How our own recorder is watched: killed, hanging, left behind, in the way, behaving badly.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { waitUntil } from '@nightjar/testkit';
import { holdRecorder } from '../../test/held-recorder.ts';
import { KeptLog } from '../../test/kept-log.ts';
import { freshFolder, STAND_IN, writeLauncher } from '../../test/recorder-from-source.ts';
import { readPluginConfig } from '../config/read-plugin-config.ts';
import { EmbeddedRecorder, type EmbeddedRecorderOptions } from './embedded-recorder.ts';
import { markOf } from './process-facts.ts';

const TIMEOUT_MS = 60_000;
const LIMITS = { startMs: 30_000, stopMs: 11_000, againMs: 20 };

describe('the watch over our own recorder', () => {
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
    const launcher = writeLauncher(folder(), STAND_IN);
    const recorder = new EmbeddedRecorder({ config: read.config, storagePath, launcher, log, bridgeUsername: folder(), limits: LIMITS, ...more });
    running.push(recorder);
    return { recorder, log };
  }
  const home = (name: string): string => join(folder(), 'nightjar', name);
  const pid = (): number => (JSON.parse(readFileSync(home('data/nightjar.db.lock'), 'utf8')) as { pid: number }).pid;
  const isGone = async (id: number): Promise<boolean> => (await markOf(id)).started === '';

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
    'is started again where it lives and does not answer any more',
    async () => {
      const ups: string[] = [];
      const limits = { ...LIMITS, stopMs: 200, pulseMs: 50 };
      const { recorder, log } = make({ cameras: [synthetic('porch')] }, { limits, onUp: ({ url }) => ups.push(url) });
      await recorder.start();
      const before = pid();
      process.kill(before, 'SIGSTOP');
      await waitUntil(() => ups.length === 2, undefined, 20_000);
      expect(await isGone(before)).toBe(true);
      expect(pid()).not.toBe(before);
      expect(log.told.filter((line) => line.includes('the recorder'))).toEqual([
        expect.stringMatching(/^error the recorder ended: it lives, but has not answered for \d+ s; it is started again$/),
        'info the recorder runs',
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'gets another token where somebody revoked the one it has',
    async () => {
      const ups: { readonly url: string; readonly token: string }[] = [];
      const { recorder } = make({ cameras: [synthetic('porch')] }, { limits: { ...LIMITS, pulseMs: 50 }, onUp: (access) => ups.push(access) });
      const { token } = await recorder.start();
      writeFileSync(home('data/nightjar.db.lock.revoked'), `Bearer ${token}`);
      await waitUntil(() => ups.length === 2, undefined, 20_000);
      expect(ups[1]?.token).not.toBe(token);
    },
    TIMEOUT_MS,
  );

  it(
    'is told of anew where its port is another program’s after it ended',
    async () => {
      const ups: string[] = [];
      const { recorder, log } = make({ cameras: [synthetic('porch')] }, { onUp: ({ url }) => ups.push(url) });
      const { url } = await recorder.start();
      process.kill(pid(), 'SIGKILL');
      const taken = createServer();
      await waitUntil(() => log.told.length > 0);
      await new Promise<void>((resolve) => taken.listen(Number(new URL(url).port), '127.0.0.1', resolve));
      await waitUntil(() => ups.length === 2, undefined, 20_000);
      taken.close();
      expect(ups[0]).toBe(url);
      expect(ups[1]).not.toBe(url);
    },
    TIMEOUT_MS,
  );

  it(
    'is taken over from a Homebridge that was killed a moment ago',
    async () => {
      const held = await holdRecorder(folder(), writeLauncher(folder(), STAND_IN));
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
      const held = await holdRecorder(folder(), writeLauncher(folder(), STAND_IN));
      const before = pid();
      const { recorder, log } = make({ cameras: [synthetic('porch')] }, { limits: { ...LIMITS, ownerMs: 500 } });
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
  const limits = { startMs: 400, stopMs: 400, againMs: 20 };

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
    const { recorder, log } = make('exit 1', 'echo "nightjar: needs Node 22.22 or 24.15 and later, and found v20.1.0" >&2; exit 1');
    await waitUntil(() => log.told.length > 0);
    expect(log.told[0]).toBe('error the recorder did not start: needs Node 22.22 or 24.15 and later, and found v20.1.0; it is started again');
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
