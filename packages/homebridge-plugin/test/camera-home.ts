// A home for tests: cameras, a recorder and a Homebridge with the built plugin, all as processes or sockets of their own, on loopback.
import { fileURLToPath } from 'node:url';
import type { Camera, CameraControls } from '@nightjar/client';
import { encodeScene, loadClip, type MediaClip, namedScene, RtspCamera } from '@nightjar/testkit';
import { type AccessoryView, freePort, type HapClient, HomebridgeHarness } from '@nightjar/testkit/homekit';
import { RecorderFolder } from '../../core/test/integration/recorder-process.ts';
import type { DiagnosticsReport } from '../src/diagnostics/diagnostics-report.ts';

const PLUGIN = { folder: fileURLToPath(new URL('..', import.meta.url)), name: 'homebridge-nightjar' };
const ONLINE_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** How the clip of a camera is. */
export interface ClipChoice {
  readonly audio?: boolean;
  /** Between key frames. Default 4. */
  readonly gopSeconds?: number;
}

/** What is in the home; every part has a default. */
export interface CameraHomeOptions extends ClipChoice {
  /** How many cameras; they are called `cam1`, `cam2`, …. Default 1. */
  readonly cameras?: number;
  readonly clip?: MediaClip;
  /** Where cameras are that run already: the first one shows the first, and so on. Absent: one camera of this process shows the clip to all. */
  readonly sources?: readonly string[];
  readonly bridge?: 'main' | 'child';
  readonly externalsOnly?: boolean;
  /** More of the platform's configuration. */
  readonly platform?: Readonly<Record<string, unknown>>;
  /** Another folder of a built plugin. */
  readonly plugin?: { readonly folder: string; readonly name: string };
}

/** A street in 640x360 at 15 frames a second, which begins anew every 8 s. */
export async function streetClip({ audio = false, gopSeconds = 4 }: ClipChoice = {}): Promise<MediaClip> {
  const path = await encodeScene(namedScene('street', { seconds: 8, fps: 15 }), { gopSeconds, size: { width: 640, height: 360 }, audio });
  return loadClip(path, audio ? 'aac' : 'none');
}

/** Everything runs and the cameras are online in the recorder. */
export class CameraHome implements AsyncDisposable {
  readonly recorder: RecorderFolder;
  readonly homebridge: HomebridgeHarness;
  readonly #sources: readonly string[];
  readonly #stack: AsyncDisposableStack;

  private constructor(sources: readonly string[], recorder: RecorderFolder, homebridge: HomebridgeHarness, stack: AsyncDisposableStack) {
    this.#sources = sources;
    this.recorder = recorder;
    this.homebridge = homebridge;
    this.#stack = stack;
  }

  /** Starts the parts one after the other; each with what the one before said. */
  static async start(options: CameraHomeOptions = {}): Promise<CameraHome> {
    await using stack = new AsyncDisposableStack();
    const { cameras = 1, audio = false, gopSeconds = 4, bridge = 'main', externalsOnly = false, platform = {}, plugin = PLUGIN } = options;
    const sources = options.sources ?? [await serve(options.clip ?? (await streetClip({ audio, gopSeconds })), stack)];
    const lines = Array.from({ length: cameras }, (_, index) => cameraLine(index, sources[index % sources.length] ?? '', audio));
    const recorder = stack.use(new RecorderFolder({ cameras: lines.join('\n'), port: await freePort() }));
    await recorder.start();
    await online(recorder, cameras);
    const { said } = await recorder.run('token', 'create', 'homebridge', '--role', 'operator');
    const entry = { platform: 'Nightjar', name: 'Nightjar', recorder: { url: recorder.url, token: said.trim() }, ...platform };
    const homebridge = stack.use(await HomebridgeHarness.start({ plugin, platform: entry, bridge, externalsOnly }));
    return new CameraHome(sources, recorder, homebridge, stack.move());
  }

  /** A controller that sees all cameras of the bridge. */
  async pair(cameras: number): Promise<HapClient> {
    const client = await this.homebridge.pair();
    await this.shown(client, (views) => views.length === cameras);
    return client;
  }

