// The embedded broker's own process: forked by the host, told over IPC what to do, gone when the host is gone.
// Runs alone so that a broken client or a flood of messages never touches the recorder.
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { BrokerCore } from './broker-core.ts';
import { openPlainDoor, openPrivateDoor, portOf, TlsDoor } from './broker-doors.ts';
import type { BrokerSetup, FromBroker, TlsPem, ToBroker } from './broker-messages.ts';

/** The host's patience is 2 s. */
const CLOSE_TIMEOUT_MS = 1000;

interface Running {
  readonly core: BrokerCore;
  readonly doors: readonly { close(): unknown }[];
  readonly tls: TlsDoor | undefined;
}

let running: Running | undefined;
let folder: string | undefined;

process.on('message', (message: ToBroker) => {
  if (message.type === 'stop') stop();
  else if (message.type === 'users') running?.core.setUsers(message.users);
  else if (message.type === 'tls') void showCertificate(message.pem);
  else void start(message.setup).catch((error: unknown) => fail(reasonOf(error)));
});
process.on('disconnect', () => {
  // A host that was killed leaves the folder of the socket behind.
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
// Ctrl-C and service managers signal every process: the host decides when to stop, and the channel to it ends with it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

async function start(setup: BrokerSetup): Promise<void> {
  folder = setup.socket && dirname(setup.socket);
  const core = new BrokerCore(setup, tell);
  await core.start();
  const plain = await openPlainDoor(core, setup);
  const own = setup.socket === undefined ? undefined : await openPrivateDoor(core, setup.socket);
  const tls = setup.tls && new TlsDoor(core, setup.tls, setup.limits.connectTimeoutMs);
  running = { core, doors: [plain, ...(own ? [own] : []), ...(tls ? [tls] : [])], tls };
  tell({ type: 'listening', port: portOf(plain) ?? setup.port });
}

/** Without TLS the other doors stay open. */
async function showCertificate(pem: TlsPem): Promise<void> {
  try {
    const port = await running?.tls?.show(pem);
    if (port !== undefined) tell({ type: 'tls', port });
  } catch (error) {
    tell({ type: 'tls', problem: reasonOf(error) });
  }
}

function stop(): void {
  if (!running) process.exit(0);
  setTimeout(() => process.exit(0), CLOSE_TIMEOUT_MS).unref();
  for (const door of running.doors) door.close();
  running.core.close(() => process.exit(0));
}

function fail(reason: string): void {
  tell({ type: 'failed', reason }, () => process.exit(1));
}

function tell(message: FromBroker, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, sent);
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
