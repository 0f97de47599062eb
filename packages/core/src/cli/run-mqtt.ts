// MQTT for a running recorder: the bridge, and the embedded broker where the configuration wants one.
import { readFileSync } from 'node:fs';
import type { RecorderApi } from '@nightjar/client';
import {
  type BridgeLogger,
  type BrokerCredentials,
  type BrokerUser,
  EmbeddedBroker,
  type EmbeddedBrokerOptions,
  MqttBridge,
  type MqttBridgeOptions,
  type TlsMaterial,
  type TlsPem,
} from '@nightjar/mqtt-bridge';
import type { MqttConfig } from '../config/config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import type { HttpSettings } from '../model/http-settings.ts';
import type { BrokerDoor } from '../ports/broker-door.ts';
import type { Logger } from '../ports/logger.ts';
import { parseScryptHash } from '../util/password-hash.ts';
import type { Secret } from '../util/secret.ts';

/** What MQTT needs of the recorder. */
export interface RunMqttOptions {
  readonly config: MqttConfig;
  /** What the embedded broker takes without a certificate of its own; absolute paths. */
  readonly httpTls: HttpSettings['tls'];
  readonly api: RecorderApi;
  readonly alerts: AlertBoard;
  readonly log: Logger;
  /** Lets clients without a password read from the embedded broker (on loopback only). */
  readonly anonymousReaders?: boolean;
  /** Ends the recorder in order, to be started again by whoever watches over it. */
  restart(): void;
}

/** MQTT that runs. */
export interface RunningMqtt {
  /** Where clients connect, without user name and password. */
  readonly url: string;
  /** The embedded broker could not begin: there is no MQTT. */
  readonly hasFailed?: true;
  /** The embedded broker, where there is one. */
  readonly door?: BrokerDoor;
  /** Reads the certificate of the embedded broker again. */
  reloadCertificate(): void;
  /** Lets these log in to the embedded broker from now on. */
  setUsers(config: MqttConfig): void;
  stop(): Promise<void>;
}

const ALERT = 'mqtt';
const TLS_ALERT = 'mqtt-tls';

/** Starts MQTT. Never rejects for a broker that is away; an embedded one that can't start is an alert, and recording goes on. */
export async function runMqtt({ config, httpTls, api, alerts, log, restart, anonymousReaders = false }: RunMqttOptions): Promise<RunningMqtt> {
  const own = log.child({ part: 'mqtt' });
  /** What the log has as an alert just now. */
  let said: string | undefined;
  const trouble = (text: string): void => {
    if (alerts.raise({ id: ALERT, level: 'warning', text })) said = text;
  };
  const logger: BridgeLogger = {
    debug: (message, fields) => own.debug(message, fields),
    info: (message, fields) => own.info(message, fields),
    error: (message, fields) => own.error(message, fields),
    warn: (message, fields) => {
      if (message === said) said = undefined;
      else own.warn(message, fields);
    },
  };
  const sayTls = (problem: string | undefined): void => {
    if (problem === undefined) alerts.clear(TLS_ALERT);
    else alerts.raise({ id: TLS_ALERT, level: 'warning', text: `MQTT over TLS: ${problem}` });
  };
  let broker: EmbeddedBroker | undefined;
  let credentials: BrokerCredentials | undefined;
  if (config.broker.kind === 'embedded') {
    broker = new EmbeddedBroker({
      ...config.listen,
      base: config.base,
      users: brokerUsers(config),
      allow: config.allow,
      ...brokerLimits(config.limits),
      ...(config.listenTls === undefined ? {} : { tls: { ...config.listenTls, read: () => readCertificate(config, httpTls), onProblem: sayTls } }),
      anonymous: anonymousReaders ? 'read' : 'refuse',
      logger,
      onState: ({ listening, problem }) => {
        if (!listening && problem !== undefined) trouble(problem);
      },
    });
    try {
      await broker.start();
      credentials = broker.credentials;
    } catch (error) {
      trouble(error instanceof Error ? error.message : String(error));
      return { url: 'mqtt: not started', hasFailed: true, ...followers(broker), stop: async () => broker?.stop() };
    }
  }
  const bridge = new MqttBridge({
    ...connection(config, credentials),
    base: config.base,
    clientId: config.clientId,
    homeAssistant: config.homeAssistant,
    ...publishing(config.publish),
    ...(config.allowRestart ? { restart } : {}),
    logger,
    onHealth: (health) => {
      if (health.problem !== undefined) trouble(`MQTT: ${health.problem}`);
      else if (health.connected) alerts.clear(ALERT);
    },
  });
  await bridge.start(api);
  return {
    url: credentials?.url ?? (config.broker.kind === 'remote' ? config.broker.label : ''),
    ...(broker === undefined ? {} : { door: broker }),
    ...followers(broker),
    stop: async () => {
      await bridge.stop();
      await broker?.stop();
      alerts.clear(TLS_ALERT);
    },
  };
}

