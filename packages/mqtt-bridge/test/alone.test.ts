// The bridge alone, as a process, against a recorder's HTTP server and real brokers.
import { FakeRecorder, freePort } from '@nightjar/testkit';
import { type HttpRecorder, httpRecorder } from '../../core/test/http-recorder.ts';
import { MqttBridge, type MqttBridgeOptions } from '../src/index.ts';
import { AloneProcess } from './alone-process.ts';
import { TEST_BROKERS, type TestBroker } from './test-brokers.ts';
import { eventually, Watcher } from './watcher.ts';

const SERVER = 'nightjar/server/rec1';
const CAMERA = 'nightjar/camera/porch';
/** The fake recorder's clock moves on with each question it is asked, of which one bridge may have asked one more. */
const TIMES = /"(started_at|start|end)":"[^"]+"/g;

/** A recorder counts as away after 10 s. */
const LONG_MS = 60_000;

for (const { name, start } of TEST_BROKERS.filter(({ name: each }) => !each.startsWith('aedes'))) {
  if (!start) {
    describe.skip(name, () => it('is not tested', () => {}));
    continue;
  }
  describe(`the bridge alone with ${name}`, () => {
    let broker: TestBroker;
    let recorder: FakeRecorder;
    let served: HttpRecorder | undefined;
    let open: { close(): Promise<unknown> }[];
    beforeEach(async () => {
      broker = await start();
      recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
      open = [];
    });
    afterEach(async () => {
      for (const each of open.reverse()) await each.close();
      await served?.close();
      served = undefined;
      await broker.stop();
    });

    const serve = async (port = 0): Promise<string> => {
      served = await httpRecorder({ recorder, settings: { port } });
      return served.url;
    };
    const watch = async (filter = '#') => {
      const watcher = await Watcher.open(broker.reader, filter);
      open.push(watcher);
      return watcher;
    };
    const alone = (url: string, options: { readonly token?: string; readonly words?: readonly string[] } = {}) => {
      const bridge = AloneProcess.start({ broker, recorder: url, ...options });
      open.push(bridge);
      return bridge;
    };
    const inProcess = async (options: Partial<MqttBridgeOptions> = {}) => {
      const { url, username, password } = broker.recorder;
      const bridge = new MqttBridge({ broker: url, username, password, homeAssistant: { enabled: true, prefix: 'homeassistant' }, ...options });
      open.push({ close: () => bridge.stop() });
      await bridge.start(recorder);
      return bridge;
    };
    /** What the broker kept, once it has told all that `live` saw; figures left out. */
    const retained = async (live: Watcher): Promise<Readonly<Record<string, string>>> => {
      const late = await Watcher.open(broker.reader);
      const wanted = new Set(live.received.map(({ topic }) => topic).filter((topic) => !/event(\/update)?$/.test(topic) && live.last(topic) !== ''));
      await eventually('everything that is kept', () => [...wanted].every((topic) => late.last(topic) !== undefined));
      await late.close();
      return Object.fromEntries(
        late.received
          .map(({ topic, text }) => [topic, topic.endsWith('/stats') ? Object.keys(JSON.parse(text)).join() : text.replace(TIMES, '"$1":""')])
          .sort(),
      );
    };

    it(
      'leaves the same on the broker as the bridge in the recorder',
      async () => {
        const url = await serve();
        const scene = async () => {
          const watcher = await watch();
          await watcher.sees(`${SERVER}/state`, 'online');
          const { id } = recorder.openEvent('porch');
          recorder.setMotion('porch', true);
          recorder.closeEvent(id);
          recorder.readyEvent(id);
          await watcher.sees(`${CAMERA}/motion`, 'ON');
          await eventually('the picture', () => watcher.last(`${CAMERA}/snapshot`));
          await eventually('statistics', () => watcher.last(`${SERVER}/stats`) && watcher.last('nightjar/camera/yard/stats'));
          return retained(watcher);
        };
        const words = ['--api', 'http://127.0.0.1:8420'];
        const bridge = alone(url, { words });
        const byAlone = await scene();
        await bridge.close();
        await broker.kill();
        await broker.restart();
        recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
        await inProcess();
        expect(byAlone).toEqual(await scene());
        expect(Object.keys(byAlone).length).toBeGreaterThan(30);
      },
      LONG_MS,
    );

    it('says goodbye within 3 s of SIGTERM, and shows no secret to anybody', async () => {
      const watcher = await watch();
      const bridge = alone(await serve(), { words: ['--log-level', 'debug'] });
      recorder.setMotion('porch', true);
      await watcher.sees(`${SERVER}/state`, 'online');
      await watcher.sees(`${CAMERA}/motion`, 'ON');
      const { commandLine } = bridge;
      const { code, ms } = await bridge.terminate();
      expect(code).toBe(0);
      expect(ms).toBeLessThan(3000);
      await watcher.sees(`${SERVER}/state`, 'offline');
      for (const [topic, text] of Object.entries({ motion: 'OFF', recording: 'OFF', availability: 'offline' })) await watcher.sees(`${CAMERA}/${topic}`, text);
      const shown = `${bridge.said}${commandLine}${watcher.received.map(({ text }) => text).join()}`;
      for (const secret of [broker.recorder.password, 'Bearer']) expect(shown).not.toContain(secret);
    });

    it('waits for a recorder that is away, and publishes nothing until it answers', async () => {
      const port = await freePort();
      const watcher = await watch();
      const bridge = alone(`http://127.0.0.1:${port}`);
      await eventually('a word about it', () => bridge.said.includes('waiting for the recorder'));
      expect(watcher.received).toEqual([]);
      await serve(port);
      await watcher.sees(`${SERVER}/state`, 'online');
      expect(watcher.json(`${SERVER}/info`).at(-1)).toMatchObject({ api: 'http://127.0.0.1:'.concat(String(port)) });
      expect(bridge.said.match(/waiting for the recorder/g)).toHaveLength(1);
    });

    it(
      'says that cameras are offline while the recorder is away, and everything again when it is back',
      async () => {
        const port = await freePort();
        const watcher = await watch();
        alone(await serve(port));
        recorder.setMotion('porch', true);
        await watcher.sees(`${CAMERA}/motion`, 'ON');
        await watcher.sees(`${SERVER}/state`, 'online');
        await served?.close();
        const lostMs = performance.now();
        await watcher.sees(`${SERVER}/state`, 'offline');
        expect(performance.now() - lostMs).toBeGreaterThan(9000);
        await watcher.sees(`${CAMERA}/availability`, 'offline');
        await watcher.sees(`${CAMERA}/motion`, 'OFF');
        await serve(port);
        await watcher.sees(`${SERVER}/state`, 'online');
        await watcher.sees(`${CAMERA}/motion`, 'ON');
        await watcher.sees(`${CAMERA}/availability`, 'online');
      },
      LONG_MS,
    );

    it('carries out commands, and makes addresses of streams', async () => {
      const url = await serve();
      const watcher = await watch();
      alone(url);
      await watcher.sees(`${SERVER}/state`, 'online');
      const sender = await Watcher.open(broker.recorder, 'nothing');
      open.push(sender);
      await sender.client.publishAsync(`${CAMERA}/armed/set`, 'OFF', { qos: 1 });
      await watcher.sees(`${CAMERA}/armed/state`, 'OFF');
      await sender.client.publishAsync(`${CAMERA}/cmd/stream`, '', { qos: 1 });
      const result = await eventually('an address', () => watcher.json(`${CAMERA}/cmd/stream/result`).at(-1));
      expect(result).toMatchObject({ ok: true, data: { urls: { snapshot: expect.stringContaining(`${url}/api/v1/cameras/porch/snapshot.jpg?token=`) } } });
    });

    it('publishes what a viewer may see, says once what it may not, and refuses commands', async () => {
      const watcher = await watch();
      const bridge = alone(await serve(), { token: 'viewer' });
      await watcher.sees(`${SERVER}/state`, 'online');
      await eventually('statistics of a camera', () => watcher.last(`${CAMERA}/stats`));
      expect(watcher.last(`${SERVER}/stats`)).toBeUndefined();
      expect(watcher.last(`${SERVER}/armed/state`)).toBeUndefined();
      const sender = await Watcher.open(broker.recorder, 'nothing');
      open.push(sender);
      await sender.client.publishAsync(`${CAMERA}/armed/set`, 'OFF', { qos: 1 });
      const result = await eventually('the refusal', () => watcher.json(`${CAMERA}/armed/set/result`).at(-1));
      expect(result).toMatchObject({ ok: false, code: 'NOT_ALLOWED' });
      for (const said of ['may not control cameras', 'whether the recorder is armed', 'statistics of the recorder'])
        expect(bridge.said.split(said)).toHaveLength(2);
    });

    it('says that another bridge has its client id, instead of fighting it', async () => {
      const watcher = await watch();
      const bridge = alone(await serve());
      await watcher.sees(`${SERVER}/state`, 'online');
      const warnings: string[] = [];
      const warn = (message: string, fields: object = {}): unknown => warnings.push(`${message} ${JSON.stringify(fields)}`);
      await inProcess({ logger: { debug: () => {}, info: () => {}, error: () => {}, warn }, homeAssistant: { enabled: false, prefix: 'homeassistant' } });
      // Which of the two gives in first is chance.
      const said = await eventually('a word about it', () =>
        [...bridge.said.split('\n'), ...warnings].find((line) => /nother client has (connected as nightjar-rec1|this id)/.test(line)),
      );
      expect(Number(/retryInMs\D+(\d+)/.exec(said)?.[1])).toBeGreaterThan(20_000);
    });
  });
}
