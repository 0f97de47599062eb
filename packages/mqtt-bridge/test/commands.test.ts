// What others may ask of the recorder over real brokers, with both versions of the protocol.
import { FakeRecorder } from '@nightjar/testkit';
import { MqttBridge, type MqttBridgeOptions } from '../src/index.ts';
import { TEST_BROKERS, type TestBroker } from './test-brokers.ts';
import { eventually, Watcher } from './watcher.ts';

const QUICK = { reconnectMinMs: 50, reconnectMaxMs: 200, statsIntervalMs: 3_600_000 };
const CAMERA = 'site/nightjar/camera/porch';
const SERVER = 'site/nightjar/server/rec1';

for (const { name, protocols, start } of TEST_BROKERS) {
  if (!start) {
    describe.skip(name, () => it('is not tested', () => {}));
    continue;
  }
  describe.each(protocols)(`commands with ${name}, protocol %s`, (protocolVersion) => {
    const version = protocolVersion === 5 ? 5 : 4;
    let broker: TestBroker;
    let recorder: FakeRecorder;
    let open: { close(): Promise<void> }[];
    let running: MqttBridge;
    let watcher: Watcher;
    beforeAll(async () => {
      broker = await start();
    });
    afterAll(() => broker.stop());
    beforeEach(async () => {
      recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
      open = [];
      watcher = await watch();
      running = await bridge();
    });
    afterEach(async () => {
      for (const each of open.reverse()) await each.close();
    });

    const watch = async (filter = 'site/nightjar/#', login = broker.recorder) => {
      const made = await Watcher.open({ ...login, version }, filter);
      open.push(made);
      return made;
    };
    const bridge = async (options: Partial<MqttBridgeOptions> = {}) => {
      const { url, username, password } = broker.recorder;
      const made = new MqttBridge({ broker: url, username, password, base: 'site/nightjar', protocolVersion, ...QUICK, ...options });
      open.push({ close: () => made.stop() });
      await made.start(recorder);
      await watcher.sees(`${SERVER}/state`, 'online');
      return made;
    };
    const say = (topic: string, payload: string | Buffer, options: object = {}) => watcher.client.publishAsync(topic, payload, { qos: 1, ...options });
    const result = (topic: string) => eventually(topic, () => watcher.json(topic).at(-1));

    it('states everything that can be set', async () => {
      const states = ['enabled', 'armed', 'detection', 'record', 'record_mode', 'sensitivity', 'privacy', 'preview'].map((property) => [
        property,
        watcher.last(`${CAMERA}/${property}/state`),
      ]);
      expect(states).toEqual([
        ['enabled', 'ON'],
        ['armed', 'ON'],
        ['detection', 'ON'],
        ['record', 'ON'],
        ['record_mode', 'motion'],
        ['sensitivity', '50'],
        ['privacy', 'OFF'],
        ['preview', 'OFF'],
      ]);
      expect(watcher.last(`${SERVER}/armed/state`)).toBe('ON');
    });

    it.each([
      ['armed', 'OFF', 'OFF', { armed: false }],
      ['detection', 'off', 'OFF', { detection: false }],
      ['record_mode', 'continuous', 'continuous', { recordMode: 'continuous' }],
      ['sensitivity', '72', '72', { sensitivity: 72 }],
      ['privacy', 'ON', 'ON', { privacy: true }],
    ])('sets %s to %s and says so', async (property, payload, state, controls) => {
      await say(`${CAMERA}/${property}/set`, payload);
      await watcher.sees(`${CAMERA}/${property}/state`, state);
      expect((await recorder.camera('porch')).controls).toMatchObject(controls);
      expect(watcher.texts(`${CAMERA}/${property}/set/result`)).toEqual([]);
    });

    it('refuses what cannot be set, with a sentence, and says the state again', async () => {
      const before = watcher.texts(`${CAMERA}/sensitivity/state`).length;
      await say(`${CAMERA}/sensitivity/set`, 'very');
      expect(await result(`${CAMERA}/sensitivity/set/result`)).toMatchObject({
        ok: false,
        code: 'INPUT_INVALID',
        error: 'sensitivity is a number from 0 to 100; got "very"',
      });
      await eventually('the state again', () => watcher.texts(`${CAMERA}/sensitivity/state`).length > before);
      expect(watcher.last(`${CAMERA}/sensitivity/state`)).toBe('50');
      await say(`${CAMERA}/colour/set`, 'blue');
      expect(await result(`${CAMERA}/colour/set/result`)).toMatchObject({ ok: false, error: 'a camera has no property "colour"' });
    });

    it('arms and disarms the site, and events say so', async () => {
      await say('site/nightjar/site/armed/set', 'OFF');
      await watcher.sees(`${SERVER}/armed/state`, 'OFF');
      recorder.openEvent('porch');
      expect((await result(`${CAMERA}/event`))['armed']).toBe(false);
      await say(`${SERVER}/armed/set`, 'ON');
      await watcher.sees(`${SERVER}/armed/state`, 'ON');
      recorder.openEvent('porch');
      await eventually('an armed event', () => watcher.json(`${CAMERA}/event`).at(-1)?.['armed'] === true);
    });

    it('triggers, with the id of the request in the result', async () => {
      await say(`${CAMERA}/cmd/trigger`, '{"id":"r1","duration":30,"label":"person","source":"pir"}');
      const answer = await result(`${CAMERA}/cmd/trigger/result`);
      expect(answer).toEqual({ id: 'r1', ok: true, data: { event: 1 } });
      await eventually('the signal', () => watcher.json(`${CAMERA}/event`).some(({ event_type, source }) => event_type === 'trigger' && source === 'pir'));
      await say(`${CAMERA}/cmd/trigger`, '');
      await eventually('a second result', () => watcher.json(`${CAMERA}/cmd/trigger/result`).length === 2);
    });

    it('answers every command, however fast they come', async () => {
      await Promise.all(Array.from({ length: 50 }, (_, index) => say(`${CAMERA}/cmd/trigger`, JSON.stringify({ id: index }))));
      await eventually('50 answers', () => watcher.json(`${CAMERA}/cmd/trigger/result`).length === 50);
      expect(new Set(watcher.json(`${CAMERA}/cmd/trigger/result`).map(({ id }) => id)).size).toBe(50);
    });

    it('never obeys a command that the broker had kept', async () => {
      await running.stop();
      await say(`${CAMERA}/armed/set`, 'OFF', { retain: true });
      await say(`${CAMERA}/cmd/trigger`, '{}', { retain: true });
      await say('site/nightjar/site/armed/set', 'OFF', { retain: true });
      await bridge();
      await say(`${CAMERA}/sensitivity/set`, '33');
      await watcher.sees(`${CAMERA}/sensitivity/state`, '33');
      expect(watcher.last(`${CAMERA}/armed/state`)).toBe('ON');
      expect(watcher.last(`${SERVER}/armed/state`)).toBe('ON');
      expect((await recorder.events()).events).toEqual([]);
      for (const topic of [`${CAMERA}/armed/set`, `${CAMERA}/cmd/trigger`, 'site/nightjar/site/armed/set']) await say(topic, '', { retain: true });
    });

    it('gives addresses of streams with tokens that are good for a while', async () => {
      await say(`${CAMERA}/cmd/stream`, '{"seconds":60}');
      const { ok, data } = await result(`${CAMERA}/cmd/stream/result`);
      const { urls } = data as { urls: Record<string, string> };
      expect(ok).toBe(true);
      expect(Object.keys(urls)).toEqual(['snapshot', 'mjpeg', 'mp4', 'websocket']);
      expect(urls['mp4']).toMatch(/^http:\/\/127\.0\.0\.1:8420\/api\/v1\/cameras\/porch\/live\.mp4\?token=.+/);
      expect(urls['websocket']).toMatch(/^ws:/);
    });

    it('sends previews while they are asked for, and leaves none behind', async () => {
      await say(`${CAMERA}/preview/set`, '{"fps":5,"seconds":300}');
      await watcher.sees(`${CAMERA}/preview/state`, 'ON');
      await eventually('a picture', () => watcher.received.some(({ topic, payload }) => topic === `${CAMERA}/preview` && payload.byteLength > 0));
      await say(`${CAMERA}/preview/set`, 'OFF');
      await watcher.sees(`${CAMERA}/preview/state`, 'OFF');
      await watcher.sees(`${CAMERA}/preview`, '');
      const late = await watch();
      await late.sees(`${CAMERA}/preview/state`, 'OFF');
      expect(late.texts(`${CAMERA}/preview`)).toEqual([]);
    });

    it('shows nothing more of a camera that is let go, and sets what was asked for last', async () => {
      await say(`${CAMERA}/preview/set`, '{"fps":5,"seconds":300}');
      await eventually('a picture', () => watcher.received.some(({ topic, payload }) => topic === `${CAMERA}/preview` && payload.byteLength > 0));
      await Promise.all(Array.from({ length: 200 }, (_, index) => say(`${CAMERA}/privacy/set`, index % 2 === 0 ? 'OFF' : 'ON')));
      // What is said after them is answered once all of them have come.
      await say(`${CAMERA}/cmd/stream`, '');
      await result(`${CAMERA}/cmd/stream/result`);
      await watcher.sees(`${CAMERA}/availability`, 'disabled');
      await watcher.sees(`${CAMERA}/privacy/state`, 'ON');
      await watcher.sees(`${CAMERA}/preview/state`, 'OFF');
      await watcher.sees(`${CAMERA}/preview`, '');
      expect((await recorder.camera('porch')).controls.privacy).toBe(true);
    });

    it('publishes a picture of now when it is told to', async () => {
      await say(`${CAMERA}/cmd/snapshot`, '{"width":320}');
      expect(await result(`${CAMERA}/cmd/snapshot/result`)).toMatchObject({
        ok: true,
        data: { topic: `${CAMERA}/snapshot`, bytes: recorder.eventJpeg.byteLength },
      });
      const picture = await eventually('the picture', () => watcher.received.find(({ topic }) => topic === `${CAMERA}/snapshot`));
      expect(new Uint8Array(picture.payload)).toEqual(recorder.eventJpeg);
    });

    it('exports, and says where the file is once it is there', async () => {
      const { id } = recorder.openEvent('porch');
      recorder.closeEvent(id);
      const { start: from, end: to = '' } = recorder.readyEvent(id);
      await say(`${CAMERA}/cmd/export`, JSON.stringify({ id: 'e1', from, to }));
      expect(await result(`${CAMERA}/cmd/export/result`)).toMatchObject({ id: 'e1', ok: true, data: { state: 'done', urls: { video: expect.any(String) } } });
    });

    it.each([
      ['cmd/explode', '', 'there is no command "explode"'],
      ['cmd/siren', 'ON', 'camera porch has no siren that the recorder can switch'],
      ['cmd/ptz', '{"action":"fly"}', 'action is one of move, stop, home, preset'],
      ['cmd/trigger', 'x'.repeat(5000), 'a command has at most 4096 bytes'],
      ['cmd/export', '{}', 'from and to are times such as 2026-11-22T12:00:00Z'],
    ])('answers %s %s with what is wrong', async (leaf, payload, sentence) => {
      await say(`${CAMERA}/${leaf}`, payload);
      expect(await result(`${CAMERA}/${leaf}/result`)).toMatchObject({ ok: false, error: sentence });
    });

    it('tells the recorder to read its settings again, and restarts nothing that nobody allowed', async () => {
      await say(`${SERVER}/cmd/reload`, '{"id":1}');
      expect(await result(`${SERVER}/cmd/reload/result`)).toMatchObject({ id: '1', ok: true, data: { restarted: [] } });
      await say(`${SERVER}/cmd/restart`, '');
      expect(await result(`${SERVER}/cmd/restart/result`)).toMatchObject({ ok: false, code: 'NOT_ALLOWED' });
    });

    it('tells alerts one by one and together, and takes them back', async () => {
      const alert = { id: 'disk-full-default', level: 'error', text: 'storage area default is full', since: '2026-11-22T12:00:00.000Z' } as const;
      recorder.publish({ type: 'alert.raised', data: alert });
      await watcher.sees(`${SERVER}/problem`, 'ON');
      expect(watcher.json(`${SERVER}/alert/disk-full-default`)).toEqual([alert]);
      await eventually('all of them', () => JSON.stringify(watcher.json(`${SERVER}/problem/attributes`).at(-1)) === JSON.stringify({ alerts: [alert] }));
      recorder.publish({ type: 'alert.cleared', data: alert });
      await watcher.sees(`${SERVER}/problem`, 'OFF');
      await watcher.sees(`${SERVER}/alert/disk-full-default`, '');
    });

    it('empties what the run before left behind: cameras that are gone, alerts that are over', async () => {
      const stale = { id: 'gone', level: 'error', text: 'x', since: '2026-11-22T12:00:00.000Z' };
      await running.stop();
      await say(`${SERVER}/alert/gone`, JSON.stringify(stale), { retain: true });
      recorder = new FakeRecorder({ cameras: ['yard'] });
      await bridge();
      await watcher.sees(`${CAMERA}/availability`, '');
      await watcher.sees(`${CAMERA}/armed/state`, '');
      await watcher.sees(`${SERVER}/alert/gone`, '');
      const late = await watch();
      await late.sees(`${SERVER}/state`, 'online');
      expect(late.received.filter(({ topic }) => topic.startsWith(CAMERA) || topic.includes('/alert/'))).toEqual([]);
    });

    it('says a camera again whose topics another recorder emptied when it gave it away', async () => {
      for (const leaf of ['availability', 'armed/state', 'info']) await say(`${CAMERA}/${leaf}`, '', { retain: true });
      await eventually('it again', () => watcher.last(`${CAMERA}/info`) !== '' && watcher.last(`${CAMERA}/armed/state`) === 'ON');
      const late = await watch();
      await late.sees(`${CAMERA}/armed/state`, 'ON');
      await late.sees(`${CAMERA}/availability`, 'online');
    });

    if (protocolVersion === 5) {
      it('answers on the response topic with the correlation data, and never in its own name', async () => {
        const inbox = await watch('inbox/#');
        const properties = (responseTopic: string) => ({ properties: { responseTopic, correlationData: Buffer.from('c-17') } });
        await say(`${CAMERA}/cmd/trigger`, '', properties('inbox/me'));
        const answer = await eventually('the answer', () => inbox.received.find(({ topic }) => topic === 'inbox/me'));
        expect(JSON.parse(answer.text)).toEqual({ id: 'c-17', ok: true, data: { event: 1 } });
        expect(String(answer.packet.properties?.correlationData)).toBe('c-17');
        expect(answer.packet.properties?.messageExpiryInterval).toBeLessThanOrEqual(60);
        await say(`${CAMERA}/armed/set`, 'OFF', properties('inbox/set'));
        await eventually('the answer to a set', () => inbox.json('inbox/set').at(-1)?.['ok'] === true);
        await say(`${CAMERA}/cmd/trigger`, '', properties(`${CAMERA}/motion`));
        await eventually('the answer in its place', () => watcher.json(`${CAMERA}/cmd/trigger/result`).length === 1);
        expect(watcher.texts(`${CAMERA}/motion`).every((text) => text === 'ON' || text === 'OFF')).toBe(true);
      });

      it('answers each of many, also on one topic, and stays connected where the answer would be its last', async () => {
        const inbox = await watch('inbox/#');
        const ask = (id: string, responseTopic: string) =>
          say(`${CAMERA}/cmd/trigger`, '', { properties: { responseTopic, correlationData: Buffer.from(id) } });
        const ids = Array.from({ length: 60 }, (_, count) => `c-${count}`);
        await Promise.all([...ids.map((id) => ask(id, 'inbox/me')), ask('deep', 'a/'.repeat(30))]);
        const answered = () => inbox.json('inbox/me').map(({ id }) => String(id));
        await eventually('every answer', () => answered().length === ids.length);
        expect(answered().sort()).toEqual(ids.sort());
        await eventually('the answer in its place', () => watcher.json(`${CAMERA}/cmd/trigger/result`).some(({ id }) => id === 'deep'));
        expect(watcher.texts(`${SERVER}/state`).filter((text) => text === 'online')).toHaveLength(1);
      });
    }
  });
}
