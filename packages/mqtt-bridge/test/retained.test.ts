// What stands on a broker after cameras came, went and moved: everything that is true, and nothing else.
import { FakeRecorder } from '@nightjar/testkit';
import { connectAsync } from 'mqtt';
import { MqttBridge, type MqttBridgeOptions } from '../src/index.ts';
import { TEST_BROKERS, type TestBroker } from './test-brokers.ts';
import { eventually, Watcher } from './watcher.ts';

const CAMERA_LEAVES = [
  ...['info', 'motion', 'recording', 'availability', 'stats'],
  ...['enabled', 'armed', 'detection', 'record', 'record_mode', 'sensitivity', 'privacy', 'preview'].map((property) => `${property}/state`),
];
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
    /** Ends the connection of a bridge as a second client with its id does, and waits until it is back. */
    const takeOver = async (made: MqttBridge, clientId: string): Promise<void> => {
      const { url, username, password } = broker.recorder;
      const { since } = made.health;
      const intruder = await connectAsync(url, { clientId, reconnectPeriod: 0, username, password, protocolVersion: protocolVersion === 5 ? 5 : 4 });
      await eventually('another connection', () => made.health.connected && made.health.since !== since);
      await intruder.endAsync(true);
    };
    /** Topics that are retained, as a newcomer gets them, with all of `complete` among them and nothing that must not be. */
    const settled = async (complete: readonly string[], mustNot: (topic: string) => boolean = () => false): Promise<readonly string[]> => {
      const early = await watch();
      await eventually(`${complete.join(', ')} to be said`, () => complete.every((topic) => (early.last(topic) ?? '') !== ''));
      for (let round = 0; ; round++) {
        const newcomer = await watch();
        const kept = () => newcomer.received.filter(({ packet, text }) => packet.retain && text !== '').map(({ topic }) => topic);
        await eventually(`${complete.join(', ')} among what is retained`, () => complete.every((topic) => kept().includes(topic)));
        const wrong = kept().filter(mustNot);
        if (wrong.length === 0) return kept();
        if (round > 20) throw new Error(`still retained: ${wrong.join(', ')}`);
      }
    };

    it('is nothing of a camera that was removed or renamed, wherever it was announced', async () => {
      const recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
      await run(recorder);
      const ofYard = [...CAMERA_LEAVES.map((leaf) => `nightjar/camera/yard/${leaf}`), 'homeassistant/device/nightjar_yard/config'];
      await settled([...ofYard, ...ofYard.map((topic) => topic.replace('yard', 'porch')), 'homeassistant/device/nightjar_server_rec1/config']);
      recorder.setCamera('yard', {}, { name: 'Garden' });
      recorder.removeCamera('porch');
      const after = await settled(ofYard, (topic) => topic.includes('porch'));
      expect(after.filter((topic) => topic.includes('yard')).toSorted()).toEqual(ofYard.toSorted());
    });

    it('is nothing of a camera that was taken out of the file while the recorder was away', async () => {
      const first = await run(new FakeRecorder({ cameras: ['porch', 'yard'] }));
      await settled(['nightjar/camera/porch/info', 'nightjar/camera/porch/stats']);
      await first.stop();
      await run(new FakeRecorder({ cameras: ['yard'] }));
      await settled(['nightjar/camera/yard/info', 'nightjar/camera/yard/availability'], (topic) => topic.includes('porch'));
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
      await settled([
        ...CAMERA_LEAVES.filter((leaf) => leaf !== 'stats').map((leaf) => `nightjar/camera/porch/${leaf}`),
        'homeassistant/device/nightjar_porch/config',
      ]);
      await eventually('it is b’s', ofB);
      expect(watcher.json('homeassistant/device/nightjar_porch/config').at(-1)).toMatchObject({ device: { via_device: 'nightjar_server_b' } });
      expect(watcher.last('nightjar/camera/porch/armed/state')).toBe('ON');
    });

    it('is the newest event there is: none where it was deleted meanwhile, one from before where the camera came back', async () => {
      const before = new FakeRecorder({ cameras: ['porch', 'yard'] });
      for (const id of ['porch', 'yard']) before.readyEvent(before.openEvent(id).id);
      const first = await run(before);
      const lasts = ['porch', 'yard'].map((id) => `nightjar/camera/${id}/event/last`);
      await settled(lasts);
      await first.stop();
      const after = new FakeRecorder({ cameras: ['porch', 'yard'] });
      const { id } = after.openEvent('yard');
      after.readyEvent(id);
      await run(after);
      await settled(['nightjar/camera/porch/availability'], (topic) => topic === lasts[0]);
      after.removeCamera('yard');
      await settled(['nightjar/camera/porch/availability'], (topic) => topic.includes('yard'));
      after.setCamera('yard');
      await settled([`${lasts[1]}`]);
    });

    it('is no preview that nobody renews any more, also where the connection was lost meanwhile or the bridge was killed', async () => {
      const preview = 'nightjar/camera/porch/preview';
      const watcher = await watch();
      // As one that was killed leaves it, where nothing expires.
      await watcher.client.publishAsync(preview, 'old picture', { qos: 1, retain: true });
      const made = await run(new FakeRecorder({ cameras: ['porch'] }));
      await settled(['nightjar/camera/porch/availability'], (topic) => topic === preview);
      await watcher.client.publishAsync(`${preview}/set`, '{"fps":0.1}', { qos: 1 });
      await settled([preview]);
      await takeOver(made, 'nightjar-rec1');
      await settled(['nightjar/camera/porch/availability'], (topic) => topic === preview);
      expect(watcher.last(`${preview}/state`)).toBe('OFF');
    });

    it('stays what another recorder said of a camera that it took over, whenever the first one connects again', async () => {
      const [a, b] = [new FakeRecorder({ serverId: 'a', cameras: ['porch'] }), new FakeRecorder({ serverId: 'b', cameras: ['yard'] })];
      const [ofA] = [await run(a), await run(b)];
      b.setCamera('porch');
      b.readyEvent(b.openEvent('porch').id);
      const ofPorch = ['info', 'availability', 'event/last'].map((leaf) => `nightjar/camera/porch/${leaf}`);
      await settled(ofPorch);
      a.removeCamera('porch');
      const watcher = await watch();
      await eventually('a is rid of it', () => String(watcher.json('nightjar/server/a/info').at(-1)?.['cameras']) === '');
      // It was emptied with the rest.
      await settled(ofPorch);
      b.readyEvent(b.openEvent('porch').id);
      const picture = 'nightjar/camera/porch/snapshot';
      await settled([picture]);
      const late = await watch();
      await eventually('everything', () => [...ofPorch, picture].every((topic) => late.last(topic)));
      const { url, username, password } = broker.recorder;
      const { since } = ofA.health;
      const intruder = await connectAsync(url, {
        clientId: 'nightjar-a',
        reconnectPeriod: 0,
        username,
        password,
        protocolVersion: protocolVersion === 5 ? 5 : 4,
      });
      await eventually('another connection of a', () => ofA.health.connected && ofA.health.since !== since);
      await intruder.endAsync(true);
      a.setCamera('hall');
      await settled(['nightjar/camera/hall/info', picture, ...ofPorch]);
      expect(late.texts('nightjar/camera/hall/info')).toHaveLength(1);
      expect(late.received.filter(({ topic, text }) => topic.includes('/porch/') && text === '')).toEqual([]);
    });

    it('is nothing of discovery once that is switched off', async () => {
      const first = await run(new FakeRecorder({ cameras: ['porch'] }));
      await settled(['homeassistant/device/nightjar_porch/config']);
      await first.stop();
      await run(new FakeRecorder({ cameras: ['porch'] }), { homeAssistant: { ...HOME_ASSISTANT, enabled: false } });
      await settled(['nightjar/camera/porch/info', 'nightjar/camera/porch/stats'], (topic) => topic.startsWith('homeassistant/'));
    });

    it('is said again, discovery and states, when Home Assistant is born', async () => {
      const recorder = new FakeRecorder({ cameras: ['porch'] });
      await run(recorder);
      const watcher = await watch();
      // Statistics come last.
      await eventually('everything', () => watcher.last('nightjar/camera/porch/stats'));
      const before = watcher.received.length;
      await watcher.client.publishAsync('homeassistant/status', 'online', { qos: 0 });
      const again = () => watcher.received.slice(before).map(({ topic }) => topic);
      await eventually('states', () => again().includes('nightjar/camera/porch/motion') && again().includes('nightjar/camera/porch/availability'));
      expect(again().indexOf('homeassistant/device/nightjar_porch/config')).toBeLessThan(again().indexOf('nightjar/camera/porch/motion'));
    });
  });
}
