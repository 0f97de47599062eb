// nightjar-event-in with a real broker, the recorder’s real bridge and its real HTTP API.
import type { MqttClient } from 'mqtt';
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

describe('nightjar-event-in', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  let publisher: MqttClient;
  beforeAll(async () => {
    world = await PaletteWorld.start();
    publisher = await world.publisher();
  });
  afterAll(async () => {
    await publisher.endAsync();
    await world.stop();
  });

  const load = async (properties: object = {}, site: Readonly<Record<string, unknown>> = {}, credentials = {}): Promise<void> => {
    await bench.load([world.siteNode(site), { id: 'events', type: 'nightjar-event-in', ...properties }], world.siteCredentials(credentials));
    await bench.shows('events', 'green dot connected');
  };
  const event = (id: number, changes: object = {}): object => ({ event_type: 'ready', id, seq: id, camera: 'porch', kind: 'motion', score: 0.5, ...changes });
  const say = (message: unknown): Promise<unknown> =>
    publisher.publishAsync(`${world.base}/camera/porch/event`, typeof message === 'string' ? message : JSON.stringify(message), { qos: 1 });
  const ids = (): readonly unknown[] => bench.received('events').map((message) => message['event']);

  it('says that an event is ready, with its picture', async () => {
    await load({ image: 'snapshot' });
    const { id } = world.recorder.openEvent('porch');
    world.recorder.closeEvent(id);
    world.recorder.readyEvent(id);
    const [message] = await bench.receives('events', 1);
    expect(message).toMatchObject({ topic: 'porch/event', camera: 'porch', event: id, payload: { event_type: 'ready', id } });
    expect(message?.['image']).toEqual(Buffer.from(world.recorder.eventJpeg));
    await bench.shows('events', 'green dot connected');
  });

  it('lets through what fits', async () => {
    await load({ types: ['start', 'ready', 'trigger'], kinds: ['motion', 'trigger'], labels: 'Person, car', zones: 'path', minScore: '50', armedOnly: true });
    const good = { labels: ['person'], zones: ['path'], armed: true };
    await say(event(100, good));
    await say(event(101, { ...good, event_type: 'end' }));
    await say(event(102, { ...good, kind: 'continuous' }));
    await say(event(103, { ...good, labels: ['cat'] }));
    await say(event(104, { ...good, zones: ['lawn'] }));
    await say(event(105, { ...good, score: 0.49 }));
    await say(event(106, { ...good, armed: false }));
    await say({ event_type: 'trigger', kind: 'trigger', camera: 'porch', armed: true, seq: 107, ts: 'now' });
    await say(event(108, { ...good, event_type: 'start' }));
    await bench.receives('events', 3);
    expect(ids()).toEqual([100, undefined, 108]);
  });

  it('says each once, though it comes twice, also after the connection was lost', async () => {
    await load();
    await say(event(200));
    await say(event(200));
    await say(event(200, { seq: 2001 }));
    await bench.receives('events', 2);
    const { brokerPid } = world;
    if (brokerPid !== undefined) process.kill(brokerPid, 'SIGKILL');
    await bench.shows('events', 'red ring disconnected');
    await bench.shows('events', 'green dot connected');
    await say(event(200));
    await say(event(201));
    await bench.receives('events', 3);
    expect(ids()).toEqual([200, 200, 201]);
  });

  it('is not harmed by what is no event', async () => {
    await load();
    for (const text of ['', 'null', '[]', '{', '7', '{"event_type":7}', JSON.stringify({ event_type: 'ready', x: 'x'.repeat(300_000) })]) await say(text);
    await say({ event_type: 'ready', id: { a: 1 }, seq: [], labels: null, zones: {}, score: 'high' });
    await say(event(300));
    await bench.receives('events', 2);
    expect(bench.errors()).toEqual([]);
  });

  it('goes on without a picture that there is not, and says why', async () => {
    await load({ image: 'snapshot' });
    await say(event(9999));
    const [message] = await bench.receives('events', 1);
    expect(message?.['image']).toBeUndefined();
    expect(message?.['imageError']).toMatch(/there is no event 9999/);
  });

  it('takes the picture of the broker where the token is wrong, and warns once', async () => {
    await load({ image: 'snapshot' }, {}, { token: 'no-such-token' });
    for (let count = 1; count <= 2; count++) {
      const { id } = world.recorder.openEvent('porch');
      world.recorder.closeEvent(id);
      world.recorder.readyEvent(id);
      expect((await bench.receives('events', count)).at(-1)?.['image']).toEqual(Buffer.from(world.recorder.eventJpeg));
    }
    expect(bench.node('events').warn.args).toEqual([[expect.stringMatching(/pictures come from the broker.*token/)]]);
    await say(event(9998));
    expect((await bench.receives('events', 3)).at(-1)?.['imageError']).toMatch(/token/);
  });

  it('keeps the order and lets none wait for long where the API does not answer', async () => {
    const { createServer } = await import('node:http');
    const slow = createServer(() => undefined);
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const { port } = slow.address() as { readonly port: number };
    await load({ image: 'snapshot' }, { apiUrl: `http://127.0.0.1:${port}` });
    const startMs = performance.now();
    for (let id = 400; id < 440; id++) await say(event(id));
    await bench.receives('events', 40);
    expect(performance.now() - startMs).toBeLessThan(8000);
    expect(ids()).toEqual(Array.from({ length: 40 }, (_, at) => 400 + at));
    expect(bench.received('events').every((message) => typeof message['imageError'] === 'string')).toBe(true);
    for (let id = 440; id < 445; id++) await say(event(id));
    await bench.shows('events', 'blue ring fetching picture');
    const closingMs = performance.now();
    await bench.unload();
    expect(performance.now() - closingMs).toBeLessThan(1000);
    slow.closeAllConnections();
    await new Promise((resolve) => slow.close(resolve));
  });
});
