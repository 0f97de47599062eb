// nightjar-recordings with recorders behind real HTTP and a real broker.
import { FakeRecorder } from '@nightjar/testkit';
import { httpRecorder } from '../../core/test/http-recorder.ts';
import type { ApiEvent } from '../src/flow/event-query.ts';
import type { SiteNode } from '../src/flow/site-member.ts';
import type { Site } from '../src/site/site.ts';
import { FlowBench, until } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

const ALL = { from: '2026-01-01', limit: 10_000 };

describe('nightjar-recordings', () => {
  const bench = new FlowBench('sequence/17-split');
  let world: PaletteWorld;
  beforeAll(async () => {
    world = await PaletteWorld.start();
    for (let count = 0; count < 6; count++) {
      const { id } = world.recorder.openEvent(count % 2 === 0 ? 'porch' : 'yard');
      world.recorder.closeEvent(id);
      world.recorder.readyEvent(id);
    }
    await world.recorder.updateEvent(1, { protected: true, zones: ['path'], score: { max: 20, avg: 5, total: 60 } });
    await world.recorder.updateEvent(2, { cause: 'trigger', causes: [{ kind: 'trigger', source: 'api' }] });
  });
  afterAll(() => world.stop());

  /** Asks by the address alone, unless told otherwise: who asks all recorders waits a moment for them to be heard of. */
  const load = (properties: object = {}, site: Readonly<Record<string, unknown>> = { apiUrl: world.api }): Promise<void> =>
    bench.load([world.siteNode(site), { id: 'find', type: 'nightjar-recordings', ...ALL, ...properties }], world.siteCredentials());
  const idsOf = ({ payload }: { readonly payload?: unknown }): readonly number[] => (payload as readonly ApiEvent[]).map(({ id }) => id);

  it('gives the events of every camera, newest first, and keeps what else the message has', async () => {
    await load();
    const message = await bench.send('find', { mine: 'kept', payload: 'go' });
    expect(idsOf(message)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(message).toMatchObject({ topic: 'site/recordings', count: 6, mine: 'kept' });
    expect(message).not.toHaveProperty('incomplete');
    expect(message).not.toHaveProperty('camera');
    await bench.shows('find', 'green dot 6 found');
  });

  it('makes the addresses such as can be opened', async () => {
    await load({ limit: 1 });
    const [event] = (await bench.send('find', {})).payload as readonly ApiEvent[];
    expect(event?.urls).toEqual({ snapshot: `${world.api}/api/v1/events/6/snapshot.jpg`, alarm: `${world.api}/api/v1/events/6/alarm.jpg` });
    expect(event?.video?.['url']).toBe(`${world.api}/api/v1/events/6/video.mp4`);
  });

  it.each([
    [{ camera: 'yard' }, [6, 4, 2]],
    [{ camera: 'which', cameraType: 'msg' }, [5, 3, 1]],
    [{ kind: 'trigger' }, [2]],
    [{ kind: 'continuous' }, []],
    [{ zone: 'path' }, [1]],
    [{ minScore: '50', camera: 'porch' }, [5, 3]],
    [{ protectedOnly: true }, [1]],
    [{ limit: '2' }, [6, 5]],
    [{ limit: 'few', limitType: 'msg' }, [6, 5, 4]],
    [{ from: 'yesterday' }, []],
    [{ from: '', to: '' }, [6, 5, 4, 3, 2, 1]],
    [{ from: 'begin', fromType: 'msg', to: 'end', toType: 'msg' }, [6, 5, 4, 3, 2, 1]],
    [{ from: 'asDate', fromType: 'msg', to: '', toType: 'date' }, [6, 5, 4, 3, 2, 1]],
    [{ from: '', to: '2026-01-01T11:00:00Z' }, []],
  ])('takes %j', async (properties, ids) => {
    await load(properties);
    const message = await bench.send('find', {
      which: 'porch',
      few: 3,
      begin: 1_767_200_000,
      end: 1_767_400_000_000,
      asDate: new Date('2026-01-01T12:00:00Z'),
    });
    expect(idsOf(message)).toEqual(ids);
    expect(message['count']).toBe(ids.length);
    // Only limits leave something out.
    expect('more' in message).toBe('limit' in properties);
  });

  it.each([
    [{ from: '-1h', to: '-2h' }, /^from \(.*\) has to lie before to \(.*\)$/],
    [{ from: 'soon' }, /^from is a moment such as/],
    [{ to: 'tomorrow-ish' }, /^to is a moment such as/],
    [{ limit: 0 }, /^limit is a number from 1 to 10000; got 0$/],
    [{ minScore: 101 }, /^minScore is a number from 0 to 100; got 101$/],
    [{ camera: 'Front Door' }, /^"Front Door" is no id of a camera/],
    [{ kind: 'lightning' }, /^kind is one of motion, continuous, trigger, analysis-down or empty for all/],
  ])('tells Catch what is wrong with %j', async (properties, error) => {
    await load(properties);
    expect(await bench.fails('find', {})).toMatch(error);
    await bench.shows('find', 'red dot failed');
    expect(bench.received('find')).toEqual([]);
  });

  it('turns pages until there are as many as wanted', async () => {
    const recorder = new FakeRecorder({ cameras: ['gate'] });
    for (let count = 0; count < 1203; count++) recorder.openEvent('gate');
    const http = await httpRecorder({ recorder });
    try {
      await load({ limit: 1100 }, { apiUrl: http.url });
      const ids = idsOf(await bench.send('find', {}));
      expect([ids.length, ids[0], ids.at(-1), new Set(ids).size]).toEqual([1100, 1203, 104, 1100]);
      await bench.unload();
      await load({ limit: 1203 }, { apiUrl: http.url });
      expect(await bench.send('find', {})).not.toHaveProperty('more');
    } finally {
      await http.close();
    }
  }, 20_000);

  it('takes a property of something that the message has not for empty', async () => {
    await load({ camera: 'which.one', cameraType: 'msg' });
    expect(idsOf(await bench.send('find', {}))).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('says that nobody has or had a camera, and finds nothing of one that is there or was', async () => {
    await load({ camera: 'topic', cameraType: 'msg', from: '-1m' }, {});
    expect(await bench.fails('find', { topic: 'attic' })).toBe('there is no camera "attic"; there are porch, yard');
    await bench.shows('find', 'red dot no such camera');
    world.recorder.removeCamera('yard');
    for (const topic of ['porch', 'yard']) expect(idsOf(await bench.send('find', { topic }))).toEqual([]);
    await bench.shows('find', 'green dot 0 found');
    world.recorder.setCamera('yard');
  });

  it('says that the recorder cannot be reached, and answers again when it can', async () => {
    await load({}, {});
    await bench.send('find', {});
    await world.stopHttp();
    expect(await bench.fails('find', {})).toMatch(/cannot be reached \(nothing listens there\)/);
    await world.stopBridge();
    await world.startHttp();
    await world.startBridge();
    const { board } = (bench.node('site') as unknown as SiteNode).site as Site;
    await until(
      () => board.server('rec1')?.api === world.api && board.server('rec1')?.isOnline === true,
      () => 'the new address',
    );
    expect((await bench.send('find', {}))['count']).toBe(6);
  });

  describe('as one message each', () => {
    it('numbers them, so that a join node puts them together again', async () => {
      const place = { z: 'tab', x: 1, y: 1 };
      const nodes = [
        world.siteNode(),
        { id: 'find', type: 'nightjar-recordings', site: 'site', nodeVersion: 1, ...ALL, outputMode: 'split', ...place, wires: [['join', 'each']] },
        { id: 'join', type: 'join', mode: 'auto', build: 'array', property: 'payload', propertyType: 'msg', accumulate: false, ...place, wires: [['whole']] },
        { id: 'whole', type: 'helper', ...place, wires: [] },
        { id: 'each', type: 'helper', ...place, wires: [] },
      ];
      await bench.load(nodes, world.siteCredentials());
      const [whole, each]: [Record<string, unknown>[], Record<string, unknown>[]] = [[], []];
      bench.node('whole').on('input', (message) => void whole.push(message as never));
      bench.node('each').on('input', (message) => void each.push(message as never));
      bench.node('find').receive({ mine: 'kept' });
      await until(
        () => whole.length > 0,
        () => 'a joined message',
      );
      expect(idsOf(whole[0] ?? {})).toEqual([6, 5, 4, 3, 2, 1]);
      expect(each).toHaveLength(6);
      expect(each[1]).toMatchObject({ event: 5, camera: 'porch', mine: 'kept', topic: 'site/recordings', count: 6 });
      expect(each[1]?.['parts']).toEqual({ id: expect.any(String), index: 1, count: 6, type: 'array', len: 1 });
      expect(new Set(each.map(({ parts }) => (parts as { id: string }).id)).size).toBe(1);
    });

    it('sends nothing where nothing was found', async () => {
      await load({ outputMode: 'split', kind: 'continuous' });
      bench.node('find').receive({});
      await bench.shows('find', 'green dot 0 found');
      expect([bench.received('find'), bench.errors()]).toEqual([[], []]);
    });

    it('keeps the parts of the sequence that the message came from', async () => {
      await load({ outputMode: 'split', limit: 1 });
      const outer = { id: 'outer', index: 0, count: 2, type: 'array', len: 1 };
      expect(await bench.send('find', { parts: outer })).toMatchObject({ parts: { index: 0, count: 1, parts: outer } });
    });
  });

  it('asks all recorders, and says which one did not answer', async () => {
    const recorder = new FakeRecorder({ serverId: 'rec2', cameras: ['barn'], firstEventId: 3 });
    const http = await httpRecorder({ recorder });
    recorder.address = http.url;
    const { id } = recorder.openEvent('barn');
    await recorder.updateEvent(id, { start: '2026-01-01T18:00:00.000Z' });
    const bridge = await world.bridgeOf(recorder);
    try {
      await load({}, {});
      const message = await bench.send('find', {});
      expect((message.payload as readonly ApiEvent[]).map(({ cameraId, id: each }) => `${cameraId} ${each}`)).toEqual([
        'barn 3',
        'yard 6',
        'porch 5',
        'yard 4',
        'porch 3',
        'yard 2',
        'porch 1',
      ]);
      await http.close();
      const rest = await bench.send('find', {});
      expect(rest).toMatchObject({ count: 6, incomplete: [{ recorder: 'Recorder 1', error: expect.stringContaining(`${http.url} cannot be reached`) }] });
      expect(bench.node('find').warn.args.at(-1)?.[0]).toMatch(/^recordings are missing: the recorder at .* cannot be reached/);
      await bench.shows('find', 'yellow dot 6, incomplete');
    } finally {
      await bridge.stop();
      await http.close().catch(() => undefined);
    }
  }, 20_000);
});
