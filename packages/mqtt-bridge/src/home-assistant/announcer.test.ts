// The announcer with a broker in memory: what it says, what it takes back, and what it leaves to others.
import type { Camera, ServerInfo } from '@nightjar/client';
import { FakeRecorder, fakeCamera } from '@nightjar/testkit';
import { discoveryProblems, schemaProblems } from '../../test/discovery-rules.ts';
import type { Message } from '../outbox.ts';
import { type AnnouncerOptions, HomeAssistantAnnouncer } from './announcer.ts';
import type { DiscoveryPayload } from './discovery-message.ts';

const FRONT = 'homeassistant/device/nightjar_front/config';
const YARD = 'homeassistant/device/nightjar_yard/config';
const REC1 = 'homeassistant/device/nightjar_server_rec1/config';
const server = await new FakeRecorder().server();
const [front, yard] = [fakeCamera('front'), fakeCamera('yard')];

/** What stands on a broker after recorders that run no more announced this. */
function left(...announced: readonly (readonly [ServerInfo, readonly Camera[], Partial<AnnouncerOptions>?])[]): FakeBroker {
  const broker = new FakeBroker();
  for (const [of, cameras, options] of announced) {
    const { announcer } = setUp({ ...options, broker });
    announcer.announce(of, cameras);
    broker.disconnect(announcer);
  }
  return broker;
}

/** Keeps what is retained, and tells every announcer on it of everything, the one that speaks included. */
class FakeBroker {
  readonly retained = new Map<string, string>();
  readonly #listeners = new Set<HomeAssistantAnnouncer>();

