// The bridge with a mosquitto that goes wrong in every way a broker in a house can: what is said, how often, and that it heals by itself.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeRecorder, freePort } from '@nightjar/testkit';
import { EmbeddedBroker, MqttBridge, type MqttBridgeOptions, type TlsMaterial } from '../src/index.ts';
import { listening, MOSQUITTO } from './test-brokers.ts';
import { type CertificateFiles, TestAuthority } from './test-certificates.ts';
import { eventually, type Login, Watcher } from './watcher.ts';

const QUICK = { reconnectMinMs: 50, reconnectMaxMs: 200, retryRefusedMs: 200 };
const STATE = 'nightjar/server/rec1/state';
const hasTools = existsSync(MOSQUITTO) && spawnSync('openssl', ['version']).status === 0;

(hasTools ? describe : describe.skip)('the bridge with an external broker', () => {
  let folder: string;
  let cleanups: (() => Promise<void>)[];
  let warnings: string[];
  let infos: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-external-'));
    cleanups = [async () => rmSync(folder, { recursive: true, force: true })];
    warnings = [];
    infos = [];
  });
  afterEach(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  const logger = {
    debug: () => undefined,
    info: (message: string) => void infos.push(message),
    warn: (message: string) => void warnings.push(message),
    error: (message: string) => void warnings.push(message),
  };
  const bridge = async (options: MqttBridgeOptions) => {
    const made = new MqttBridge({ logger, ...QUICK, ...options });
    cleanups.push(() => made.stop());
    await made.start(new FakeRecorder({ cameras: ['porch'] }));
    return made;
  };
  /** A mosquitto of these lines. */
  const mosquitto = async (port: number, lines: readonly string[]) => {
    const config = join(folder, `mosquitto-${port}.conf`);
    const user = process.getuid?.() === 0 ? ['user root'] : [];
    writeFileSync(config, [...user, `listener ${port} 127.0.0.1`, ...lines, ''].join('\n'));
    const child: ChildProcess = spawn(MOSQUITTO, ['-c', config], { stdio: 'ignore' });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const stop = async () => {
      child.kill('SIGKILL');
      await gone;
    };
    cleanups.push(stop);
    await listening(port);
    return { stop, reload: () => child.kill('SIGHUP') };
  };
  const passwords = (users: Readonly<Record<string, string>>) => {
    const file = join(folder, 'passwords');
    writeFileSync(file, '');
    for (const [name, password] of Object.entries(users)) spawnSync('mosquitto_passwd', ['-b', file, name, password]);
    return file;
  };
  const tlsLines = (ca: TestAuthority, { cert, key }: CertificateFiles) => [`cafile ${ca.ca}`, `certfile ${cert}`, `keyfile ${key}`];
  const material = (files: { readonly ca?: string; readonly cert?: string; readonly key?: string }): TlsMaterial =>
    Object.fromEntries(Object.entries(files).map(([name, file]) => [name, readFileSync(file)]));
  const watch = async (login: Login, filter = 'nightjar/#') => {
    const watcher = await Watcher.open(login, filter);
    cleanups.push(() => watcher.close());
    return watcher;
  };
  const problem = (made: MqttBridge, text: string) => eventually(text, () => made.health.problem === text);
  const connection = (made: MqttBridge) => eventually('the connection', () => made.health.connected && made.health.problem === undefined);

  it('finds a broker that was dead at the start, and says once that it was', async () => {
    const port = await freePort();
    const made = await bridge({ broker: `mqtt://127.0.0.1:${port}` });
    await problem(made, 'Nothing listens there');
    await mosquitto(port, ['allow_anonymous true']);
    await connection(made);
    expect(warnings).toEqual(['MQTT: Nothing listens there']);
    expect(infos).toEqual(['connected to the MQTT broker']);
  });

  it('is let in once its password is right at the broker', async () => {
    const port = await freePort();
    const file = passwords({ recorder: 'old' });
    const broker = await mosquitto(port, ['allow_anonymous false', `password_file ${file}`]);
    const made = await bridge({ broker: `mqtt://127.0.0.1:${port}`, username: 'recorder', password: 'new' });
    await problem(made, 'The broker refused the user name or password');
    passwords({ recorder: 'new' });
    broker.reload();
    await connection(made);
    expect(warnings).toEqual(['MQTT: The broker refused the user name or password']);
  });

  it('names a topic that the access list forbids, goes on with the others, and sends it once it may', async () => {
    const port = await freePort();
    const acl = join(folder, 'acl');
    const rules = (more: string) => writeFileSync(acl, `user recorder\ntopic write nightjar/server/#\n${more}\nuser reader\ntopic read nightjar/#\n`);
    rules('topic write nightjar/camera/+/availability');
    const file = passwords({ recorder: 'a', reader: 'b' });
    const broker = await mosquitto(port, ['allow_anonymous false', `password_file ${file}`, `acl_file ${acl}`]);
    const url = `mqtt://127.0.0.1:${port}`;
    const reader = await watch({ url, username: 'reader', password: 'b' });
    const told: (string | undefined)[] = [];
    const made = await bridge({ broker: url, username: 'recorder', password: 'a', retryRefusedMs: 50, onHealth: ({ problem }) => told.push(problem) });
    await eventually('the refusal', () => told.some((problem) => problem !== undefined));
    await reader.sees(STATE, 'online');
    // Every topic that is refused, one after the other, is not another problem.
    const problem = 'The broker does not let this user publish on nightjar/camera/porch/info and other topics';
    expect(new Set(told)).toEqual(new Set([undefined, problem]));
    expect(made.health.problem).toBe(problem);
    expect(made.health.connected).toBe(true);
    rules('topic write nightjar/camera/#');
    broker.reload();
    await connection(made);
    await reader.sees('nightjar/camera/porch/motion', 'OFF');
    expect(warnings).toEqual(['MQTT: The broker does not let this user publish']);
  });

  it('lives with an access list over 3.1.1, where a broker says nothing', async () => {
    const port = await freePort();
    const acl = join(folder, 'acl');
    writeFileSync(acl, 'topic readwrite nightjar/server/#\n');
    await mosquitto(port, ['allow_anonymous true', `acl_file ${acl}`]);
    const url = `mqtt://127.0.0.1:${port}`;
    const reader = await watch({ url, version: 4 });
    const made = await bridge({ broker: url, protocolVersion: 4 });
    await reader.sees(STATE, 'online');
    expect(made.health).toMatchObject({ connected: true });
    expect(warnings).toEqual([]);
  });

  it('sends a broker that takes only small packets what fits, names what does not, and sends it once it may', async () => {
    const port = await freePort();
    const broker = await mosquitto(port, ['allow_anonymous true', 'max_packet_size 3000']);
    const url = `mqtt://127.0.0.1:${port}`;
    const reader = await watch({ url });
    const told: (boolean | undefined)[] = [];
    const made = await bridge({ broker: url, homeAssistant: { enabled: true, prefix: 'homeassistant' }, onHealth: ({ connected }) => told.push(connected) });
    await reader.sees(STATE, 'online');
    await reader.sees('nightjar/camera/porch/availability', 'online');
    const what = 'takes packets of 3000 bytes at most, not the larger one';
    await problem(made, `The broker ${what} on homeassistant/device/nightjar_server_rec1/config and other topics`);
    expect(told).not.toContain(false);
    expect(warnings).toEqual([`MQTT: The broker ${what}`]);
    await reader.close();
    await broker.stop();
    await mosquitto(port, ['allow_anonymous true', 'max_packet_size 12000']);
    await connection(made);
    const next = await watch({ url }, '#');
    await eventually('the announcement', () => next.last('homeassistant/device/nightjar_porch/config') !== undefined);
  });

  it('finds out what a broker takes that answers large messages with a code that MQTT does not have', async () => {
    const port = await freePort();
    await mosquitto(port, ['allow_anonymous true', 'message_size_limit 3000']);
    const url = `mqtt://127.0.0.1:${port}`;
    const made = await bridge({ broker: url, homeAssistant: { enabled: true, prefix: 'homeassistant' } });
    await eventually('the limit', () =>
      /^The broker takes packets of \d+ bytes at most, not the larger one on homeassistant\/\S+ and other topics$/.test(made.health.problem ?? ''),
    );
    expect(made.health.connected).toBe(true);
    expect(warnings[0]).toBe('MQTT: The broker takes no packets as large as one of ours');
    expect(warnings).toHaveLength(2);
  });

  it('says what a broker lacks that keeps nothing', async () => {
    const port = await freePort();
    await mosquitto(port, ['allow_anonymous true', 'retain_available false']);
    const made = await bridge({ broker: `mqtt://127.0.0.1:${port}` });
    await problem(made, 'The broker keeps no messages (retain), which the last will and states need');
  });

  it('shows its certificate to a broker that wants one', async () => {
    const ca = new TestAuthority(folder, 'ca');
    const server = ca.issue({ name: 'broker', names: 'DNS:localhost' });
    const client = ca.issue({ name: 'recorder' });
    const port = await freePort();
    await mosquitto(port, ['require_certificate true', 'use_identity_as_username true', ...tlsLines(ca, server)]);
    const made = await bridge({ broker: `mqtts://localhost:${port}`, tls: () => material({ ca: ca.ca, ...client }) });
    await connection(made);
    await made.stop();
    const without = await bridge({ broker: `mqtts://localhost:${port}`, tls: material({ ca: ca.ca }) });
    await problem(without, 'The broker wants a certificate of the recorder');
  });

  it('says that its own certificate has expired, and connects with the renewed file', async () => {
    const ca = new TestAuthority(folder, 'ca');
    const server = ca.issue({ name: 'broker', names: 'DNS:localhost' });
    const client = ca.issue({ name: 'recorder', days: -1 }, 'client');
    const port = await freePort();
    await mosquitto(port, ['require_certificate true', 'use_identity_as_username true', ...tlsLines(ca, server)]);
    const made = await bridge({ broker: `mqtts://localhost:${port}`, tls: () => material({ ca: ca.ca, ...client }) });
    await problem(made, 'The broker says that the recorder’s certificate has expired');
    ca.issue({ name: 'recorder' }, 'client');
    await connection(made);
    expect(warnings.filter((line) => line.includes('expired'))).toHaveLength(1);
  });

  it('does not trust an expired certificate of the broker, and connects to the renewed one', async () => {
    const ca = new TestAuthority(folder, 'ca');
    ca.issue({ name: 'broker', names: 'DNS:localhost', days: -1 }, 'server');
    const files = { cert: join(folder, 'server.pem'), key: join(folder, 'server-key.pem') };
    const port = await freePort();
    const broker = await mosquitto(port, ['allow_anonymous true', ...tlsLines(ca, files)]);
    const made = await bridge({ broker: `mqtts://localhost:${port}`, tls: () => material({ ca: ca.ca }) });
    await problem(made, 'The broker’s certificate has expired');
    await broker.stop();
    ca.issue({ name: 'broker', names: 'DNS:localhost' }, 'server');
    await mosquitto(port, ['allow_anonymous true', ...tlsLines(ca, files)]);
    await connection(made);
    expect(warnings.filter((line) => line.includes('expired'))).toHaveLength(1);
  });

  it('trusts only the authority it was given, read anew at each attempt, and only for the host it asked for', async () => {
    const [ca, other] = [new TestAuthority(folder, 'ca'), new TestAuthority(folder, 'other')];
    const server = ca.issue({ name: 'broker', names: 'DNS:localhost' });
    const port = await freePort();
    await mosquitto(port, ['allow_anonymous true', ...tlsLines(ca, server)]);
    const trusted = join(folder, 'trusted.pem');
    writeFileSync(trusted, readFileSync(other.ca));
    const made = await bridge({ broker: `mqtts://localhost:${port}`, tls: () => material({ ca: trusted }) });
    await eventually('the distrust', () => /self-signed and not trusted|authority that is not trusted/.test(made.health.problem ?? ''));
    writeFileSync(`${trusted}.new`, readFileSync(ca.ca));
    renameSync(`${trusted}.new`, trusted);
    await connection(made);
    const elsewhere = await bridge({ broker: `mqtts://127.0.0.1:${port}`, tls: material({ ca: ca.ca }), clientId: 'elsewhere' });
    await problem(elsewhere, 'The broker’s certificate is for another host name');
  });

  it('says which file cannot be read, and goes on once it can', async () => {
    const ca = new TestAuthority(folder, 'ca');
    const port = await freePort();
    await mosquitto(port, ['allow_anonymous true', ...tlsLines(ca, ca.issue({ name: 'broker', names: 'DNS:localhost' }))]);
    let isThere = false;
    const tls = () => {
      if (!isThere) throw new TypeError('mqtt.tls.ca: ca.pem cannot be read (ENOENT)');
      return material({ ca: ca.ca });
    };
    const made = await bridge({ broker: `mqtts://localhost:${port}`, tls });
    await problem(made, 'mqtt.tls.ca: ca.pem cannot be read (ENOENT)');
    isThere = true;
    await connection(made);
  });

  it('goes on with another broker in the place of the first', async () => {
    const port = await freePort();
    const mine = { username: 'recorder', password: 'a' };
    const broker = await mosquitto(port, ['allow_anonymous false', `password_file ${passwords({ recorder: 'a' })}`]);
    const made = await bridge({ broker: `mqtt://127.0.0.1:${port}`, ...mine });
    await connection(made);
    await broker.stop();
    await eventually('the loss', () => !made.health.connected);
    const next = new EmbeddedBroker({ port, users: [{ ...mine, access: 'recorder' }] });
    cleanups.push(() => next.stop());
    await next.start();
    const watcher = await watch({ url: `mqtt://127.0.0.1:${port}`, ...mine });
    await watcher.sees(STATE, 'online');
    await watcher.sees('nightjar/camera/porch/motion', 'OFF');
  });
});
