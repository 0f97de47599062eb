// The platform: a recorder's cameras in Home.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Camera, type RecorderClient, reasonOf } from '@nightjar/client';
import type { API, DynamicPlatformPlugin, Logging, PlatformAccessory, PlatformConfig } from 'homebridge';
import { HomeAccessories } from './accessories/home-accessories.ts';
import { RecorderSwitch } from './accessories/recorder-switch.ts';
import { cameraMedia } from './camera-media.ts';
import { readBridgeFacts } from './config/bridge-facts.ts';
import { rememberedCameras } from './config/camera-ids-policy.ts';
import { faceOf, type PluginConfig } from './config/plugin-config.ts';
import { readPluginConfig, strangeOverrides } from './config/read-plugin-config.ts';
import type { DiagnosticsReport } from './diagnostics/diagnostics-report.ts';
import { DiagnosticsServer } from './diagnostics/diagnostics-server.ts';
import { NetworkBook } from './diagnostics/network-check.ts';
import { processResources } from './diagnostics/process-resources.ts';
import { HomeCameras } from './home-cameras.ts';
import { isKnownCamera, KnownCameras } from './known-cameras.ts';
import { EmbeddedRecorder } from './recorder/embedded-recorder.ts';
import { findRecorder } from './recorder/find-recorder.ts';
import { RecorderCameras } from './recorder-cameras.ts';
import { RecorderConnection } from './recorder-connection.ts';
import { RecorderDoor } from './recorder-door.ts';
import { SessionBook } from './session-book.ts';
import { Placeholder } from './snapshots/placeholder.ts';

const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }).version;

/** One `platforms` entry of Homebridge's configuration. */
export class NightjarPlatform implements DynamicPlatformPlugin {
  readonly #api: API;
  readonly #log: Logging;
  readonly #config: PluginConfig;
  readonly #known: KnownCameras;
  readonly #accessories: HomeAccessories;
  readonly #door = new RecorderDoor();
  readonly #sessions = new SessionBook();
  readonly #network = new NetworkBook();
  readonly #cameras: HomeCameras;
  readonly #connection: RecorderConnection;
  readonly #diagnostics = new DiagnosticsServer(() => this.#report());
  #followed: RecorderCameras | undefined;
  #switch: RecorderSwitch | undefined;
  #recorder: DiagnosticsReport['recorder'] = { state: 'none' };
  /** Goes into UUIDs of cameras that are new. */
  #identity: string;
  #own: EmbeddedRecorder | undefined;
  readonly #switchUuid: string;
  #isStopped = false;
  readonly #told = new Set<string>();

