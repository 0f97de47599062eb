// The bridge against real brokers, with both versions of the protocol.
import { fork } from 'node:child_process';
import { FakeRecorder } from '@nightjar/testkit';
import { MqttBridge, type MqttBridgeOptions } from '../src/index.ts';
import { TEST_BROKERS, type TestBroker } from './test-brokers.ts';
import { eventually, Watcher } from './watcher.ts';

const QUICK = { reconnectMinMs: 50, reconnectMaxMs: 200 };
const CAMERA = 'site/nightjar/camera/porch';
const SERVER = 'site/nightjar/server/rec1';

for (const { name, protocols, start } of TEST_BROKERS) {
  if (!start) {
    describe.skip(name, () => it('is not tested', () => {}));
    continue;
  }
  describe.each(protocols)(`the bridge with ${name}, protocol %s`, (protocolVersion) => {
    let broker: TestBroker;
    let recorder: FakeRecorder;
    let open: { close(): Promise<void> }[];
    beforeAll(async () => {
      broker = await start();
    });
    afterAll(() => broker.stop());
    beforeEach(() => {
      recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
      open = [];
    });
    afterEach(async () => {
      for (const each of open.reverse()) await each.close();
    });

    const watch = async (filter = 'site/nightjar/#') => {
      const watcher = await Watcher.open({ ...broker.reader, version: protocolVersion === 5 ? 5 : 4 }, filter);
      open.push(watcher);
      return watcher;
    };
    const bridge = async (options: Partial<MqttBridgeOptions> = {}) => {
      const { url, username, password } = broker.recorder;
      const made = new MqttBridge({ broker: url, username, password, base: 'site/nightjar', protocolVersion, ...QUICK, ...options });
      open.push({ close: () => made.stop() });
      await made.start(recorder);
      return made;
    };

    it('says what it is and every state before it says online', async () => {
      const watcher = await watch();
      await bridge({ statsIntervalMs: 3_600_000 });
      await watcher.sees(`${SERVER}/state`, 'online');
      // Statistics have QoS 0; a broker may let them overtake.
      const live = watcher.received.filter(({ packet, topic }) => !packet.retain && !topic.endsWith('/stats'));
      const topics = live.map(({ topic }) => topic.replace('site/nightjar/', ''));
      const properties = ['enabled', 'armed', 'detection', 'record', 'record_mode', 'sensitivity', 'privacy'].map((property) => `${property}/state`);
      const states = ['porch', 'yard'].flatMap((id) => ['info', 'motion', 'recording', ...properties].map((leaf) => `camera/${id}/${leaf}`));
      const ofServer = ['info', 'armed/state', 'update', 'problem', 'problem/attributes'].map((leaf) => `server/rec1/${leaf}`);
      const previews = ['porch', 'yard'].flatMap((id) => [`camera/${id}/preview/state`, `camera/${id}/preview`]);
      const rest = ['event/last', 'availability'].flatMap((leaf) => ['porch', 'yard'].map((id) => `camera/${id}/${leaf}`));
      const expected = [...ofServer, ...states, ...previews, ...rest, 'server/rec1/state'];
      expect(topics.slice(0, expected.length)).toEqual(expected);
      expect(watcher.json(`${SERVER}/info`).at(-1)).toMatchObject({ api: 'http://127.0.0.1:8420', cameras: ['porch', 'yard'], protocol: 1 });
      await eventually('statistics', () => watcher.last(`${SERVER}/stats`) && watcher.last(`${CAMERA}/stats`));
    });

    it('gives every state to who comes later', async () => {
      const first = await watch();
      await bridge();
      await first.sees(`${SERVER}/state`, 'online');
      recorder.setMotion('porch', true);
      recorder.setCamera('porch', { recording: true });
      await first.sees(`${CAMERA}/recording`, 'ON');
      await eventually('statistics', () => first.last(`${CAMERA}/stats`));
      const late = await watch();
      await late.sees(`${CAMERA}/motion`, 'ON');
      await late.sees(`${CAMERA}/recording`, 'ON');
      await late.sees(`${CAMERA}/availability`, 'online');
      await late.sees(`${SERVER}/state`, 'online');
      await eventually('info and statistics', () => late.last(`${CAMERA}/info`) && late.last(`${CAMERA}/stats`) && late.last(`${SERVER}/stats`));
    });

    it('reports start, end and ready of an event in order, the last one and its picture retained', async () => {
      const watcher = await watch();
      await bridge();
      await watcher.sees(`${SERVER}/state`, 'online');
      const { id } = recorder.openEvent('porch');
      for (let count = 0; count < 5; count++) void recorder.updateEvent(id);
      recorder.closeEvent(id);
      recorder.readyEvent(id);
      await eventually('the picture', () => watcher.received.some(({ topic }) => topic === `${CAMERA}/snapshot`));
      await eventually('ready', () => watcher.json(`${CAMERA}/event`).length === 3);
      expect(watcher.json(`${CAMERA}/event`).map((event) => [event['event_type'], event['id']])).toEqual([
        ['start', id],
        ['end', id],
        ['ready', id],
      ]);
      // All within a second of the start, which says as much.
      expect(watcher.json(`${CAMERA}/event/update`)).toEqual([]);
      const late = await watch();
      await eventually('the last event', () => late.json(`${CAMERA}/event/last`).at(-1)?.['event_type'] === 'ready');
      const picture = await eventually('the picture', () => late.received.find(({ topic }) => topic === `${CAMERA}/snapshot`));
      expect(new Uint8Array(picture.payload)).toEqual(recorder.eventJpeg);
      expect(late.texts(`${CAMERA}/event`)).toEqual([]);
      if (protocolVersion === 5) {
        expect(picture.packet.properties).toMatchObject({ contentType: 'image/jpeg', userProperties: { event_id: String(id) } });
      }
    });

    it('says goodbye when it is stopped', async () => {
      const watcher = await watch();
      const running = await bridge();
      recorder.setMotion('porch', true);
      await watcher.sees(`${CAMERA}/motion`, 'ON');
      await watcher.sees(`${SERVER}/state`, 'online');
      const before = watcher.received.length;
      await running.stop();
      await watcher.sees(`${SERVER}/state`, 'offline');
      const leaves = watcher.received
        .slice(before)
        .filter(({ topic, packet }) => !packet.retain && !topic.endsWith('stats') && !topic.includes('yard'))
        .map(({ topic, text }) => [topic, text]);
      expect(leaves).toEqual([
        [`${CAMERA}/motion`, 'OFF'],
        [`${CAMERA}/recording`, 'OFF'],
        [`${CAMERA}/availability`, 'offline'],
        [`${SERVER}/state`, 'offline'],
      ]);
    });

    it('leaves a last will when it is killed', async () => {
      const watcher = await watch();
      const { url, username, password } = broker.recorder;
      const child = fork(new URL('./bridge-child.ts', import.meta.url), [], { execArgv: ['--conditions=source', '--no-warnings'] });
      child.send({ broker: url, username, password, base: 'site/nightjar', protocolVersion } satisfies MqttBridgeOptions);
      await watcher.sees(`${SERVER}/state`, 'online');
      child.kill('SIGKILL');
      await watcher.sees(`${SERVER}/state`, 'offline');
    });

    it('empties the topics of a camera that is removed', async () => {
      const watcher = await watch();
      await bridge();
      await watcher.sees(`${SERVER}/state`, 'online');
      const { id } = recorder.openEvent('porch');
      recorder.removeCamera('porch');
      // What it was recording may be closed later than everybody was told that it is gone.
      recorder.readyEvent(id);
      await eventually('its last event', () => watcher.json(`${CAMERA}/event`).some((event) => event['event_type'] === 'ready'));
      await eventually('the shorter list', () => String(watcher.json(`${SERVER}/info`).at(-1)?.['cameras']) === 'yard');
      await watcher.sees(`${CAMERA}/availability`, '');
      await watcher.sees(`${CAMERA}/snapshot`, '');
      const late = await watch();
      await late.sees(`${SERVER}/state`, 'online');
      expect(late.received.filter(({ topic }) => topic.startsWith(CAMERA))).toEqual([]);
    });

    it('has states back and events delivered in order after the broker was killed, but no old pictures', async () => {
      const before = await watch();
      const running = await bridge({ maxQueuedEvents: 6 });
      await before.sees(`${SERVER}/state`, 'online');
      await broker.kill();
      await eventually('the loss', () => !running.health.connected);
      recorder.setMotion('yard', true);
      for (let count = 0; count < 3; count++) {
        const { id } = recorder.openEvent('yard');
        recorder.closeEvent(id);
        recorder.readyEvent(id);
      }
      await eventually('a full queue', () => running.health.dropped === 3 && running.health.queued === 6);
      await broker.restart();
      const yard = 'site/nightjar/camera/yard';
      const after = await watch();
      await after.sees(`${yard}/motion`, 'ON');
      await after.sees(`${SERVER}/state`, 'online');
      await eventually('the events', () => running.health.queued === 0);
      const expected = [2, 3].flatMap((id) => ['start', 'end', 'ready'].map((type) => `${id} ${type}`));
      // The watchers may come back later than the bridge; what they saw is in order and nothing came before the queue's beginning.
      for (const watcher of [before, after]) {
        const seen = watcher.json(`${yard}/event`).map((event) => `${event['id']} ${event['event_type']}`);
        expect(expected.filter((text) => seen.includes(text))).toEqual([...new Set(seen)]);
      }
      await eventually('the last event', () => after.json(`${yard}/event/last`).at(-1)?.['id'] === 3);
      expect(after.received.filter(({ topic }) => topic.endsWith('/snapshot') && topic.includes('yard'))).toEqual([]);
    });
  });
}
