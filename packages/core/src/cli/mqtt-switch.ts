// MQTT of a recorder that runs: on, off, or with other settings, one after the other.
import type { RecorderApi } from '@nightjar/client';
import type { MqttConfig } from '../config/config.ts';
import type { AlertBoard } from '../events/alert-board.ts';
import type { HttpSettings } from '../model/http-settings.ts';
import type { BrokerDoor } from '../ports/broker-door.ts';
import type { Logger } from '../ports/logger.ts';
import type { RunningMqtt } from './run-mqtt.ts';

/** What MQTT is said to suffer from. */
const ALERT = 'mqtt';

/** Whatever has the embedded broker's port may let go of it. */
const TRY_AGAIN_MS = 30_000;

/** What MQTT needs of the recorder. */
export interface MqttSwitchOptions {
  readonly api: RecorderApi;
  readonly alerts: AlertBoard;
  readonly log: Logger;
  readonly anonymousReaders: boolean;
  restart(): void;
  /** The certificate of HTTP. */
  readonly httpTls: HttpSettings['tls'];
}

/** Starts and stops MQTT as it is configured. */
export class MqttSwitch {
  readonly #options: MqttSwitchOptions;
  #running: RunningMqtt | undefined;
  /** What it runs with. */
  #config: MqttConfig | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isStopped = false;
  #again: NodeJS.Timeout | undefined;

  constructor(options: MqttSwitchOptions) {
    this.#options = options;
  }

  /** Where clients connect, while there is MQTT. */
  get url(): string | undefined {
    return this.#running?.url;
  }

  /** The embedded broker, while there is one. */
  get door(): BrokerDoor | undefined {
    return this.#running?.door;
  }

  /** Certificates may have been renewed. */
  reloadCertificate(): void {
    this.#running?.reloadCertificate();
  }

  /** `undefined`: no MQTT. Never rejects for a broker that is away. */
  set(config: MqttConfig | undefined): Promise<void> {
    const done = this.#turn.then(async () => {
      // Accounts come and go without everybody being disconnected.
      if (config !== undefined && this.#running !== undefined && !this.#running.hasFailed && isSameButAccounts(config, this.#config)) {
        this.#config = config;
        this.#running.setUsers(config);
        return;
      }
      const isAnotherTry = this.#running?.hasFailed === true && config !== undefined && config === this.#config;
      await this.#end();
      if (!isAnotherTry) this.#options.alerts.clear(ALERT);
      if (config === undefined || this.#isStopped) return;
      // Loaded only where it is wanted: a client library costs memory that a small machine has better uses for.
      const { runMqtt } = await import('./run-mqtt.ts');
      this.#running = await runMqtt({ config, ...this.#options });
      this.#config = config;
      if (this.#running.hasFailed) this.#again = setTimeout(() => void this.set(config), TRY_AGAIN_MS).unref();
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Stops it for good. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#turn;
    await this.#end();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#again);
    const running = this.#running;
    this.#running = undefined;
    await running?.stop();
  }
}

function isSameButAccounts(one: MqttConfig, other: MqttConfig | undefined): boolean {
  if (one.broker.kind !== 'embedded' || other?.broker.kind !== 'embedded') return false;
  const rest = ({ username: _name, password: _password, users: _users, ...config }: MqttConfig): string => JSON.stringify(config);
  return rest(one) === rest(other);
}
