// A house: a recorder with two cameras, and a broker, as processes of their own; what flows then meet is what homes have.
import { encodeScene, loadClip, namedScene, RtspCamera } from '@nightjar/testkit';
import { freePort, processTree } from '@nightjar/testkit/node-red';
import mqtt, { type MqttClient } from 'mqtt';
import { eventually, RecorderFolder } from '../../../core/test/integration/recorder-process.ts';
import { listening, MOSQUITTO, TEST_BROKERS, type TestBroker } from '../../../mqtt-bridge/test/test-brokers.ts';

/** Where messages go: the recorder's own broker, or mosquitto. */
export type BrokerChoice = 'embedded' | 'mosquitto';

/** The program that `mosquitto` needs. */
export const MOSQUITTO_PROGRAM = MOSQUITTO;

const CAMERAS_WITHIN_MS = 60_000;
/** Account of the flows at the recorder's own broker. */
const FLOWS = { user: 'flows', password: 'flows-pass-word' };
const BASE = 'house/nightjar';

/** `porch` is made up and moves for four of every twelve seconds; `yard` speaks RTSP and records when it is told to. */
export class WholeSite implements AsyncDisposable {
  readonly recorder: RecorderFolder;
  readonly #broker: SiteBroker;
  #token = '';

  readonly #yard: YardCamera;

  private constructor(recorder: RecorderFolder, yard: YardCamera, broker: SiteBroker) {
    this.recorder = recorder;
    this.#yard = yard;
    this.#broker = broker;
  }

  /** Starts everything; resolves once both cameras deliver. */
  static async start(choice: BrokerChoice): Promise<WholeSite> {
    const yard = new YardCamera(await freePort());
    await yard.appear();
    const broker = choice === 'embedded' ? await embeddedBroker() : await mosquittoBroker();
    const cameras = `
  - { id: porch, name: Porch, source: "synthetic:busy", function: modect, preRollSeconds: 1, postRollSeconds: 1 }
  - { id: yard, name: Yard, source: "${yard.url}", function: nodect, preRollSeconds: 1, postRollSeconds: 1, audio: false, connectTimeoutSeconds: 2, stallTimeoutSeconds: 2 }`;
    const recorder = new RecorderFolder({ cameras, port: await freePort(), more: [`mqtt: { ${broker.config}, base: ${BASE} }`] });
    const site = new WholeSite(recorder, yard, broker);
    try {
      await recorder.start();
      const { code, said } = await recorder.run('token', 'create', 'flows', '--role', 'operator');
      if (code !== 0) throw new Error(`no token for the flows: ${said}`);
      site.#token = said.trim();
      await site.camerasDeliver();
      return site;
    } catch (error) {
      await site[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Waits until every camera sends pictures. */
  async camerasDeliver(): Promise<void> {
    const deliver = async (): Promise<true | undefined> => {
      const cameras = (await (await this.recorder.ask('/cameras')).json()) as readonly { readonly state: { readonly fps: number } }[];
      return cameras.every(({ state }) => state.fps > 0) ? true : undefined;
    };
    await eventually('the cameras deliver', deliver, CAMERAS_WITHIN_MS);
  }

  /** The configuration node; its id is `site`. Without `credentials` those that Node-RED has stay. */
  node(changes: Readonly<Record<string, unknown>> = {}): { readonly id: string; readonly credentials: unknown } {
    const { url, login } = this.#broker;
    const credentials = { ...login, token: this.#token, ...(changes['credentials'] ?? {}) };
    const node = { id: 'site', type: 'nightjar-site', nodeVersion: 1, name: 'House', broker: url, base: BASE, protocol: 'auto', apiUrl: '', ...changes };
    return { ...node, credentials: 'credentials' in changes && changes['credentials'] === undefined ? undefined : credentials };
  }

  /** Somebody else at the broker, who may say anything. Only with mosquitto. */
  publisher(): Promise<MqttClient> {
    const { url, login } = this.#broker;
    return mqtt.connectAsync(url, { username: login.user, password: login.password });
  }

  /** A whole topic. */
  topic(below: string): string {
    return `${BASE}/${below}`;
  }

  /** Asks the recorder, and takes the answer as JSON. */
  async api<T>(path: string): Promise<T> {
    return (await (await this.recorder.ask(path)).json()) as T;
  }

  /** The camera `yard` loses its power. */
  loseYard(): Promise<void> {
    return this.#yard.vanish();
  }

  returnYard(): Promise<void> {
    return this.#yard.appear();
  }

  /** The broker is killed; it comes back with `returnBroker`. */
  killBroker(): Promise<void> {
    return this.#broker.kill(this.recorder);
  }

  returnBroker(): Promise<void> {
    return this.#broker.back();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.recorder[Symbol.asyncDispose]();
    await this.#broker.stop();
    await this.#yard.vanish();
  }
}

/** What a broker of the site can do. */
interface SiteBroker {
  readonly url: string;
  readonly login: { readonly user: string; readonly password: string };
  /** Keys of the recorder's `mqtt`. */
  readonly config: string;
  kill(recorder: RecorderFolder): Promise<void>;
  back(): Promise<void>;
  stop(): Promise<void>;
}

/** A camera that can lose its power and come back where it was. */
class YardCamera {
  readonly #port: number;
  #camera: RtspCamera | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  get url(): string {
    return `rtsp://127.0.0.1:${this.#port}/main`;
  }

  async appear(): Promise<void> {
    const path = await encodeScene(namedScene('street', { seconds: 8, fps: 15 }), { gopSeconds: 1, size: { width: 640, height: 360 }, audio: false });
    this.#camera = await RtspCamera.start({ port: this.#port, streams: { main: { clip: await loadClip(path), loop: true } } });
  }

  async vanish(): Promise<void> {
    await this.#camera?.close();
    this.#camera = undefined;
  }
}

async function embeddedBroker(): Promise<SiteBroker> {
  const port = await freePort();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    login: FLOWS,
    config: `broker: embedded, listen: "127.0.0.1:${port}", users: [{ name: ${FLOWS.user}, password: ${FLOWS.password}, access: control }]`,
    kill: async ({ pid }) => {
      const broker = processTree(pid).find(({ command }) => command.includes('broker-process'));
      if (broker === undefined) throw new Error(`the recorder has no broker among ${processTree(pid).map(({ command }) => command)}`);
      process.kill(broker.pid, 'SIGKILL');
    },
    back: () => listening(port),
    stop: async () => undefined,
  };
}

async function mosquittoBroker(): Promise<SiteBroker> {
  const start = TEST_BROKERS.find(({ name }) => name === 'mosquitto')?.start;
  if (start === undefined) throw new Error('mosquitto is not installed');
  const broker: TestBroker = await start();
  const { url, username, password } = broker.recorder;
  return {
    url,
    login: { user: broker.reader.username, password: broker.reader.password },
    config: `broker: "${url}", username: ${username}, password: ${password}`,
    kill: () => broker.kill(),
    back: () => broker.restart(),
    stop: () => broker.stop(),
  };
}
