// The bridge when the broker is away, says no, or is stuck.
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Change, ChangeReading } from '@nightjar/client';
import { FakeRecorder, freePort } from '@nightjar/testkit';
import { EmbeddedBroker, MqttBridge, type MqttBridgeOptions, type MqttHealth } from '../src/index.ts';
import { eventually, Watcher } from './watcher.ts';

const QUICK = { reconnectMinMs: 50, reconnectMaxMs: 200 };
const SECRET = 'hunter2-very-secret';
const STATE = 'nightjar/server/rec1/state';

describe('the bridge', () => {
  let cleanups: (() => Promise<void>)[];
  let lines: string[];
  beforeEach(() => {
    cleanups = [];
    lines = [];
  });
  afterEach(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  const write = (message: string, fields: unknown) => lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger = { debug: write, info: write, warn: write, error: write };
  const bridge = async (options: MqttBridgeOptions, recorder = new FakeRecorder({ cameras: ['porch'] })) => {
    const made = new MqttBridge({ logger, ...QUICK, ...options });
    cleanups.push(() => made.stop());
    await made.start(recorder);
    return made;
  };
  const broker = async (port: number) => {
    const made = new EmbeddedBroker({ port, users: [{ username: 'reader', password: 'r', access: 'read' }] });
    cleanups.push(() => made.stop());
    await made.start();
    return made;
  };
  const stoppedWithin = async (made: MqttBridge) => {
    const startedMs = performance.now();
    await made.stop();
    return performance.now() - startedMs;
  };
  /** A listener that hands each socket to `handle`. */
  const listener = async (handle: (socket: Socket) => void) => {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      handle(socket);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return port;
  };

  it('starts without a broker and connects when there is one', async () => {
    const port = await freePort();
    const recorder = new FakeRecorder({ cameras: ['porch'] });
    const made = await bridge({ broker: `mqtt://127.0.0.1:${port}`, username: 'reader', password: 'r' }, recorder);
    await eventually('the reason', () => made.health.problem === 'Nothing listens there');
    expect(await stoppedWithin(made)).toBeLessThan(500);
    const { credentials } = await broker(port);
    const again = await bridge({ broker: credentials.url, username: credentials.username, password: credentials.password }, recorder);
    await eventually('the connection', () => again.health.connected);
    expect(again.health.problem).toBeUndefined();
  });

  it('keeps trying with a wrong password and says so without saying the password', async () => {
    const port = await freePort();
    await broker(port);
    const healths: MqttHealth[] = [];
    const made = await bridge({ broker: `mqtt://127.0.0.1:${port}`, username: 'recorder', password: () => SECRET, onHealth: (health) => healths.push(health) });
    await eventually('three refusals', () => healths.length >= 3);
    expect(made.health).toMatchObject({ connected: false, problem: 'The broker refused the user name or password' });
    const output = lines.join('\n') + JSON.stringify(healths);
    expect(output).toContain('refused the user name or password');
    expect(output).not.toContain(SECRET);
    expect(lines.filter((line) => line.includes('refused'))).toHaveLength(1);
  });

  it('says that its user may not publish', async () => {
    const { credentials } = await broker(await freePort());
    const made = await bridge({ broker: credentials.url, username: 'reader', password: 'r' });
    await eventually('the refusal', () => /^The broker does not let this user publish on nightjar\/\S+( and other topics)?$/.test(made.health.problem ?? ''));
    expect(made.health.connected).toBe(true);
    expect(lines.join('\n')).toContain('nightjar/server/rec1/info');
  });

  it('takes a password out of the address and never shows it', async () => {
    const port = await freePort();
    const made = await bridge({ broker: `mqtt://recorder:${SECRET}@127.0.0.1:${port}` });
    await eventually('the reason', () => made.health.problem);
    expect(lines.join('\n')).toContain(`mqtt://127.0.0.1:${port}`);
    expect(lines.join('\n')).not.toContain(SECRET);
    expect(() => new MqttBridge({ broker: `mqtt//user:${SECRET}@host` })).toThrow(
      /^The broker address must look like mqtt:\/\/host:1883 \(or mqtts, ws, wss\)$/,
    );
  });

  it('falls back to 3.1.1 where the broker refuses 5', async () => {
    const { credentials } = await broker(await freePort());
    const target = new URL(credentials.url);
    const versions: number[] = [];
    const port = await listener((socket) => {
      socket.once('data', (connectPacket) => {
        const version = connectPacket[connectPacket.indexOf('MQTT') + 4] ?? 0;
        versions.push(version);
        if (version === 5) {
          socket.end(Uint8Array.of(0x20, 0x02, 0x00, 0x01));
          return;
        }
        const upstream = connect(Number(target.port), target.hostname);
        upstream.write(connectPacket);
        upstream.pipe(socket).pipe(upstream);
        upstream.on('error', () => socket.destroy());
        socket.on('close', () => upstream.destroy());
      });
    });
    const made = await bridge({ broker: `mqtt://127.0.0.1:${port}`, username: credentials.username, password: credentials.password });
    await eventually('the connection', () => made.health.connected);
    expect(versions).toEqual([5, 4]);
  });

  it('reads every state again where the recorder has forgotten what it missed', async () => {
    class FeedThatBreaks extends FakeRecorder {
      readonly readings: (number | undefined)[] = [];
      break = (): void => undefined;
      override changes({ signal, ...options }: ChangeReading = {}): AsyncIterable<Change> {
        const broken = new AbortController();
        this.break = () => broken.abort();
        this.readings.push(options.since);
        return super.changes({ ...options, signal: AbortSignal.any([broken.signal, ...(signal === undefined ? [] : [signal])]) });
      }
    }
    const recorder = new FeedThatBreaks({ cameras: ['porch'], feedSize: 2 });
    const { credentials } = await broker(await freePort());
    await bridge({ broker: credentials.url, username: credentials.username, password: credentials.password }, recorder);
    const watcher = await Watcher.open({ ...credentials });
    cleanups.push(() => watcher.close());
    await watcher.sees(STATE, 'online');
    recorder.setMotion('porch', true);
    await watcher.sees('nightjar/camera/porch/motion', 'ON');
    recorder.break();
    for (const motion of [false, true, false]) recorder.setMotion('porch', motion);
    await watcher.sees('nightjar/camera/porch/motion', 'OFF');
    expect(recorder.readings).toEqual([undefined, 1, undefined]);
    recorder.setMotion('porch', true);
    await watcher.sees('nightjar/camera/porch/motion', 'ON');
  });

  it('takes no hole in the numbers for a loss: it may hear of some things only', async () => {
    class LimitedRecorder extends FakeRecorder {
      override async *changes(options: ChangeReading = {}): AsyncGenerator<Change, void, void> {
        for await (const change of super.changes(options)) if (change.type !== 'trigger.received') yield change;
      }
    }
    const recorder = new LimitedRecorder({ cameras: ['porch'] });
    const { credentials } = await broker(await freePort());
    await bridge({ broker: credentials.url, username: credentials.username, password: credentials.password }, recorder);
    const watcher = await Watcher.open({ ...credentials });
    cleanups.push(() => watcher.close());
    await watcher.sees(STATE, 'online');
    const announcements = () => watcher.received.filter(({ topic, packet }) => topic === STATE && !packet.retain).length;
    const before = announcements();
    for (const motion of [true, false]) {
      recorder.publish({ type: 'trigger.received', data: { cameraId: 'porch', action: 'on', source: 'door' } });
      recorder.setMotion('porch', motion);
      await watcher.sees('nightjar/camera/porch/motion', motion ? 'ON' : 'OFF');
    }
    expect(announcements()).toBe(before);
  });

  it('says what happened between its first look and the first change it is told of', async () => {
    class LateFeed extends FakeRecorder {
      open = (): void => undefined;
      readonly #opened = new Promise<void>((resolve) => {
        this.open = resolve;
      });
      override async *changes(options: ChangeReading = {}): AsyncGenerator<Change, void, void> {
        await this.#opened;
        yield* super.changes(options);
      }
    }
    const recorder = new LateFeed({ cameras: ['porch'] });
    const { credentials } = await broker(await freePort());
    await bridge({ broker: credentials.url, username: credentials.username, password: credentials.password }, recorder);
    const watcher = await Watcher.open({ ...credentials });
    cleanups.push(() => watcher.close());
    await watcher.sees(STATE, 'online');
    recorder.setMotion('porch', true);
    recorder.open();
    await watcher.sees('nightjar/camera/porch/motion', 'ON');
  });

  it('stops at once though the broker never answers', async () => {
    const port = await listener(() => {});
    const made = await bridge({ broker: `mqtt://127.0.0.1:${port}`, connectTimeoutMs: 200 });
    await eventually('the reason', () => made.health.problem === 'The broker accepts connections but does not answer');
    expect(await stoppedWithin(made)).toBeLessThan(500);
  });

  it('keeps its memory bounded and stops within 3 s though the broker has stopped reading', async () => {
    let connections = 0;
    const port = await listener((socket) => {
      connections++;
      socket.once('data', () => {
        socket.pause();
        socket.write(Uint8Array.of(0x20, 0x03, 0x00, 0x00, 0x00));
      });
    });
    const recorder = new FakeRecorder({ cameras: ['porch'], feedSize: 10_000 });
    recorder.eventJpeg = new Uint8Array(100_000);
    const made = await bridge({ broker: `mqtt://127.0.0.1:${port}`, maxQueuedEvents: 50 }, recorder);
    await eventually('the connection', () => made.health.connected);
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 1000; count++) {
      const { id } = recorder.openEvent('porch');
      recorder.closeEvent(id);
      recorder.readyEvent(id);
      if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually('the end of the flood', () => made.health.dropped > 2800);
    expect(made.health.queued).toBeLessThanOrEqual(50);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
    expect(await stoppedWithin(made)).toBeLessThan(3000);
    expect(connections).toBe(1);
  });

  it('leaves a broker that has stopped taking messages and delivers them to it when it is well again', async () => {
    const { credentials } = await broker(await freePort());
    const target = new URL(credentials.url);
    let isFirst = true;
    const port = await listener((socket) => {
      if (isFirst) {
        isFirst = false;
        let hasSubscribed = false;
        socket.on('data', (bytes) => {
          const type = (bytes[0] ?? 0) >> 4;
          if (type === 1) socket.write(Uint8Array.of(0x20, 0x03, 0x00, 0x00, 0x00));
          if (type !== 8 || hasSubscribed) return;
          hasSubscribed = true;
          socket.write(subscribed(bytes));
          socket.pause();
        });
        return;
      }
      const upstream = connect(Number(target.port), target.hostname);
      upstream.on('error', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
      upstream.pipe(socket).pipe(upstream);
    });
    const watcher = await Watcher.open({ url: credentials.url, username: 'reader', password: 'r' });
    cleanups.push(() => watcher.close());
    const recorder = new FakeRecorder({ cameras: ['porch'] });
    const { username, password } = credentials;
    const made = await bridge({ broker: `mqtt://127.0.0.1:${port}`, username, password, stuckTimeoutMs: 300 }, recorder);
    await eventually('the connection', () => made.health.connected);
    const { id } = recorder.openEvent('porch');
    recorder.closeEvent(id);
    await watcher.sees(STATE, 'online');
    await eventually('both messages', () => watcher.json('nightjar/camera/porch/event').length === 2);
    expect(watcher.json('nightjar/camera/porch/event').map((event) => event['event_type'])).toEqual(['start', 'end']);
    expect(lines.join('\n')).toContain('has stopped taking messages');
  });
});

/** The answer of MQTT 5 to a SUBSCRIBE of seven filters: all granted. */
function subscribed(packet: Uint8Array): Uint8Array {
  let at = 1;
  while (((packet[at] ?? 0) & 0x80) !== 0) at++;
  return Uint8Array.of(0x90, 10, packet[at + 1] ?? 0, packet[at + 2] ?? 0, 0, 1, 1, 1, 1, 1, 1, 1);
}
