// The bridge alone and a whole recorder, each a process: restarts, tokens that end, what others can see of it.
import { describeWith, freePort } from '@nightjar/testkit';
import { RecorderFolder } from '../../core/test/integration/recorder-process.ts';
import { AloneProcess } from './alone-process.ts';
import { TEST_BROKERS, type TestBroker } from './test-brokers.ts';
import { eventually, Watcher } from './watcher.ts';

const CAMERAS = '  - { id: porch, name: Porch, source: "synthetic:", function: modect }';
const LONG_MS = 90_000;

describeWith('ffmpeg', 'the bridge alone with a whole recorder', () => {
  let broker: TestBroker;
  let recorder: RecorderFolder;
  let watcher: Watcher;
  let bridge: AloneProcess | undefined;
  beforeEach(async () => {
    const start = TEST_BROKERS[0]?.start;
    if (!start) throw new Error('no broker');
    broker = await start();
    recorder = new RecorderFolder({ cameras: CAMERAS, port: await freePort() });
    await recorder.start();
    watcher = await Watcher.open(broker.reader);
  }, LONG_MS);
  afterEach(async () => {
    await bridge?.close();
    await watcher.close();
    await recorder[Symbol.asyncDispose]();
    await broker.stop();
  });

  const token = async (role: string): Promise<{ readonly id: string; readonly token: string }> => {
    const response = await recorder.ask('/tokens', { method: 'POST', body: { name: 'bridge', role } });
    const { token: made, info } = (await response.json()) as { token: string; info: { id: string } };
    return { id: info.id, token: made };
  };
  const begin = async (words: readonly string[] = []): Promise<{ readonly id: string; readonly token: string; readonly bridge: AloneProcess }> => {
    const made = await token('operator');
    bridge = AloneProcess.start({ broker, recorder: recorder.url, token: made.token, words });
    await eventually(
      'online',
      () => watcher.last('nightjar/server/rec1/state') === 'online' && watcher.last('nightjar/camera/porch/availability') === 'online',
    );
    return { ...made, bridge };
  };

  it(
    'says everything again after the recorder was killed and started',
    async () => {
      await begin();
      await eventually('an event', () => watcher.json('nightjar/camera/porch/event').find((event) => event['event_type'] === 'start'));
      await recorder.kill();
      await watcher.sees('nightjar/server/rec1/state', 'offline');
      await watcher.sees('nightjar/camera/porch/availability', 'offline');
      await watcher.sees('nightjar/camera/porch/motion', 'OFF');
      await recorder.start();
      await watcher.sees('nightjar/server/rec1/state', 'online');
      await watcher.sees('nightjar/camera/porch/availability', 'online');
      const before = watcher.json('nightjar/camera/porch/event').length;
      await eventually('another event', () => watcher.json('nightjar/camera/porch/event').length > before);
    },
    LONG_MS,
  );

  it(
    'is offline when its token is revoked, says so, and shows the token to nobody',
    async () => {
      const { id, token: secret, bridge: running } = await begin(['--log-level', 'debug', '--json']);
      await recorder.ask(`/tokens/${id}`, { method: 'DELETE' });
      await watcher.sees('nightjar/server/rec1/state', 'offline');
      await eventually('a word about it', () => running.said.includes('the recorder refuses the login'));
      const { commandLine } = running;
      expect((await running.terminate()).code).toBe(0);
      for (const line of running.said.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), message: expect.any(String) });
      expect(`${running.said}${commandLine}${watcher.received.map(({ text }) => text).join()}`).not.toContain(secret);
    },
    LONG_MS,
  );

  it(
    'looks at both with --check and says what works',
    async () => {
      const { url, username, password } = broker.recorder;
      const check = async (role: string): Promise<{ readonly code: number | null; readonly said: string }> => {
        const env = { NIGHTJAR_TOKEN: (await token(role)).token, MQTT_USERNAME: username, MQTT_PASSWORD: password };
        const address = `mqtt://${new URL(url).host}`;
        const process = new AloneProcess(['--check', '--recorder', recorder.url, '--broker', address], env);
        return { code: await process.ended, said: process.said };
      };
      const good = await check('operator');
      expect(good.said.split('\n').map((line) => line.slice(0, 16))).toEqual(['ok      recorder', 'ok      token: b', 'ok      broker: ', '']);
      expect(good.code).toBe(0);
      const lacking = await check('viewer');
      expect(lacking.said).toMatch(/^lacks {3}token: the token bridge may not control cameras/m);
      expect(lacking.code).toBe(0);
      const away = new AloneProcess(['--check', '--recorder', recorder.url, '--broker', 'mqtt://127.0.0.1:1'], { NIGHTJAR_TOKEN: 'wrong' });
      expect(await away.ended).toBe(1);
      expect(away.said).toMatch(/^FAILED {2}recorder: [\s\S]*^FAILED {2}broker: Nothing listens there$/m);
    },
    LONG_MS,
  );
});
