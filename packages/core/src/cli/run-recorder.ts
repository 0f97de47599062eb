// A whole recorder in this process: environment, accounts, app, HTTP, MQTT; started in that order and stopped in the other.
import { type HttpServer, startHttpServer } from '../adapters/http/http-server.ts';
import type { AccountDesk } from '../api/account-desk.ts';
import { InProcessRecorder } from '../app/in-process-recorder.ts';
import { LineTriggers } from '../app/line-triggers.ts';
import { openLocalEnvironment } from '../app/local-environment.ts';
import { type OpenAccounts, openAccounts, refuseOpenDoor } from '../app/open-accounts.ts';
import { RecorderApp } from '../app/recorder-app.ts';
import { startOnFullDisk } from '../app/start-on-full-disk.ts';
import type { Config } from '../config/config.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { Secret } from '../util/secret.ts';
import { MqttSwitch } from './mqtt-switch.ts';
import { recorderVersion } from './version.ts';

/** A recorder that runs. */
export interface RunningRecorder {
  readonly app: RecorderApp;
  readonly api: InProcessRecorder;
  readonly accounts: AccountDesk;
  /** Base URL of the HTTP API. */
  readonly url: string;
  readonly mqttUrl: string | undefined;
  /** TCP port for trigger lines. */
  readonly linePort: number | undefined;
  /** Closes every event and stops everything. */
  stop(): Promise<void>;
}

/** What to run. */
export interface RunRecorderOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly anonymousReaders?: boolean;
  /** Follows `log.level` while the recorder runs. */
  setLogLevel?(level: Config['log']['level']): void;
  /** Shows the password of the first account, which was made just now; nobody can ask for it again. */
  readonly onFirstPassword: (password: Secret) => void;
}

/** Starts a recorder. @throws RecorderError when it cannot start; whatever was started is stopped again. */
export async function runRecorder(options: RunRecorderOptions): Promise<RunningRecorder> {
  const { config, log, signal, anonymousReaders = false, setLogLevel, onFirstPassword } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    refuseOpenDoor(config);
    const env = await startOnFullDisk(config.database.file, log, () => openLocalEnvironment(config, log, signal));
    stops.push(() => env.close());
    const accounts = await openAccounts(env, config);
    stops.push(() => accounts.close());
    const app: RecorderApp = new RecorderApp({
      config,
      env,
      version: recorderVersion(),
      hooks: {
        mqtt: (settings) => mqtt.set(settings),
        reloaded: async () => {
          mqtt.reloadCertificate();
          http.reloadCertificate();
        },
        ...(setLogLevel === undefined ? {} : { logLevel: setLogLevel }),
      },
    });
    const api = new InProcessRecorder(app, env, accounts.ownMediaToken);
    const http: HttpServer = await startHttpServer({
      settings: config.http,
      log,
      health: () => ({ status: app.health().status }),
      // Loaded with the first request that needs it: a household that talks MQTT or HomeKit never pays for it.
      load: async () =>
        (await import('../adapters/http/serve-operations.ts')).serveOperations({
          settings: config.http,
          log,
          recorder: api,
          accounts: accounts.desk,
          broker: () => mqtt.door,
          answered: (operation, status, seconds) => app.metrics.answered(operation, status, seconds),
        }),
    });
    stops.push(() => http.close());
    app.listensAt(http.url);
    // Beside the cameras, which wait for no account; after the port, so that no start that fails leaves an account behind.
    const first = createFirst(accounts, log, onFirstPassword);
    stops.push(() => first);
    const mqtt: MqttSwitch = new MqttSwitch({
      api,
      alerts: app.alerts,
      log,
      anonymousReaders,
      httpTls: config.http.tls,
      restart: () => process.kill(process.pid, 'SIGTERM'),
    });
    const lines = new LineTriggers({ config: config.triggers, env, app });
    // Bridges hear of the last events before they say goodbye, so they stop after the app.
    stops.push(() => mqtt.stop());
    stops.push(() => lines.stop());
    stops.push(() => app.stop());
    await app.start();
    await lines.start();
    await mqtt.set(config.mqtt);
    await first;
    return { app, api, accounts: accounts.desk, url: http.url, mqttUrl: mqtt.url, linePort: lines.port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes and shows the first account. A database that is away is no reason not to record. */
async function createFirst(accounts: OpenAccounts, log: Logger, onFirstPassword: (password: Secret) => void): Promise<void> {
  try {
    const password = await accounts.createFirst();
    if (password !== undefined) onFirstPassword(password);
  } catch (error) {
    const failure = RecorderError.of(error);
    if (failure === undefined) throw error;
    log.warn(`there is no account yet, and none could be made (${failure.message}); the next start tries again`);
  }
}