  /** The cameras behind a controller, once they are as expected. @throws Error where they do not become so within `limitMs`. */
  async shown(client: HapClient, fits: (cameras: readonly AccessoryView[]) => boolean, limitMs = 30_000): Promise<readonly AccessoryView[]> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      const { cameras } = await client.accessories();
      if (fits(cameras)) return cameras;
      if (performance.now() > deadline) throw new Error(`cameras in Home are ${cameras.map(({ name }) => name).join(', ') || 'none'}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Lets an outside signal begin or end motion on a camera. */
  async trigger(cameraId: string, action: 'on' | 'off' | 'cancel'): Promise<void> {
    const answer = await this.recorder.ask(`/cameras/${cameraId}/trigger`, { method: 'POST', body: { action, cause: 'Test' } });
    if (!answer.ok) throw new Error(`the trigger was refused: ${await answer.text()}`);
  }

  /** Changes what is switched of a camera in the recorder. */
  control(id: string, controls: Partial<CameraControls>): Promise<void> {
    return this.#change(`/cameras/${id}/controls`, 'PATCH', controls);
  }

  /** A camera as the recorder sees it. */
  async seen(id: string): Promise<Camera> {
    return (await (await this.recorder.ask(`/cameras/${id}`)).json()) as Camera;
  }

  /** Adds a camera that shows the same clip. */
  async add(id: string, name: string): Promise<void> {
    await this.#change('/cameras', 'POST', { id, name, source: this.#sources[0], function: 'nodect', audio: false });
  }

  rename(id: string, name: string): Promise<void> {
    return this.#change(`/cameras/${id}`, 'PATCH', { name });
  }

  remove(id: string): Promise<void> {
    return this.#change(`/cameras/${id}`, 'DELETE');
  }

  /** What the plugin says of itself. */
  async report(): Promise<DiagnosticsReport> {
    const line = await this.homebridge.waitForLog(/Diagnostics: http/, 30_000);
    const answer = await fetch(/http\S+/.exec(line)?.[0] ?? '');
    return (await answer.json()) as DiagnosticsReport;
  }

  /** Until the plugin knows how long a camera's groups of pictures are: what fits a hub as it is it can tell only then. */
  async measured(cameraId: string): Promise<void> {
    await this.reported(`how often ${cameraId} sends a key frame`, ({ recorder, cameras }) => {
      const streams = cameras.find(({ id }) => id === cameraId)?.streams ?? [];
      return recorder.state === 'online' && streams.length > 0 && streams.every(({ gopSeconds }) => gopSeconds > 0);
    });
  }

  /** Until the plugin says something of itself. @throws Error with what it says last. */
  async reported(what: string, fits: (report: DiagnosticsReport) => boolean, limitMs = ONLINE_WITHIN_MS): Promise<void> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      const report = await this.report();
      if (fits(report)) return;
      if (performance.now() > deadline) throw new Error(`the plugin does not say ${what}: ${JSON.stringify(report)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Until the recorder receives from so many cameras. */
  async online(cameras: number): Promise<void> {
    await online(this.recorder, cameras);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #change(path: string, method: string, body?: unknown): Promise<void> {
    const answer = await this.recorder.ask(path, { method, body });
    if (!answer.ok) throw new Error(`${method} ${path} was refused: ${await answer.text()}`);
  }
}

const cameraLine = (index: number, source: string, audio: boolean): string =>
  `  - { id: cam${index + 1}, name: Camera ${index + 1}, source: "${source}", function: nodect, audio: ${audio} }`;

/** One camera of this process. */
async function serve(clip: MediaClip, stack: AsyncDisposableStack): Promise<string> {
  return stack.use(await RtspCamera.start({ streams: { main: { clip, loop: true } } })).url('main');
}

async function online(recorder: RecorderFolder, cameras: number): Promise<void> {
  const deadline = performance.now() + ONLINE_WITHIN_MS;
  for (;;) {
    const { online: now } = (await recorder.health()).cameras;
    if (now >= cameras) return;
    if (performance.now() > deadline) throw new Error(`${now} of ${cameras} cameras are online: ${recorder.log.slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
