// The embedded broker's own process: forked by the host, told over IPC what to do, gone when the host is gone.
// Runs alone so that a broken client or a flood of messages never touches the recorder.
import { BlockList, createServer, isIPv6, type Server, type Socket } from 'node:net';
import { Aedes, type AedesPublishPacket, type AuthenticateError, type Client } from 'aedes';
import type { BrokerAccess, BrokerSetup, FromBroker, ToBroker } from './broker-messages.ts';
import { accessOf, mayPublish, maySubscribe } from './broker-rules.ts';
import { LoginBrake } from './login-brake.ts';
import { RetainedRoom } from './retained-room.ts';

/** Subscribers served side by side: with aedes' 100, a frozen one can hold up all others. */
const CONCURRENCY = 1000;
/** How long a subscriber may refuse to read before it is dropped. */
const DRAIN_TIMEOUT_MS = 5000;
/** Sessions of MQTT 5 outlive their connection by no more than this; those of 3.1.1 end with it. */
const SESSION_LIMIT_SECONDS = 300;
const PENDING_SESSIONS = 200;
/** Keep-alive above this is cut (5) or refused (3.1.1), so that dead clients are noticed. */
const KEEPALIVE_LIMIT_SECONDS = 3600;
/** The host's patience is 2 s. */
const CLOSE_TIMEOUT_MS = 1000;
const BAD_PASSWORD = 4;
const BAD_ID = 2;
const NOT_NOW = 3;

let running: { readonly broker: Aedes; readonly server: Server } | undefined;

process.on('message', (message: ToBroker) => {
  if (message.type === 'stop') stop();
  else void start(message.setup).catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C and service managers signal every process: the host decides when to stop, and the channel to it ends with it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

async function start(setup: BrokerSetup): Promise<void> {
  const access = new WeakMap<Client, BrokerAccess | 'anonymous'>();
  const allowed = blockList(setup.allow);
  const recorderIds = new Set<string>();
  const room = new RetainedRoom();
  const brake = new LoginBrake();
  /** Connections that have not logged in, the oldest first. */
  const nameless = new Set<Socket>();
  let open = 0;
  const forget = (socket: Socket): void => {
    nameless.delete(socket);
    socket.destroy();
  };
  const broker = await Aedes.createBroker({
    concurrency: CONCURRENCY,
    drainTimeout: DRAIN_TIMEOUT_MS,
    connectTimeout: setup.connectTimeoutMs,
    keepaliveLimit: KEEPALIVE_LIMIT_SECONDS,
    maxTopicLevels: setup.maxTopicLevels,
    maximumPacketSize: setup.maxPacketBytes,
    sessionExpiryIntervalLimit: SESSION_LIMIT_SECONDS,
    pendingSessionsLimit: PENDING_SESSIONS,
    preConnect: (client, packet, callback) => {
      // A 3.1.1 session without an end would collect messages without an end.
      if (packet.protocolVersion !== 5 && packet.clientId !== '') packet.clean = true;
      const socket = client.conn as Socket;
      const isWelcome = isAllowed(allowed, socket.remoteAddress);
      // Without an error aedes would leave the connection open.
      callback(isWelcome ? null : new Error('address not allowed'), isWelcome);
    },
    authenticate: (client, username, password, done) => {
      const refuse = (what: string, returnCode: number): void => {
        tell({ type: 'refused', what, client: client.id });
        done(Object.assign(new Error(what), { returnCode }) as AuthenticateError, false);
      };
      const granted = accessOf(setup, username, password);
      const address = (client.conn as Socket).remoteAddress ?? '';
      const isGuess = username !== undefined || password !== undefined;
      // Nobody guesses the recorder's password, and nobody at its address may keep it out.
      if (isGuess && granted !== 'recorder' && brake.holds(address, performance.now())) {
        return refuse('a password after too many wrong ones from its address', NOT_NOW);
      }
      if (granted === undefined) {
        if (isGuess) brake.failed(address, performance.now());
        return refuse('bad user name or password', BAD_PASSWORD);
      }
      // Whoever connects under a name that is in use ends the other connection.
      if (granted === 'recorder') recorderIds.add(client.id);
      else if (recorderIds.has(client.id)) return refuse('the client id of the recorder', BAD_ID);
      access.set(client, granted);
      nameless.delete(client.conn as Socket);
      done(null, true);
    },
    authorizePublish: (client, packet, done) => {
      const granted = (client && access.get(client)) ?? 'anonymous';
      const isAllowedTo = mayPublish(granted, setup.base, packet.topic);
      if (!isAllowedTo && client) tell({ type: 'refused', what: 'publish', client: client.id });
      if (isAllowedTo && granted !== 'recorder' && packet.retain && !room.take(packet.topic, packet.payload.length)) {
        packet.retain = false;
        if (client) tell({ type: 'refused', what: 'a retained message, for want of room: it is passed on but not kept', client: client.id });
      }
      done(isAllowedTo ? null : new Error('not allowed to publish there'));
    },
    authorizeSubscribe: (client, subscription, done) => {
      done(null, maySubscribe(access.get(client) ?? 'anonymous', setup.base, subscription.topic) ? subscription : null);
    },
    // A filter such as # must not let a client read what it may not subscribe to.
    authorizeForward: (client, packet: AedesPublishPacket) => (maySubscribe(access.get(client) ?? 'anonymous', setup.base, packet.topic) ? packet : null),
  });
  // One client's trouble must not end the process.
  broker.on('error' as 'clientError', () => {});
  const server = createServer((socket) => {
    // Those who never log in must not keep the others out: the longest of them goes first.
    const [longest] = nameless;
    if (open >= setup.maxConnections && longest === undefined) return void socket.destroy();
    if (open >= setup.maxConnections && longest !== undefined) forget(longest);
    open += 1;
    nameless.add(socket);
    socket.once('close', () => {
      open -= 1;
      nameless.delete(socket);
    });
    broker.handle(socket);
  });
  server.once('error', (error: NodeJS.ErrnoException) => fail(listenProblem(error, setup)));
  server.listen(setup.port, setup.host, () => {
    const address = server.address();
    running = { broker, server };
    tell({ type: 'listening', port: typeof address === 'object' && address ? address.port : setup.port });
  });
}

function stop(): void {
  if (!running) process.exit(0);
  setTimeout(() => process.exit(0), CLOSE_TIMEOUT_MS).unref();
  running.server.close();
  running.broker.close(() => process.exit(0));
}

function fail(reason: string): void {
  tell({ type: 'failed', reason }, () => process.exit(1));
}

function tell(message: FromBroker, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, sent);
}

function listenProblem({ code }: NodeJS.ErrnoException, { host, port }: BrokerSetup): string {
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

function blockList(networks: readonly string[]): BlockList | undefined {
  if (networks.length === 0) return undefined;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

function isAllowed(list: BlockList | undefined, address: string | undefined): boolean {
  if (!list) return true;
  return address !== undefined && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
