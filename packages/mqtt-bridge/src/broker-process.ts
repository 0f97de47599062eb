// The embedded broker's own process: forked by the host, told over IPC what to do, gone when the host is gone.
// Runs alone so that a broken client or a flood of messages never touches the recorder.
import { createServer, type Server } from 'node:net';
import { BrokerCore } from './broker-core.ts';
import type { BrokerSetup, FromBroker, ToBroker } from './broker-messages.ts';

/** The host's patience is 2 s. */
const CLOSE_TIMEOUT_MS = 1000;

let running: { readonly core: BrokerCore; readonly server: Server } | undefined;

process.on('message', (message: ToBroker) => {
  if (message.type === 'stop') stop();
  else if (message.type === 'users') running?.core.setUsers(message.users);
  else void start(message.setup).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C and service managers signal every process: the host decides when to stop, and the channel to it ends with it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

async function start(setup: BrokerSetup): Promise<void> {
  const core = new BrokerCore(setup, tell);
  await core.start();
  const server = createServer((socket) => core.accept(socket, { address: socket.remoteAddress ?? '', needsName: false }));
  server.once('error', (error: NodeJS.ErrnoException) => fail(listenProblem(error, setup)));
  server.listen(setup.port, setup.host, () => {
    const address = server.address();
    running = { core, server };
    tell({ type: 'listening', port: typeof address === 'object' && address ? address.port : setup.port });
  });
}

function stop(): void {
  if (!running) process.exit(0);
  setTimeout(() => process.exit(0), CLOSE_TIMEOUT_MS).unref();
  running.server.close();
  running.core.close(() => process.exit(0));
}

function fail(reason: string): void {
  tell({ type: 'failed', reason }, () => process.exit(1));
}

function tell(message: FromBroker, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, sent);
}

function listenProblem({ code }: NodeJS.ErrnoException, { host, port }: Pick<BrokerSetup, 'host' | 'port'>): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken, perhaps by another MQTT broker`;
    case 'EACCES':
      return `Listening on port ${port} is not allowed for this user`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine`;
    default:
      return `Listening on ${host}:${port} failed (${code ?? 'unknown reason'})`;
  }
}
