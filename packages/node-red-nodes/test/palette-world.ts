// A broker, a recorder in memory with its real bridge and its real HTTP API: everything the palette meets.
import { EmbeddedBroker, MqttBridge } from '@nightjar/mqtt-bridge';
import { FakeRecorder } from '@nightjar/testkit';
import mqtt, { type MqttClient } from 'mqtt';
import { type HttpRecorder, httpRecorder } from '../../core/test/http-recorder.ts';

const BASE = 'house/nightjar';
const FLOWS = { username: 'flows', password: 'flows-pass-word' };
const WALL = { username: 'wall', password: 'wall-pass-word' };

/** A whole site, to be stopped after the tests. */
export class PaletteWorld {
  /** Two cameras, `porch` and `yard`, of recorder `rec1`. What it is told happens at once. */
  readonly recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
  readonly #broker = new EmbeddedBroker({
    port: 0,
    base: BASE,
    users: [
      { ...FLOWS, access: 'control' },
      { ...WALL, access: 'read' },
    ],
  });
  #http: HttpRecorder | undefined;
  #bridge: MqttBridge | undefined;

  static async start(): Promise<PaletteWorld> {
    const world = new PaletteWorld();
    await world.#broker.start();
    await world.startHttp();
    await world.startBridge();
    return world;
  }

  /** Address of the recorder’s API. */
  get api(): string {
    return this.#http?.url ?? 'http://127.0.0.1:9';
  }

  /** What was asked of the API, and how it was logged. */
  get http(): HttpRecorder {
    if (this.#http === undefined) throw new Error('the HTTP API is stopped');
    return this.#http;
  }

  get brokerUrl(): string {
    return this.#broker.credentials.url;
  }

  get brokerPid(): number | undefined {
    return this.#broker.pid;
  }

  /** What the recorder logs in with. */
  get broker(): { readonly username: string; readonly password: string } {
    const { username, password } = this.#broker.credentials;
    return { username, password };
  }

  get base(): string {
    return BASE;
  }

  /** The site’s node in a flow; its id is `site`. */
  siteNode(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> & { id: string; type: string } {
    return { id: 'site', type: 'nightjar-site', nodeVersion: 1, name: 'House', broker: this.brokerUrl, base: BASE, ...changes };
  }

  /** Its credentials, by node id. `machine` is an operator at the fake recorder, `viewer` a viewer. */
  siteCredentials(changes: Readonly<Record<string, string>> = {}): Record<string, Record<string, string>> {
    return { site: { user: FLOWS.username, password: FLOWS.password, token: 'machine', ...changes } };
  }

  /** An account of the broker that only reads. */
  get readOnly(): Readonly<Record<string, string>> {
    return { user: WALL.username, password: WALL.password };
  }

  /** The recorder appears at the broker, and says where its API is. */
  async startBridge(): Promise<void> {
    this.#bridge = await this.bridgeOf(this.recorder);
  }

  /** Another recorder appears at the broker; the test stops it. */
  async bridgeOf(recorder: FakeRecorder): Promise<MqttBridge> {
    const { url, username, password } = this.#broker.credentials;
    const bridge = new MqttBridge({ broker: url, username, password, base: BASE, reconnectMinMs: 50, reconnectMaxMs: 200 });
    await bridge.start(recorder);
    return bridge;
  }

  /** Somebody else who may publish everything, as a recorder does; the test ends the connection. */
  publisher(): Promise<MqttClient> {
    return mqtt.connectAsync(this.brokerUrl, { ...this.broker, protocolVersion: 5 });
  }

  /** The recorder says goodbye to the broker. */
  async stopBridge(): Promise<void> {
    await this.#bridge?.stop();
    this.#bridge = undefined;
  }

  async startHttp(): Promise<void> {
    this.#http = await httpRecorder({ recorder: this.recorder });
    this.recorder.address = this.#http.url;
  }

  async stopHttp(): Promise<void> {
    await this.#http?.close();
    this.#http = undefined;
  }

  async stop(): Promise<void> {
    await this.stopBridge();
    await this.stopHttp();
    await this.#broker.stop();
  }
}