  publish({ topic, payload, retain }: Pick<Message, 'topic' | 'payload' | 'retain'>): void {
    const text = String(payload);
    if (retain && text === '') this.retained.delete(topic);
    else if (retain) this.retained.set(topic, text);
    for (const listener of this.#listeners) listener.seen(topic, text, false);
  }

  connect(announcer: HomeAssistantAnnouncer): void {
    announcer.reconnected();
    this.#listeners.add(announcer);
    for (const [topic, text] of [...this.retained]) announcer.seen(topic, text, true);
  }

  disconnect(announcer: HomeAssistantAnnouncer): void {
    this.#listeners.delete(announcer);
  }

  get topics(): readonly string[] {
    return [...this.retained.keys()].sort();
  }
}

const setUp = ({
  broker = new FakeBroker(),
  isConnected = true,
  ...options
}: Partial<AnnouncerOptions> & { broker?: FakeBroker; isConnected?: boolean } = {}) => {
  const said: Message[] = [];
  const time = { ms: 0 };
  const timers: { ms: number; call: () => void }[] = [];
  const announcer = new HomeAssistantAnnouncer({
    base: 'nightjar',
    prefix: 'homeassistant',
    enabled: true,
    random: () => 0.5,
    now: () => time.ms,
    after: (ms, call) => {
      const timer = { ms, call };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
    publish: (message) => {
      said.push(message);
      broker.publish(message);
    },
    ...options,
  });
  if (isConnected) broker.connect(announcer);
  /** Topics published on since the last time; those that were emptied with a `-`. */
  const news = (): readonly string[] => said.splice(0).map(({ topic, payload, retain }) => `${payload === '' ? '-' : retain ? '' : '~'}${topic}`);
  return { announcer, broker, said, news, time, timers };
};
const on = (id: string): ServerInfo => ({ ...server, id });
const renamed = (camera: Camera, name: string): Camera => ({ ...camera, name });
const payloadOf = (message: Pick<Message, 'payload'> | undefined): DiscoveryPayload => JSON.parse(String(message?.payload)) as DiscoveryPayload;

describe('HomeAssistantAnnouncer', () => {
  it('announces the recorder before its cameras, retained', () => {
    const { announcer, said, broker } = setUp();
    announcer.announce(server, [front, yard]);
    expect(said.map(({ topic, retain, qos }) => [topic, retain, qos])).toEqual([REC1, FRONT, YARD].map((topic) => [topic, true, 1]));
    expect(
      discoveryProblems(
        said.map(({ topic, payload }) => ({ topic, payload: JSON.parse(String(payload)) })),
        'nightjar',
      ),
    ).toEqual([]);
    expect(broker.topics).toEqual([FRONT, REC1, YARD]);
  });

  it('says nothing twice, and everything again on a new connection', () => {
    const { announcer, broker, news } = setUp();
    announcer.announce(server, [front]);
    news();
    announcer.announce(server, [front]);
    announcer.announceCamera(front);
    announcer.announceCamera({ ...front, state: { ...front.state, fps: 3, motion: true } });
    expect(news()).toEqual([]);
    broker.connect(announcer);
    announcer.announceCamera(front);
    expect(news()).toEqual([]);
    announcer.announce(server, [front]);
    expect(news()).toEqual([REC1, FRONT]);
  });

  it('says a new name on the topic of before, and leaves no other', () => {
    const { announcer, broker, news } = setUp();
    announcer.announce(server, [front]);
    news();
    announcer.announceCamera(renamed(front, 'Door'));
    expect(news()).toEqual([FRONT]);
    expect(payloadOf({ payload: broker.retained.get(FRONT) ?? '' }).device['name']).toBe('Door');
    expect(broker.topics).toEqual([FRONT, REC1]);
  });

  it('empties the message of a camera that is gone', () => {
    const { announcer, broker, news } = setUp();
    announcer.announce(server, [front, yard]);
    news();
    announcer.remove('yard');
    announcer.remove('yard');
    announcer.remove('never-there');
    expect(news()).toEqual([`-${YARD}`]);
    announcer.announce(server, []);
    expect(news()).toEqual([`-${FRONT}`]);
    expect(broker.topics).toEqual([REC1]);
  });

  it('empties the message of a camera that went while the recorder was away from the broker, or did not run', () => {
    for (const isSame of [true, false]) {
      const { announcer, broker, news } = setUp();
      announcer.announce(server, [front, yard]);
      broker.disconnect(announcer);
      announcer.remove('yard');
      broker.retained.set(YARD, broker.retained.get(FRONT)?.replaceAll('front', 'yard') ?? '');
      news();
      const next = isSame ? { announcer, news } : setUp({ broker, isConnected: false });
      broker.connect(next.announcer);
      next.announcer.announce(server, [front]);
      expect(next.news()).toEqual([REC1, FRONT, `-${YARD}`]);
      expect(broker.topics).toEqual([FRONT, REC1]);
    }
  });

  it('empties it as well where the broker tells of it only after the announcement', () => {
    const stood = left([server, [front, yard]]).retained.get(YARD) ?? '';
    const { announcer, news } = setUp();
    announcer.announce(server, [front]);
    news();
    announcer.seen(YARD, stood, true);
    announcer.seen(YARD, stood, false);
    expect(news()).toEqual([`-${YARD}`]);
  });

  it('takes a component back that is there no more, before it says the rest', () => {
    const broker = left([server, [front], { preview: true, restart: true }]);
    const { announcer, said, news } = setUp({ broker });
    announcer.announce(server, [front]);
    const [removal, last] = said.filter(({ topic }) => topic === FRONT);
    expect(payloadOf(removal).components['still']).toEqual({ platform: 'camera' });
    expect(removal).toMatchObject({ retain: false, keep: 'event' });
    expect(schemaProblems(payloadOf(removal))).toEqual([]);
    expect(payloadOf(last).components).not.toHaveProperty('still');
    expect(news()).toEqual([`~${REC1}`, REC1, `~${FRONT}`, FRONT]);
    broker.connect(announcer);
    announcer.announce(server, [front]);
    expect(news()).toEqual([REC1, FRONT]);
  });

  it('takes it back as well where the broker tells of it only after the announcement', () => {
    const before = setUp({ preview: true });
    before.announcer.announce(server, [front]);
    const stood = before.broker.retained.get(FRONT) ?? '';
    const { announcer, news } = setUp();
    announcer.announce(server, [front]);
    news();
    announcer.seen(FRONT, stood, true);
    expect(news()).toEqual([`~${FRONT}`, FRONT]);
  });

  it('takes back the presets of a camera that has none any more', () => {
    const presets = new Map([['front', ['Home']]]);
    const { announcer, said, news } = setUp({ presets: ({ id }) => presets.get(id) ?? [] });
    announcer.announce(server, [front]);
    news();
    presets.clear();
    announcer.announceCamera(front);
    expect(payloadOf(said[0]).components['ptz_preset']).toEqual({ platform: 'select' });
    expect(news()).toEqual([`~${FRONT}`, FRONT]);
  });
});

describe('the birth of Home Assistant', () => {
  it('is answered with everything, once, after up to five seconds', () => {
    const { announcer, news, timers } = setUp();
    announcer.announce(server, [front]);
    news();
    for (const text of ['online', 'offline', 'online']) expect(announcer.seen('homeassistant/status', text, false)).toBe(true);
    expect(timers.map(({ ms }) => ms)).toEqual([2500]);
    expect(news()).toEqual([]);
    timers.splice(0)[0]?.call();
    expect(news()).toEqual([REC1, FRONT]);
    announcer.seen('homeassistant/status', new TextEncoder().encode('online'), false);
    expect(timers).toHaveLength(1);
  });

  it('is not answered where the broker kept it, where discovery is off, nor after a new connection or the end', () => {
    const { announcer, broker, timers } = setUp();
    announcer.announce(server, [front]);
    announcer.seen('homeassistant/status', 'online', true);
    announcer.seen('homeassistant/status', 'offline', false);
    expect(timers).toEqual([]);
    for (const end of [() => broker.connect(announcer), () => announcer.stop()]) {
      announcer.seen('homeassistant/status', 'online', false);
      end();
      expect(timers).toEqual([]);
    }
    const off = setUp({ enabled: false });
    off.announcer.announce(server, [front]);
    off.announcer.seen('homeassistant/status', 'online', false);
    off.timers[0]?.call();
    expect(off.news()).toEqual([]);
  });

  it('is heard below the prefix that is set', () => {
    const { announcer, timers } = setUp({ prefix: 'ha/x' });
    expect(announcer.filters).toEqual(['ha/x/status', 'ha/x/device/+/config']);
    expect(announcer.seen('homeassistant/status', 'online', false)).toBe(false);
    announcer.seen('ha/x/status', 'online', false);
    expect(timers).toHaveLength(1);
  });
});

describe('a camera that moves from one recorder to another', () => {
  const both = () => {
    const a = setUp();
    const b = setUp({ broker: a.broker });
    a.announcer.announce(on('rec1'), [front, yard]);
    b.announcer.announce(on('rec2'), []);
    return { a, b, broker: a.broker, via: () => payloadOf({ payload: a.broker.retained.get(FRONT) ?? '' }).device['via_device'] };
  };

  it('stays announced by the new one when the old one removes it', () => {
    const { a, b, via } = both();
    b.announcer.announceCamera(front);
    a.announcer.remove('front');
    expect(a.news()).not.toContain(`-${FRONT}`);
    expect(via()).toBe('nightjar_server_rec2');
  });

  it('stays announced by the new one when the old one was away meanwhile', () => {
    const { a, b, broker, via } = both();
    broker.disconnect(a.announcer);
    b.announcer.announceCamera(front);
    a.news();
    broker.connect(a.announcer);
    a.announcer.announce(on('rec1'), [yard]);
    expect(a.news()).not.toContain(`-${FRONT}`);
    expect(via()).toBe('nightjar_server_rec2');
  });

  it('is announced by the new one again when both act at once', () => {
    const { b, broker, via } = both();
    b.announcer.announceCamera(front);
    b.time.ms = 900;
    broker.publish({ topic: FRONT, payload: '', retain: true });
    expect(via()).toBe('nightjar_server_rec2');
  });

  it('leaves nothing when the old one removes it first', () => {
    const { a, b, broker, via } = both();
    a.announcer.remove('front');
    expect(broker.topics).not.toContain(FRONT);
    b.announcer.announceCamera(front);
    expect(via()).toBe('nightjar_server_rec2');
  });

  it('and back is announced by the old one again, which then may remove it', () => {
    const { a, b, broker, via } = both();
    b.announcer.announceCamera(front);
    a.announcer.remove('front');
    a.announcer.announceCamera(front);
    b.announcer.remove('front');
    expect(via()).toBe('nightjar_server_rec1');
    a.announcer.remove('front');
    expect(broker.topics).not.toContain(FRONT);
  });

  it('is left to the new one when Home Assistant is born before the old one removes it', () => {
    const { a, b, via } = both();
    b.announcer.announceCamera(front);
    b.time.ms = 3_600_000;
    for (const { announcer, timers, news } of [b, a]) {
      announcer.seen('homeassistant/status', 'online', false);
      news();
      timers[0]?.call();
    }
    expect(a.news()).toEqual([REC1, YARD]);
    a.announcer.remove('front');
    expect(a.news()).toEqual([]);
    expect(via()).toBe('nightjar_server_rec2');
  });

  it('is announced by the new one again when the old one comes back with it and removes it much later', () => {
    const { a, b, broker, via } = both();
    b.announcer.announceCamera(front);
    broker.connect(a.announcer);
    a.announcer.announce(on('rec1'), [front]);
    expect(via()).toBe('nightjar_server_rec1');
    b.time.ms = 3_600_000;
    a.announcer.remove('front');
    expect(via()).toBe('nightjar_server_rec2');
  });

  it('is nothing to the old one that removes it while it is away from the broker', () => {
    const { a, b, via } = both();
    a.announcer.reconnected();
    b.announcer.announceCamera(front);
    a.news();
    a.announcer.remove('front');
    expect(a.news()).toEqual([]);
    a.announcer.announce(on('rec1'), [yard]);
    expect(via()).toBe('nightjar_server_rec2');
  });

  it('may be removed by the old one when the broker tells late that the new one had it before', () => {
    const stood = left([on('rec2'), [front]]).retained.get(FRONT) ?? '';
    const { announcer, broker } = setUp();
    announcer.announce(on('rec1'), [front]);
    announcer.seen(FRONT, stood, true);
    announcer.remove('front');
    expect(broker.topics).not.toContain(FRONT);
  });

  it('may be removed by the old one when that heard of the new one before it heard itself', () => {
    const stood = left([on('rec2'), [front]]).retained.get(FRONT) ?? '';
    const { announcer, said, news } = setUp({ isConnected: false });
    announcer.announce(on('rec1'), [front]);
    announcer.seen(FRONT, stood, true);
    announcer.seen(FRONT, said[1]?.payload ?? '', false);
    news();
    announcer.remove('front');
    expect(news()).toEqual([`-${FRONT}`]);
  });

  it('is emptied by the old one where that spoke last, and said again by the new one', () => {
    const { a, b, broker } = both();
    b.announcer.announceCamera(front);
    broker.connect(a.announcer);
    a.announcer.announce(on('rec1'), [front]);
    a.announcer.remove('front');
    expect(a.news()).toContain(`-${FRONT}`);
    expect(broker.topics).toContain(FRONT);
  });
});

describe('messages that stand on the broker', () => {
  it('of ours are all emptied when discovery is switched off, and no others', () => {
    const broker = left([on('rec1'), [front, yard]], [on('rec2'), [fakeCamera('hall')]]);
    const others = ['homeassistant/device/lamp/config', 'homeassistant/device/nightjar_odd/config', 'homeassistant/device/text/config'];
    broker.retained.set(others[0] ?? '', JSON.stringify({ device: { identifiers: ['lamp'] }, origin: { name: 'zigbee' }, components: {} }));
    broker.retained.set(
      others[1] ?? '',
      JSON.stringify({ device: {}, origin: { name: 'nightjar' }, availability: [{ topic: 'nightjar/server/rec1/state' }], components: {} }),
    );
    broker.retained.set(others[2] ?? '', '"nightjar"');
    const { announcer, news } = setUp({ broker, enabled: false });
    announcer.announce(on('rec1'), [front, yard]);
    announcer.announceCamera(front);
    expect(news()).toEqual([`-${REC1}`, `-${FRONT}`, `-${YARD}`]);
    expect(broker.topics).toEqual([
      'homeassistant/device/lamp/config',
      'homeassistant/device/nightjar_hall/config',
      'homeassistant/device/nightjar_odd/config',
      'homeassistant/device/nightjar_server_rec2/config',
      'homeassistant/device/text/config',
    ]);
  });

  it('below the base of before are emptied when the base changed', () => {
    const broker = left([server, [front], { base: 'home/cams' }]);
    const before = broker.topics;
    setUp({ broker }).announcer.announce(server, [front]);
    expect(broker.topics).toEqual([FRONT, REC1]);
    expect(before).not.toContain(FRONT);
  });

  it('are said again when somebody empties them at once, and left to them later', () => {
    const { announcer, broker, news, time } = setUp();
    announcer.announce(server, [front]);
    news();
    time.ms = 60_000;
    broker.publish({ topic: FRONT, payload: '', retain: true });
    expect(news()).toEqual([]);
    broker.connect(announcer);
    announcer.announce(server, [front]);
    expect(news()).toEqual([REC1, FRONT]);
  });

  it('of two recorders that both have a camera do not set one against the other', () => {
    const a = setUp();
    const b = setUp({ broker: a.broker });
    a.announcer.announce(on('rec1'), [front]);
    b.announcer.announce(on('rec2'), [front]);
    expect(a.said).toHaveLength(2);
    expect(b.said).toHaveLength(2);
  });

  it('are left where they are when they are too long, or not JSON', () => {
    const { announcer, news } = setUp();
    announcer.announce(server, []);
    news();
    for (const text of ['{"nightjar"', '[]', 'null', `{"origin":{"name":"nightjar"},"x":"${'x'.repeat(70_000)}"}`]) announcer.seen(FRONT, text, true);
    expect(news()).toEqual([]);
  });
});