/** What of a running broker follows a change. */
const followers = (broker: EmbeddedBroker | undefined): Pick<RunningMqtt, 'setUsers' | 'reloadCertificate'> => ({
  setUsers: (changed) => broker?.setUsers(brokerUsers(changed)),
  reloadCertificate: () => broker?.reloadCertificate(),
});

/** Who may log in to the embedded broker. */
function brokerUsers({ username, password, users }: MqttConfig): readonly BrokerUser[] {
  const first = username === undefined || password === undefined ? [] : [{ username, password: passwordOf(password), access: 'control' as const }];
  return [...first, ...users.map((user) => ({ username: user.name, password: passwordOf(user.password), access: user.access, acl: user.acl }))];
}

const passwordOf = (password: Secret): BrokerUser['password'] => parseScryptHash(password.reveal()) ?? password.reveal();

const brokerLimits = (limits: MqttConfig['limits']): EmbeddedBrokerOptions => ({
  maxConnections: limits.connections,
  maxPacketBytes: limits.packetBytes,
  maxTopicLevels: limits.topicLevels,
  maxKeepAliveSeconds: limits.keepAliveSeconds,
  maxSubscriptions: limits.subscriptions,
  maxQueuedMessages: limits.queuedMessages,
  maxUnreadBytes: limits.unreadBytes,
  maxRetainedBytes: limits.retainedBytes,
  maxRetainedTopics: limits.retainedTopics,
  maxPublishesPerSecond: limits.publishesPerSecond,
});

const publishing = ({ statsSeconds, eventUpdates, snapshots, ...publish }: MqttConfig['publish']): Partial<MqttBridgeOptions> => ({
  statsIntervalMs: statsSeconds * 1000,
  eventUpdates,
  snapshots,
  snapshotWidth: publish.pictureWidth,
  snapshotMaxBytes: publish.pictureMaxBytes,
  ...(publish.previewSeconds === undefined ? {} : { previewSeconds: publish.previewSeconds }),
  previewMaxFps: publish.previewMaxFps,
  previewMaxSeconds: publish.previewMaxSeconds,
  previewMaxCameras: publish.previewMaxCameras,
});

type Connection = Pick<ConstructorParameters<typeof MqttBridge>[0], 'broker' | 'username' | 'password' | 'tls'>;

function connection(config: MqttConfig, embedded: BrokerCredentials | undefined): Connection {
  if (embedded !== undefined) return { broker: embedded.url, username: embedded.username, password: embedded.password };
  if (config.broker.kind !== 'remote') throw new RecorderError('BROKER_FAILED', 'the embedded broker gave no address');
  const { username, password, tls } = config;
  return {
    broker: config.broker.url.reveal(),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: () => password.reveal() }),
    tls: () => readMaterial(tls),
  };
}

/** Read at each connection: renewed files count from the next attempt on. @throws TypeError that names the file. */
function readMaterial({ ca, cert, key }: MqttConfig['tls']): TlsMaterial {
  return {
    ...(ca === undefined ? {} : { ca: readPem('mqtt.tls.ca', ca) }),
    ...(cert === undefined ? {} : { cert: readPem('mqtt.tls.cert', cert) }),
    ...(key === undefined ? {} : { key: readPem('mqtt.tls.key', key) }),
  };
}

/** @throws TypeError that names the file. */
function readCertificate({ serverTls }: MqttConfig, httpTls: HttpSettings['tls']): TlsPem {
  const { cert = httpTls?.cert ?? '', key = httpTls?.key ?? '', clientCa } = serverTls;
  return {
    cert: readPem('mqtt.serverTls.cert', cert),
    key: readPem('mqtt.serverTls.key', key),
    ...(clientCa === undefined ? {} : { clientCa: readPem('mqtt.serverTls.clientCa', clientCa) }),
  };
}

function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new TypeError(`${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
  }
}
