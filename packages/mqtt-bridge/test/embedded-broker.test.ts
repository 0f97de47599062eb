// The embedded broker as its real process.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import mqtt from 'mqtt';
import { EmbeddedBroker } from '../src/index.ts';
import { brokerStarter, cleanAfterEach } from './broker-world.ts';
import { eventually, Watcher } from './watcher.ts';

const USERS = [
  { username: 'ha', password: 'ha-pass', access: 'control' },
  { username: 'wall', password: 'wall-pass', access: 'read' },
] as const;

describe('the embedded broker', () => {
  const cleanups = cleanAfterEach();

  const start = brokerStarter(cleanups, USERS);
  const login = (broker: EmbeddedBroker, username: 'ha' | 'wall') => ({ url: broker.credentials.url, username, password: `${username}-pass` });
  const open = async (broker: EmbeddedBroker, username: 'ha' | 'wall' | 'recorder', filter = '#') => {
    const watcher = await Watcher.open(username === 'recorder' ? broker.credentials : login(broker, username), filter);
    cleanups.push(() => watcher.close());
    return watcher;
  };
  const reasonFor = async (options: mqtt.IClientOptions & { url: string }) => {
    const client = mqtt.connect(options.url, { ...options, reconnectPeriod: 0 });
    const reason = await new Promise((resolve) => {
      client.once('connect', () => resolve('connected'));
      client.once('error', (error) => resolve('code' in error ? error.code : error.message));
      client.once('close', () => resolve('closed'));
    });
    await client.endAsync(true);
    return reason;
  };
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  it('lets nobody in without the right password', async () => {
    const broker = await start();
    const { url } = broker.credentials;
    expect(await reasonFor({ url })).toBe(4);
    expect(await reasonFor({ url, username: 'ha', password: 'wrong' })).toBe(4);
    expect(await reasonFor({ url, username: 'nobody', password: '' })).toBe(4);
    expect(await reasonFor({ url, username: 'ha', password: 'wrong', protocolVersion: 5 })).toBe(134);
    expect(await reasonFor({ ...login(broker, 'ha'), protocolVersion: 5 })).toBe('connected');
  });

  it('does not look at passwords of an address that sent many wrong ones, but lets the recorder in', async () => {
    const broker = await start();
    const guess = () => reasonFor({ url: broker.credentials.url, username: 'ha', password: 'wrong' });
    let wrong = 0;
    while ((await guess()) === 4) wrong += 1;
    expect(wrong).toBeGreaterThanOrEqual(10);
    // The brake lets single passwords pass, and a right one may be among them.
    const whileHeld = async (protocolVersion: 4 | 5): Promise<unknown> => {
      await guess();
      const reason = await reasonFor({ ...login(broker, 'ha'), protocolVersion });
      return reason === 'connected' ? whileHeld(protocolVersion) : reason;
    };
    expect([await whileHeld(4), await whileHeld(5)]).toEqual([3, 136]);
    await open(broker, 'recorder');
    expect(await reasonFor({ url: broker.credentials.url })).toBe(4);
    while ((await reasonFor(login(broker, 'ha'))) !== 'connected');
  });

  it('lets only the recorder publish below the base, and others send commands', async () => {
    const broker = await start();
    const wall = await open(broker, 'wall');
    const ha = await open(broker, 'ha');
    await expect(ha.client.publishAsync('nightjar/camera/porch/motion', 'ON', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    await expect(ha.client.publishAsync('$SYS/x', '1', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    await expect(wall.client.publishAsync('nightjar/camera/porch/armed/set', 'ON', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    await ha.client.publishAsync('nightjar/camera/porch/armed/set', 'ON', { qos: 1 });
    await ha.client.publishAsync('nightjar/camera/porch/cmd/trigger', '', { qos: 1 });
    await ha.client.publishAsync('homeassistant/status', 'online', { qos: 1 });
    const recorder = await open(broker, 'recorder');
    await recorder.client.publishAsync('nightjar/camera/porch/motion', 'OFF', { qos: 1 });
    await wall.sees('nightjar/camera/porch/motion', 'OFF');
    await wall.sees('homeassistant/status', 'online');
    expect(wall.received.map(({ topic }) => topic)).not.toContain('$SYS/x');
  });

  it('shows the recorder’s topics, and only those, to those who did not log in, where that is allowed', async () => {
    const broker = await start({ anonymous: 'read' });
    const guest = await Watcher.open({ url: broker.credentials.url }, 'nightjar/#');
    cleanups.push(() => guest.close());
    const recorder = await open(broker, 'recorder');
    await recorder.client.publishAsync('nightjar/server/rec1/state', 'online', { qos: 1 });
    await guest.sees('nightjar/server/rec1/state', 'online');
    await expect(guest.client.publishAsync('nightjar/camera/a/armed/set', 'ON', { qos: 1 })).rejects.toMatchObject({ code: 135 });
    await expect(guest.client.subscribeAsync('homeassistant/#')).rejects.toThrow();
    expect(() => new EmbeddedBroker({ host: '0.0.0.0', anonymous: 'read' })).toThrow('Reading without a password is only possible on a loopback address');
  });

  it('says in one sentence that the port is taken', async () => {
    const broker = await start();
    const port = Number(new URL(broker.credentials.url).port);
    await expect(new EmbeddedBroker({ port }).start()).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: `Port ${port} on 127.0.0.1 is taken, perhaps by another MQTT broker`,
    });
  });

  it('closes the connection on a packet that is too large', async () => {
    const broker = await start({ maxPacketBytes: 10_000 });
    const ha = await open(broker, 'ha');
    const closed = new Promise((resolve) => ha.client.once('close', () => resolve('closed')));
    ha.client.publish('else/where', Buffer.alloc(50_000));
    expect(await closed).toBe('closed');
  });

  it('closes a connection that does not say CONNECT in time, and those beyond the limit', async () => {
    const broker = await start({ connectTimeoutMs: 100, maxConnections: 2 });
    const { port } = new URL(broker.credentials.url);
    const sockets = [1, 2, 3].map(() =>
      connect(Number(port), '127.0.0.1')
        .on('error', () => {})
        .resume(),
    );
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    await open(broker, 'ha');
  });

  it('lets those log in who can, however many others only hold a connection', async () => {
    const broker = await start({ maxConnections: 3 });
    const { port } = new URL(broker.credentials.url);
    const sockets = [1, 2, 3, 4, 5].map(() => connect(Number(port), '127.0.0.1').on('error', () => {}));
    cleanups.push(async () => sockets.forEach((socket) => socket.destroy()));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    await open(broker, 'recorder');
    await open(broker, 'ha');
  });

  it('does not let a client take the recorder’s place by its client id', async () => {
    const broker = await start();
    const recorder = mqtt.connect(broker.credentials.url, { ...broker.credentials, clientId: 'nightjar-rec1', reconnectPeriod: 0 });
    cleanups.push(() => recorder.endAsync(true));
    await new Promise((resolve) => recorder.once('connect', resolve));
    expect(await reasonFor({ ...login(broker, 'ha'), clientId: 'nightjar-rec1' })).toBe(2);
    expect(recorder.connected).toBe(true);
  });

  it('passes on more than it keeps of what clients want to be kept', async () => {
    const broker = await start();
    const ha = await open(broker, 'ha');
    const large = 'x'.repeat(1_000_000);
    for (let count = 0; count < 20; count += 1) await ha.client.publishAsync(`else/${count}`, large, { qos: 1, retain: true });
    await ha.sees('else/19', large);
    const late = await open(broker, 'wall', 'else/#');
    await late.sees('else/15', large);
    expect(late.received.map(({ topic }) => topic)).not.toContain('else/19');
    await open(broker, 'recorder');
  });

  it('turns away who comes from outside the allowed networks', async () => {
    const broker = await start({ allow: ['192.0.2.0/24'] });
    expect(await reasonFor(login(broker, 'ha'))).toBe('closed');
    expect(() => new EmbeddedBroker({ allow: ['house'] })).toThrow('house is not an address or a network like 192.0.2.0/24');
  });

  it('is started again when it is killed, on the same port', async () => {
    const states: boolean[] = [];
    const broker = await start({ onState: ({ listening }) => states.push(listening) });
    const { url } = broker.credentials;
    const ha = await open(broker, 'ha');
    if (broker.pid !== undefined) process.kill(broker.pid, 'SIGKILL');
    await eventually('the return', () => states.length === 3 && ha.client.connected);
    expect(states).toEqual([true, false, true]);
    expect(broker.credentials.url).toBe(url);
  });

  it('stops within 2 s with clients connected, and its process is gone', async () => {
    const broker = await start();
    await open(broker, 'ha');
    const pid = broker.pid ?? 0;
    const startedMs = performance.now();
    await broker.stop();
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(isAlive(pid)).toBe(false);
  });

  it('is gone when the recorder’s process is gone', async () => {
    const module = new URL('../src/embedded-broker.ts', import.meta.url).href;
    const program = `const { EmbeddedBroker } = await import(${JSON.stringify(module)});
      const broker = new EmbeddedBroker({ port: 0 }); await broker.start(); console.log(broker.pid);`;
    const parent = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await eventually('the end of the broker’s process', () => !isAlive(pid));
  });

  it('keeps passwords out of its process’s arguments and environment', async () => {
    const broker = await start();
    const shown = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${broker.pid}/${file}`, 'utf8')).join();
    expect(shown).toContain('broker-process');
    expect(shown).not.toContain(broker.credentials.password);
    expect(shown).not.toContain('ha-pass');
  });

  it('serves others while one subscriber has stopped reading', async () => {
    const broker = await start();
    const healthy = await open(broker, 'wall');
    const frozen = await open(broker, 'ha');
    frozen.client.stream.pause();
    const recorder = await open(broker, 'recorder', 'nothing');
    const picture = Buffer.alloc(50_000);
    for (let count = 0; count < 400; count++) await recorder.client.publishAsync('nightjar/camera/porch/snapshot', picture, { qos: 1 });
    await eventually('all pictures', () => healthy.received.length === 400);
  });
});
