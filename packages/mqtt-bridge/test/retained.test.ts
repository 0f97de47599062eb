// What stands on a broker after cameras came, went and moved: everything that is true, and nothing else.
import { FakeRecorder } from '@nightjar/testkit';
import { MqttBridge, type MqttBridgeOptions } from '../src/index.ts';
import { TEST_BROKERS, type TestBroker } from './test-brokers.ts';
import { eventually, Watcher } from './watcher.ts';

const HOME_ASSISTANT = { enabled: true, prefix: 'homeassistant' };

for (const { name, protocols, start } of TEST_BROKERS) {
  if (!start) {
    describe.skip(name, () => it('is not tested', () => {}));
    continue;
  }
  describe.each(protocols)(`retained on ${name}, protocol %s`, (protocolVersion) => {
    let broker: TestBroker;
    let open: { close(): Promise<void> }[];
    beforeEach(async () => {
      broker = await start();
      open = [];
    });
    afterEach(async () => {
      for (const each of open.reverse()) await each.close();
      await broker.stop();
    });

    const watch = async () => {
      const made = await Watcher.open({ ...broker.recorder, version: protocolVersion === 5 ? 5 : 4 }, '#');
      open.push(made);
      return made;
    };
    const run = async (recorder: FakeRecorder, options: Partial<MqttBridgeOptions> = {}) => {
      const { url, username, password } = broker.recorder;
      const quick = { reconnectMinMs: 50, reconnectMaxMs: 200, statsIntervalMs: 3_600_000, homeAssistant: HOME_ASSISTANT };
      const made = new MqttBridge({ broker: url, username, password, protocolVersion, ...quick, ...options });
      open.push({ close: () => made.stop() });
      await made.start(recorder);
      await eventually('the connection', () => made.health.connected && made.health.queued === 0);
      return made;
    };
    /** Topics that are retained now, as a newcomer gets them. */
    const retained = async (): Promise<readonly string[]> => {
      const newcomer = await watch();
      await newcomer.client.publishAsync('probe/end', 'x', { qos: 1 });
      await eventually('the end of what is retained', () => newcomer.last('probe/end'));
      return newcomer.received.filter(({ packet }) => packet.retain).map(({ topic }) => topic);
    };
    const settled = async (until: (topics: readonly string[]) => boolean) => {
      for (;;) {
        const topics = await retained();
        if (until(topics)) return topics;
      }
    };

    it('is nothing of a camera that was removed or renamed, wherever it was announced', async () => {
      const recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
      await run(recorder);
      // Statistics come last.
      const before = await settled((topics) => topics.includes('nightjar/camera/yard/stats'));
      expect(before).toEqual(expect.arrayContaining(['homeassistant/device/nightjar_porch/config', 'homeassistant/device/nightjar_server_rec1/config']));
      recorder.setCamera('yard', {}, { name: 'Garden' });
      recorder.removeCamera('porch');
      const after = await settled((topics) => !topics.includes('nightjar/camera/porch/info'));
      expect(after.filter((topic) => topic.includes('porch'))).toEqual([]);
      expect(after.filter((topic) => topic.includes('yard')).length).toBe(before.filter((topic) => topic.includes('yard')).length);
    });

    it('is nothing of a camera that was taken out of the file while the recorder was away', async () => {
      const first = await run(new FakeRecorder({ cameras: ['porch', 'yard'] }));
      await settled((topics) => topics.includes('nightjar/camera/porch/info'));
      await first.stop();
      await run(new FakeRecorder({ cameras: ['yard'] }));
      const after = await settled((topics) => !topics.some((topic) => topic.includes('porch')));
      expect(after).toContain('nightjar/camera/yard/info');
    });

    it('is a camera’s whole state when it moved to another recorder, in either order', async () => {
      const [a, b] = [new FakeRecorder({ serverId: 'a', cameras: ['porch'] }), new FakeRecorder({ serverId: 'b', cameras: ['yard'] })];
      await run(a);
      await run(b);
      const watcher = await watch();
      const ofB = () => watcher.json('nightjar/camera/porch/info').at(-1)?.['server'] === 'b';
      b.setCamera('porch');
      await eventually('b has it', ofB);
      a.removeCamera('porch');
      await eventually('a is rid of it', () => String(watcher.json('nightjar/server/a/info').at(-1)?.['cameras']) === '');
      const all = await settled((topics) => topics.includes('nightjar/camera/porch/availability') && topics.includes('nightjar/camera/porch/info'));
      await eventually('it is b’s', ofB);
      expect(all).toContain('homeassistant/device/nightjar_porch/config');
      expect(watcher.json('homeassistant/device/nightjar_porch/config').at(-1)).toMatchObject({ device: { via_device: 'nightjar_server_b' } });
      expect(watcher.last('nightjar/camera/porch/armed/state')).toBe('ON');
    });

    it('is nothing of discovery once that is switched off', async () => {
      const first = await run(new FakeRecorder({ cameras: ['porch'] }));
      await settled((topics) => topics.includes('homeassistant/device/nightjar_porch/config'));
      await first.stop();
      await run(new FakeRecorder({ cameras: ['porch'] }), { homeAssistant: { ...HOME_ASSISTANT, enabled: false } });
      const after = await settled((topics) => !topics.some((topic) => topic.startsWith('homeassistant/')));
      expect(after).toContain('nightjar/camera/porch/info');
    });

    it('is said again, discovery and states, when Home Assistant is born', async () => {
      const recorder = new FakeRecorder({ cameras: ['porch'] });
      await run(recorder);
      const watcher = await watch();
      await watcher.sees('nightjar/server/rec1/state', 'online');
      const before = watcher.received.length;
      await watcher.client.publishAsync('homeassistant/status', 'online', { qos: 0 });
      const again = () => watcher.received.slice(before).map(({ topic }) => topic);
      await eventually('states', () => again().includes('nightjar/camera/porch/availability'));
      expect(again().indexOf('homeassistant/device/nightjar_porch/config')).toBeLessThan(again().indexOf('nightjar/camera/porch/motion'));
    });
  });
}
