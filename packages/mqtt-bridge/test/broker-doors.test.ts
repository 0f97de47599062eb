// The embedded broker's doors: TLS, and connections the recorder hands over.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import mqtt, { type IClientOptions } from 'mqtt';
import type { EmbeddedBroker } from '../src/index.ts';
import { brokerStarter, cleanAfterEach } from './broker-world.ts';
import { type CertificateFiles, TestAuthority } from './test-certificates.ts';
import { eventually } from './watcher.ts';

const USERS = [{ username: 'ha', password: 'ha-pass', access: 'control' }] as const;
const LOGIN = { username: 'ha', password: 'ha-pass', reconnectPeriod: 0 } as const;

describe('a door of the embedded broker', () => {
  let folder: string;
  const cleanups = cleanAfterEach();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightjar-doors-'));
    cleanups.push(async () => rmSync(folder, { recursive: true, force: true }));
  });

  const start = brokerStarter(cleanups, USERS);
  /** What becomes of a client: `connected`, a code, or a text. */
  const outcome = async (client: mqtt.MqttClient): Promise<unknown> => {
    cleanups.push(() => client.endAsync(true));
    const found = await new Promise((resolve) => {
      client.once('connect', () => resolve('connected'));
      client.once('error', (error) => resolve('code' in error ? error.code : error.message));
      client.stream.once('error', (error: Error) => resolve('code' in error ? error.code : error.message));
      client.once('close', () => resolve('closed'));
    });
    if (found === 'connected') await client.endAsync(true);
    return found;
  };
  const connect = (url: string, options: IClientOptions = {}) => outcome(mqtt.connect(url, { ...LOGIN, ...options }));
  /** The subject of the certificate that is shown. */
  const shown = (port: number): string =>
    spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost'], { input: '', encoding: 'utf8' }).stdout;

  (spawnSync('openssl', ['version']).status === 0 ? describe : describe.skip)('with TLS', () => {
    const reading = ({ cert, key }: CertificateFiles, clientCa?: string) => ({
      host: '127.0.0.1',
      port: 0,
      read: () => ({
        cert: readFileSync(cert, 'utf8'),
        key: readFileSync(key, 'utf8'),
        ...(clientCa === undefined ? {} : { clientCa: readFileSync(clientCa, 'utf8') }),
      }),
    });

    it('takes clients that trust its certificate', async () => {
      const ca = new TestAuthority(folder, 'ca');
      const broker = await start({ tls: reading(ca.issue({ name: 'broker', names: 'DNS:localhost' })) });
      const port = await eventually('the port', () => broker.tlsPort);
      expect(await connect(`mqtts://localhost:${port}`, { ca: readFileSync(ca.ca), protocolVersion: 5 })).toBe('connected');
      expect(await connect(`mqtts://localhost:${port}`, { ca: readFileSync(ca.ca), password: 'wrong' })).toBe(4);
      expect(await connect(`mqtts://localhost:${port}`)).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED/);
      expect(await connect(`mqtt://localhost:${port}`)).toMatch(/closed|ECONNRESET/);
      expect(await connect(broker.credentials.url)).toBe('connected');
    });

    it('wants a certificate of clients where it has their authority', async () => {
      const [ca, clients, others] = ['ca', 'clients', 'others'].map((name) => new TestAuthority(folder, name)) as [TestAuthority, TestAuthority, TestAuthority];
      const broker = await start({ tls: reading(ca.issue({ name: 'broker', names: 'DNS:localhost' }), clients.ca) });
      const url = `mqtts://localhost:${await eventually('the port', () => broker.tlsPort)}`;
      const client = (authority: TestAuthority, days?: number) => {
        const { cert, key } = authority.issue({ name: 'wall', ...(days === undefined ? {} : { days }) });
        return { ca: readFileSync(ca.ca), cert: readFileSync(cert), key: readFileSync(key) };
      };
      expect(await connect(url, client(clients))).toBe('connected');
      expect(await connect(url, { ca: readFileSync(ca.ca) })).not.toBe('connected');
      expect(await connect(url, client(others))).not.toBe('connected');
      expect(await connect(url, client(clients, -1))).not.toBe('connected');
    });

    it('shows a renewed certificate, keeps the old one while the new cannot be used, and says what is wrong', async () => {
      const ca = new TestAuthority(folder, 'ca');
      const files = ca.issue({ name: 'first', names: 'DNS:localhost' }, 'broker');
      const problems: (string | undefined)[] = [];
      let isReadable = true;
      const { read, ...address } = reading(files);
      const readIf = () => {
        if (!isReadable) throw new TypeError('tls/broker.pem cannot be read (ENOENT)');
        return read();
      };
      const broker = await start({ tls: { ...address, read: readIf, onProblem: (problem) => problems.push(problem) } });
      const port = await eventually('the port', () => broker.tlsPort);
      expect(shown(port)).toContain('first');
      isReadable = false;
      broker.reloadCertificate();
      expect(problems.at(-1)).toBe('tls/broker.pem cannot be read (ENOENT)');
      expect(shown(port)).toContain('first');
      isReadable = true;
      ca.issue({ name: 'expired', names: 'DNS:localhost', days: -1 }, 'broker');
      broker.reloadCertificate();
      expect(problems.at(-1)).toMatch(/^The embedded broker’s certificate has expired on \d{4}-\d\d-\d\d$/);
      ca.issue({ name: 'second', names: 'DNS:localhost' }, 'broker');
      broker.reloadCertificate();
      expect(problems.at(-1)).toBeUndefined();
      await eventually('the renewed one', () => shown(port).includes('second'));
      expect(await connect(broker.credentials.url)).toBe('connected');
    });

    it('is no reason for the rest not to run: an address that is taken, and a key of another certificate, are said', async () => {
      const ca = new TestAuthority(folder, 'ca');
      const files = ca.issue({ name: 'broker', names: 'DNS:localhost' });
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const { port } = taken.address() as { port: number };
      let problem: string | undefined;
      const onProblem = (next: string | undefined): void => {
        problem = next;
      };
      const broker = await start({ tls: { ...reading(files), port, onProblem } });
      await eventually('the problem', () => problem === `Port ${port} on 127.0.0.1 is taken, perhaps by another MQTT broker`);
      expect(await connect(broker.credentials.url)).toBe('connected');
      await new Promise((resolve) => taken.close(resolve));
      broker.reloadCertificate();
      await eventually('the end of the problem', () => problem === undefined);
      expect(await connect(`mqtts://localhost:${port}`, { ca: readFileSync(ca.ca) })).toBe('connected');
      const other = ca.issue({ name: 'other', names: 'DNS:localhost' });
      await start({ tls: { ...reading({ cert: files.cert, key: other.key }), onProblem } });
      await eventually('the other problem', () => problem?.endsWith('do not belong together'));
    });
  });

  describe('for connections that are handed over', () => {
    const open = (broker: EmbeddedBroker, address: string, options: IClientOptions = {}) =>
      outcome(new mqtt.MqttClient(() => broker.open(address) as never, { ...LOGIN, ...options }));

    it('takes who can log in, and nobody without a name', async () => {
      const broker = await start({ anonymous: 'read' });
      expect(await open(broker, '192.0.2.7')).toBe('connected');
      expect(await open(broker, '192.0.2.7', { protocolVersion: 5, password: 'wrong' })).toBe(134);
      const nameless = new mqtt.MqttClient(() => broker.open('127.0.0.1') as never, { reconnectPeriod: 0 });
      expect(await outcome(nameless)).toBe(4);
      expect(await connect(broker.credentials.url, { username: '', password: '' })).toBe(4);
    });

    it('counts by the address of the client', async () => {
      const broker = await start({ allow: ['192.0.2.0/24', '127.0.0.1'] });
      expect(await open(broker, '198.51.100.1')).not.toBe('connected');
      for (let count = 0; count < 12; count += 1) await open(broker, '192.0.2.7', { password: 'wrong' });
      expect(await open(broker, '192.0.2.7')).toBe(3);
      expect(await open(broker, '192.0.2.8')).toBe('connected');
    });

    /** Where a process listens on a socket with a name. */
    const socketFolder = (pid: number | undefined): string => {
      const own = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      const named = readFileSync('/proc/net/unix', 'utf8').split('\n');
      const paths = named.map((line) => line.split(/\s+/)).filter(([, , , , , , inode, path]) => path?.startsWith('/') && own.includes(`socket:[${inode}]`));
      expect(paths).toHaveLength(1);
      return dirname(paths[0]?.[7] ?? '');
    };

    it('is a socket nobody else can reach, which is gone with the broker', async () => {
      const broker = await start();
      const mine = socketFolder(broker.pid);
      const mode = spawnSync('stat', ['-c', '%a', mine], { encoding: 'utf8' }).stdout.trim();
      expect(mode).toBe('700');
      await broker.stop();
      expect(existsSync(mine)).toBe(false);
      expect(await open(broker, '192.0.2.7')).not.toBe('connected');
    });
  });
});
