// A recorder on MQTT.
import type { RecorderApi } from '@nightjar/client';
import { BrokerLink } from './broker-link.ts';
import { CalmLogger, SILENT } from './logger.ts';
import { serverStateMessage } from './messages.ts';
import { type MqttBridgeOptions, type MqttHealth, type ResolvedOptions, resolveOptions } from './options.ts';
import { RecorderMirror } from './recorder-mirror.ts';

/**
 * Publishes what a recorder sees. The recorder never waits for it: with the broker away or stuck, memory stays
 * bounded, and the full state is published again once the broker is back.
 */
export class MqttBridge {
  readonly #options: ResolvedOptions;
  readonly #created = new Date();
  #running: { readonly link: BrokerLink; readonly mirror: RecorderMirror } | undefined;

  /** @throws {TypeError} if an option cannot be used. */
  constructor(options: MqttBridgeOptions) {
    this.#options = resolveOptions(options);
  }

  get health(): MqttHealth {
    return this.#running?.link.health ?? { connected: false, since: this.#created.toISOString(), queued: 0, dropped: 0, problem: 'Not started' };
  }

  /**
   * Starts reading the recorder and connecting; does not wait for the broker.
   * @throws {TypeError} if it runs already; what `api.server()` throws.
   */
  async start(api: RecorderApi): Promise<void> {
    if (this.#running) throw new TypeError('The MQTT bridge runs already');
    const server = await api.server();
    const options = this.#options;
    const logger = new CalmLogger(options.logger ?? SILENT);
    const link: BrokerLink = new BrokerLink({
      options,
      clientId: options.clientId ?? `nightjar-${server.id}`,
      will: serverStateMessage(options.base, server.id, 'offline'),
      logger,
      onConnected: () => mirror.connected(),
      onMessage: (message) => mirror.received(message),
      onDisconnected: () => mirror.disconnected(),
    });
    const mirror = new RecorderMirror(api, server, { link, options, logger });
    this.#running = { link, mirror };
    mirror.start();
    link.start();
  }

  /** Says goodbye on the topics and disconnects; within 3 s whatever the broker does. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    await running.link.stop(running.mirror.stop());
  }
}
