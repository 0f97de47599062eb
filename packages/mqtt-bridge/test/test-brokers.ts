// Brokers to test against: the embedded one, mosquitto, and an aedes that knows no MQTT 5, each as its real process.
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@nightjar/testkit';
import { EmbeddedBroker } from '../src/embedded-broker.ts';
import { eventually, type Login } from './watcher.ts';

/** A broker that can be killed and comes back on the same port. */
export interface TestBroker {
  readonly recorder: Required<Omit<Login, 'version'>>;
  readonly reader: Required<Omit<Login, 'version'>>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const MOSQUITTO = '/usr/sbin/mosquitto';
const READER = { username: 'reader', password: 'reader-pass-word' };
const RECORDER = { username: 'recorder', password: 'recorder-pass-word' };

/** A broker by name; one that is not installed has no `start`. */
export interface TestBrokerKind {
  readonly name: string;
  /** What the bridge is told to speak: `auto` finds out that 5 is refused. */
  readonly protocols: readonly (5 | 4 | 'auto')[];
  readonly start?: () => Promise<TestBroker>;
}

export const TEST_BROKERS: readonly TestBrokerKind[] = [
  { name: 'embedded', protocols: [5, 4], start: startEmbedded },
  existsSync(MOSQUITTO)
    ? { name: 'mosquitto', protocols: [5, 4], start: startMosquitto }
    : { name: `skipped: mosquitto (${MOSQUITTO} is not installed)`, protocols: [] },
  { name: 'aedes 1.2', protocols: ['auto', 4], start: startAedes1 },
];

async function startEmbedded(): Promise<TestBroker> {
  const options = { port: await freePort(), users: [{ ...READER, access: 'read' as const }] };
  const broker = new EmbeddedBroker(options);
  await broker.start();
  const { url } = broker.credentials;
  return {
    recorder: broker.credentials,
    reader: { url, ...READER },
    kill: async () => {
      const { pid } = broker;
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      await eventually('the broker’s end', () => broker.pid !== pid);
    },
    restart: async () => {
      await eventually('the broker’s return', () => broker.pid !== undefined);
      await listening(options.port);
    },
    stop: () => broker.stop(),
  };
}

async function startMosquitto(): Promise<TestBroker> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'nightjar-mosquitto-'));
  const passwords = join(folder, 'passwords');
  writeFileSync(passwords, '');
  for (const { username, password } of [READER, RECORDER]) spawnSync('mosquitto_passwd', ['-b', passwords, username, password]);
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, `${user}listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${passwords}\n`);
  const broker = await asProcess(port, () => spawn(MOSQUITTO, ['-c', config], { stdio: 'ignore' }));
  return {
    ...broker,
    stop: async () => {
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startAedes1(): Promise<TestBroker> {
  const port = await freePort();
  const users = { [READER.username]: READER.password, [RECORDER.username]: RECORDER.password };
  return asProcess(port, () => {
    const child = fork(new URL('./aedes-1-child.ts', import.meta.url), [], { execArgv: ['--conditions=source', '--no-warnings'] });
    child.send({ port, users });
    return child;
  });
}

async function asProcess(port: number, begin: () => ChildProcess): Promise<TestBroker> {
  let child: ChildProcess | undefined;
  const restart = async () => {
    child = begin();
    await listening(port);
  };
  const kill = async () => {
    const running = child;
    child = undefined;
    if (!running) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
  };
  await restart();
  const url = `mqtt://127.0.0.1:${port}`;
  return { recorder: { url, ...RECORDER }, reader: { url, ...READER }, kill, restart, stop: kill };
}

/** Resolves when somebody listens there. */
export async function listening(port: number): Promise<void> {
  let isUp = false;
  const knock = () => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      isUp = true;
      socket.destroy();
    });
    socket.once('error', () => setTimeout(knock, 10));
  };
  knock();
  await eventually(`a listener on port ${port}`, () => isUp);
}