  constructor(log: Logging, config: PlatformConfig, api: API) {
    this.#api = api;
    this.#log = log;
    const storagePath = api.user.storagePath();
    const folder = join(storagePath, 'nightjar');
    const bridge = readBridgeFacts(api.user.configPath(), config);
    this.#known = new KnownCameras(join(folder, `home-${fileName(bridge.username ?? config.name)}.json`), (problem) => log.warn(problem));
    const { servesExternalsOnly } = bridge;
    const { config: read, problems } = readPluginConfig(config, { storagePath, servesExternalsOnly, known: this.#known.sources });
    for (const problem of problems) log.warn(`Configuration: ${problem}`);
    // Homebridge starts us on an older Node nevertheless. Accessories are kept, or Home would forget them.
    if (typeof WebSocket === 'undefined')
      log.error(`The plugin needs Node 22.22 or 24.15, or newer, and this is ${process.version}: no camera will have pictures`);
    this.#config = read;
    if (bridge.sharesRecorder === true && read.publish === 'external')
      log.warn(
        'Configuration: another entry of Nightjar names the same recorder. A camera can be an accessory of its own only once: hide it in all entries but one.',
      );
    // Of our own recorder: the same whatever machine it runs on, and another for each bridge.
    this.#identity = `embedded ${bridge.username ?? read.name}`;
    this.#switchUuid = api.hap.uuid.generate(`homebridge-nightjar:recorder:${bridge.username ?? read.name}`);
    this.#accessories = new HomeAccessories(api, read.publish);
    this.#cameras = new HomeCameras({
      api,
      log,
      accessories: this.#accessories,
      publishing: read.publish,
      known: this.#known,
      door: this.#door,
      sessions: this.#sessions,
      placeholder: new Placeholder(),
      version: VERSION,
      media: (context) => cameraMedia(api.hap, context, this.#network),
      face: (id) => faceOf(read, id),
      camera: (id) => this.#followed?.get(id),
    });
    this.#connection = new RecorderConnection({
      choice: read.recorder,
      own: (onUp) => {
        this.#own = new EmbeddedRecorder({ config: read, storagePath, log, bridgeUsername: bridge.username, onUp });
        return this.#own;
      },
      find: (signal, token) => findRecorder({ signal, token }),
      connected: (client, url) => this.#connected(client, url),
      problem: (text) => {
        this.#recorder = { ...this.#recorder, problem: text };
        log.warn(`No recorder: ${text}`);
      },
    });
    api.on('shutdown', () => void this.#stop().catch((error: unknown) => log.error(`Stopping failed: ${reasonOf(error)}`)));
    api.on('didFinishLaunching', () => this.#launch());
  }

  configureAccessory(accessory: PlatformAccessory): void {
    this.#accessories.restore(accessory);
  }

  /** Before anybody can see the bridge: what was there before must be there whole, or Home forgets what it knew of it. */
  #launch(): void {
    const { recorder, cameras, armedSwitch, diagnosticsPort } = this.#config;
    const isOwn = recorder.kind === 'embedded';
    this.#known.keepSources(rememberedCameras(cameras, this.#known.sources));
    if (isOwn) for (const { id, name, audio } of cameras) this.#known.keep({ id, name, identity: this.#identity, hasSound: audio });
    // Should our own file be lost, Homebridge's cache knows them still.
    for (const { context } of this.#accessories.restored)
      if (isKnownCamera(context['camera']) && this.#known.get(context['camera'].id) === undefined) this.#known.keep(context['camera']);
    for (const camera of this.#known.all()) this.#show(camera.name, () => this.#cameras.expect(camera));
    if (armedSwitch) this.#show('The switch for all cameras', () => this.#showSwitch());
    for (const { displayName } of this.#accessories.dropUnwanted(() => recorder.kind === 'none'))
      this.#log.info(`${displayName}: not configured any more, so it leaves Home`);
    this.#connection.start();
    void this.#startDiagnostics(diagnosticsPort);
  }

  async #stop(): Promise<void> {
    this.#isStopped = true;
    this.#cameras.stop();
    this.#followed?.stop();
    this.#diagnostics.stop();
    await this.#connection.stop();
  }

  #connected(client: RecorderClient, url: string): void {
    if (this.#isStopped) return;
    this.#followed?.stop();
    this.#recorder = { url, state: 'away' };
    this.#door.open(client);
    const isOwn = this.#config.recorder.kind === 'embedded';
    this.#followed = new RecorderCameras(
      {
        api: client,
        mayBeRemoved: (id) => this.#config.isComplete && this.#own?.leftOut.includes(id) !== true,
        listener: {
          back: (server, ids) => {
            if (!isOwn) this.#identity = server.id;
            if (!isOwn) for (const problem of strangeOverrides(this.#config, ids)) this.#tellOnce('warn', `Configuration: ${problem}`);
            this.#recorder = { url, state: 'online' };
            this.#log.info(`Connected to the recorder ${server.name} (${server.version}) at ${url}`);
          },
          changed: (camera) => this.#changed(camera),
          removed: (id) => this.#cameras.removed(id),
          triggered: (id, cause, source) => this.#cameras.get(id)?.triggered(cause, source),
          controlsChanged: (controls) => this.#switch?.update(controls),
          away: () => {
            this.#recorder = { ...this.#recorder, state: 'away' };
            this.#log.warn(`No connection to the recorder at ${url}; its cameras are without new pictures until there is one`);
            this.#switch?.update(undefined);
            this.#cameras.update();
          },
          warn: (problem) => {
            this.#recorder = { ...this.#recorder, problem };
            this.#log.warn(`Recorder: ${problem}`);
          },
        },
      },
      this.#known.all().map(({ id }) => id),
    );
    this.#followed.start();
  }

  #changed(camera: Camera): void {
    this.#show(camera.name, () => this.#cameras.changed(camera, this.#identity));
  }

  /** Home's trouble with one accessory is not the others'. */
  #show(what: string, show: () => void): void {
    try {
      show();
    } catch (error) {
      this.#tellOnce('error', `${what}: could not be shown in Home: ${reasonOf(error)}`);
    }
  }

  #tellOnce(level: 'warn' | 'error', problem: string): void {
    this.#log[this.#told.has(problem) ? 'debug' : level](problem);
    this.#told.add(problem);
  }

  #showSwitch(): void {
    const accessory = this.#accessories.obtain(this.#switchUuid, `${this.#config.name} armed`);
    this.#switch = new RecorderSwitch(this.#api, accessory, VERSION, (controls) => this.#door.setControls(controls));
    this.#accessories.show(accessory);
  }

  async #startDiagnostics(port: number | undefined): Promise<void> {
    const start = async (at: number): Promise<void> => this.#log.info(`Diagnostics: ${await this.#diagnostics.start(at)}`);
    try {
      await start(port ?? 0).catch((error: unknown) => {
        if (port === undefined) throw error;
        this.#log.warn(`Diagnostics are on another port than ${port} until the next start: ${reasonOf(error)}`);
        return start(0);
      });
    } catch (error) {
      this.#log.warn(`Diagnostics are not served: ${reasonOf(error)}`);
    }
  }

  #report(): DiagnosticsReport {
    const cameras = this.#cameras.faces.map((face) => {
      const camera = this.#followed?.get(face.id);
      const setup = this.#accessories.setup(face.accessory);
      return {
        id: face.id,
        name: face.name,
        published: this.#config.publish,
        ...(setup === undefined ? {} : { setup }),
        status: camera?.state.status ?? 'unknown: the recorder is away',
        ...(camera?.state.problem === undefined ? {} : { problem: camera.state.problem }),
        streams: camera?.streams ?? [],
      };
    });
    return {
      version: VERSION,
      recorder: this.#recorder,
      cameras,
      sessions: this.#sessions.records,
      network: this.#network.routes,
      resources: processResources(),
    };
  }
}

const fileName = (text: string | undefined): string => (text ?? 'nightjar').toLowerCase().replace(/[^a-z0-9]+/g, '');
