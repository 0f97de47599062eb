// Accounts, access lists and limits of the embedded broker, as its real process.
import { scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import mqtt, { type IClientOptions } from 'mqtt';
import type { BrokerUser, EmbeddedBroker, ScryptHash } from '../src/index.ts';
import { brokerStarter, cleanAfterEach } from './broker-world.ts';
import { eventually, Watcher } from './watcher.ts';

const SALT = Buffer.alloc(16, 7);
const scrypted = (password: string): ScryptHash => {
  const hash = scryptSync(password, SALT, 32, { N: 2 ** 14, r: 8, p: 1 }).toString('base64');
  return { ln: 14, r: 8, p: 1, salt: SALT.toString('base64'), hash };
};
const LIMITED: BrokerUser = {
  username: 'limited',
  password: 'limited-pass',
  access: 'control',
  acl: { read: ['nightjar/camera/porch/#'], write: ['nightjar/camera/porch/cmd/+'] },
};
const USERS: readonly BrokerUser[] = [
  { username: 'ha', password: 'ha-pass', access: 'control' },
  { username: 'hashed', password: scrypted('hashed-pass'), access: 'control' },
  LIMITED,
];

describe('an account of the embedded broker', () => {
  const cleanups = cleanAfterEach();

  const start = brokerStarter(cleanups, USERS);
  const open = async (broker: EmbeddedBroker, username: string, options: { readonly filter?: string; readonly version?: 4 | 5 } = {}) => {
    const { filter = '#', version = 5 } = options;
    const login = username === 'recorder' ? broker.credentials : { url: broker.credentials.url, username, password: `${username}-pass` };
    const watcher = await Watcher.open({ ...login, version }, filter);
    cleanups.push(() => watcher.close());
    return watcher;
  };
  const connect = async (broker: EmbeddedBroker, options: IClientOptions) => {
    const client = mqtt.connect(broker.credentials.url, { reconnectPeriod: 0, ...options });
    cleanups.push(() => client.endAsync(true));
    const reason = await new Promise((resolve) => {
      client.once('connect', () => resolve('connected'));
      client.once('error', (error) => resolve('code' in error ? error.code : error.message));
      client.once('close', () => resolve('closed'));
    });
    return { client, reason };
  };

  it('may have its password as a scrypt hash, which is not worked out anew for who comes again', async () => {
    const broker = await start();
    expect((await connect(broker, { username: 'hashed', password: 'wrong' })).reason).toBe(4);
    expect((await connect(broker, { username: 'nobody', password: 'hashed-pass' })).reason).toBe(4);
    const login = { username: 'hashed', password: 'hashed-pass' };
    expect((await connect(broker, login)).reason).toBe('connected');
    const startedMs = performance.now();
    for (let count = 0; count < 20; count += 1) expect((await connect(broker, login)).reason).toBe('connected');
    // A hash of this cost takes some 50 ms each.
    expect(performance.now() - startedMs).toBeLessThan(800);
  });

  it('reads and writes what its list names', async () => {
    const broker = await start();
    const recorder = await open(broker, 'recorder', { filter: 'nightjar/#' });
    const limited = await open(broker, 'limited', { filter: 'nightjar/#' });
    await recorder.client.publishAsync('nightjar/camera/yard/motion', 'ON', { qos: 1, retain: true });
    await recorder.client.publishAsync('nightjar/camera/porch/motion', 'ON', { qos: 1, retain: true });
    await limited.sees('nightjar/camera/porch/motion', 'ON');
    const late = await open(broker, 'limited', { filter: '+/camera/#' });
    await late.sees('nightjar/camera/porch/motion', 'ON');
    expect([...limited.received, ...late.received].map(({ topic }) => topic)).not.toContain('nightjar/camera/yard/motion');
    await expect(limited.client.subscribeAsync('nightjar/camera/yard/motion')).rejects.toThrow();
    await expect(limited.client.subscribeAsync('$SYS/#')).rejects.toThrow();
    await limited.client.publishAsync('nightjar/camera/porch/cmd/trigger', 'x', { qos: 1 });
    await recorder.sees('nightjar/camera/porch/cmd/trigger', 'x');
    await expect(limited.client.publishAsync('nightjar/camera/yard/cmd/trigger', '', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    await expect(limited.client.publishAsync('else', '', { qos: 1 })).rejects.toMatchObject({ code: 135 });
  });

  it('cannot say what ends the connections of others, also not as a last will', async () => {
    const broker = await start();
    const reader = await open(broker, 'hashed');
    const { client } = await connect(broker, { username: 'ha', password: 'ha-pass', protocolVersion: 5 });
    for (const topic of ['else/\u0000', 'else/\u0001']) await expect(client.publishAsync(topic, 'x', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    const dying = await connect(broker, {
      username: 'ha',
      password: 'ha-pass',
      protocolVersion: 5,
      will: { topic: 'else/#', payload: Buffer.from('x'), qos: 1 },
    });
    dying.client.stream.destroy();
    await client.publishAsync('else/last', 'x', { qos: 1 });
    await reader.sees('else/last', 'x');
    expect(reader.received.map(({ topic }) => topic)).toEqual(['else/last']);
  });

  it('is answered only where it may write itself', async () => {
    const broker = await start();
    const recorder = await open(broker, 'recorder', { filter: 'nightjar/#' });
    const limited = await open(broker, 'limited', { filter: 'nightjar/camera/porch/#' });
    const ask = (payload: string, responseTopic: string) =>
      limited.client.publishAsync('nightjar/camera/porch/cmd/trigger', payload, { qos: 1, properties: { responseTopic, correlationData: Buffer.from('7') } });
    await ask('1', 'lock/set');
    await ask('2', 'nightjar/camera/porch/cmd/x');
    await eventually('all of them', () => recorder.received.length >= 2);
    expect(recorder.received.map(({ text, packet }) => [text, packet.properties?.responseTopic])).toEqual([
      ['1', undefined],
      ['2', undefined],
    ]);
    expect(recorder.received.map(({ packet }) => packet.properties?.correlationData?.toString())).toEqual(['7', '7']);
  });

  it('with a session stays connected, whatever is said on topics with empty levels', async () => {
    const broker = await start();
    const login = { username: 'ha', password: 'ha-pass', protocolVersion: 5, properties: { sessionExpiryInterval: 60 } } as const;
    const { client } = await connect(broker, { ...login, clientId: 'listener' });
    const received: string[] = [];
    client.on('message', (topic) => received.push(topic));
    await client.subscribeAsync('else/+/set', { qos: 1 });
    const other = await open(broker, 'hashed');
    await other.client.publishAsync('else//set', 'x', { qos: 1 });
    await other.client.publishAsync('else/a/set', 'x', { qos: 1 });
    await eventually('the last', () => received.includes('else/a/set'));
    expect(received).toEqual(['else//set', 'else/a/set']);
    expect(client.connected).toBe(true);
  });

  it('over 3.1.1 is refused a subscription and disconnected for a message it may not send', async () => {
    const broker = await start();
    const { client } = await connect(broker, { username: 'limited', password: 'limited-pass', protocolVersion: 4 });
    await expect(client.subscribeAsync('nightjar/camera/yard/#')).rejects.toThrow('Subscribe error');
    const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
    client.publish('nightjar/camera/yard/cmd/trigger', '', { qos: 1 });
    expect(await closed).toBe('closed');
  });

  it('comes, goes and changes without anybody else being disconnected', async () => {
    const broker = await start();
    const [ha, limited] = [await open(broker, 'ha'), await open(broker, 'limited')];
    let losses = 0;
    ha.client.on('close', () => (losses += 1));
    const gone = new Promise((resolve) => limited.client.once('close', () => resolve('closed')));
    broker.setUsers([USERS[0] as BrokerUser, { username: 'new', password: 'new-pass', access: 'read' }]);
    expect(await gone).toBe('closed');
    await open(broker, 'new');
    expect((await connect(broker, { username: 'limited', password: 'limited-pass' })).reason).toBe(4);
    expect(losses).toBe(0);
    expect(() => broker.setUsers([{ ...LIMITED, acl: { read: ['a/#/b'] } }])).toThrow('"a/#/b" is no topic filter: # stands alone at the end');
  });

  it('does not keep the recorder out, however many there are', async () => {
    const broker = await start({ maxConnections: 3 });
    const login = { username: 'ha', password: 'ha-pass' };
    for (let count = 0; count < 3; count += 1) expect((await connect(broker, login)).reason).toBe('connected');
    expect((await connect(broker, login)).reason).toBe(3);
    await open(broker, 'recorder');
    expect((await connect(broker, login)).reason).toBe(3);
  });

  it('subscribes to no more than it may', async () => {
    const broker = await start({ maxSubscriptions: 3 });
    const ha = await open(broker, 'ha', { filter: 'a' });
    await ha.client.subscribeAsync(['b', 'c']);
    await expect(ha.client.subscribeAsync('d')).rejects.toThrow();
    await ha.client.unsubscribeAsync('b');
    await ha.client.subscribeAsync('d');
  });

  it('that sends more than it may is read later, and loses nothing', async () => {
    const broker = await start({ maxPublishesPerSecond: 50 });
    const [ha, other] = [await open(broker, 'ha', { filter: 'none' }), await open(broker, 'hashed', { filter: 'flood/#' })];
    const startedMs = performance.now();
    for (let count = 0; count < 150; count += 1) ha.client.publish(`flood/${count}`, 'x');
    await eventually('all of it', () => other.received.length === 150);
    expect(performance.now() - startedMs).toBeGreaterThan(1500);
    await open(broker, 'limited');
  });

  it('has no more queued for it while it is away than it may, and gets that when it comes back', async () => {
    const broker = await start({ maxQueuedMessages: 10 });
    const login = {
      username: 'ha',
      password: 'ha-pass',
      clientId: 'away',
      protocolVersion: 5,
      clean: false,
      properties: { sessionExpiryInterval: 60 },
    } as const;
    const { client } = await connect(broker, login);
    await client.subscribeAsync('else/#', { qos: 1 });
    await client.endAsync();
    const other = await open(broker, 'hashed');
    for (let count = 0; count < 30; count += 1) await other.client.publishAsync(`else/${count}`, 'x', { qos: 1 });
    const back = mqtt.connect(broker.credentials.url, login);
    cleanups.push(() => back.endAsync(true));
    const received: string[] = [];
    back.on('message', (topic) => received.push(topic));
    await eventually('what waited', () => received.length >= 10);
    await other.client.publishAsync('else/last', 'x', { qos: 1 });
    await eventually('the last', () => received.includes('else/last'));
    expect(received).toEqual([...Array.from({ length: 10 }, (_, count) => `else/${count}`), 'else/last']);
  });

  it('cannot make the process grow without end', async () => {
    const broker = await start({ maxConnections: 30 });
    const recorder = await open(broker, 'recorder', { filter: 'none' });
    const residentMiB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${broker.pid}/status`, 'utf8'))?.[1]) / 1024;
    // Sessions that collect, and subscribers that read nothing.
    for (let count = 0; count < 8; count += 1) {
      const login = { username: 'ha', password: 'ha-pass', clientId: `away-${count}`, protocolVersion: 5, clean: false } as const;
      const { client } = await connect(broker, { ...login, properties: { sessionExpiryInterval: 60 } });
      await client.subscribeAsync('nightjar/#', { qos: 1 });
      if (count % 2 === 0) await client.endAsync();
      else client.stream.pause();
    }
    const before = residentMiB();
    const picture = Buffer.alloc(100_000);
    let highest = 0;
    for (let count = 0; count < 3000; count += 1) {
      // Each has bytes of its own, as pictures have.
      picture.writeUInt32LE(count);
      await recorder.client.publishAsync('nightjar/camera/porch/snapshot', picture, { qos: count % 2 === 0 ? 1 : 0 });
      if (count % 50 === 0) highest = Math.max(highest, residentMiB());
    }
    expect(highest - before).toBeLessThan(400);
    expect((await connect(broker, { username: 'limited', password: 'limited-pass' })).reason).toBe('connected');
  });
});
