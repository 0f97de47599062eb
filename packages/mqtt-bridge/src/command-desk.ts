// Carries out what others publish on `…/set` and `…/cmd/…`, and says what came of it. A command that the broker kept is never obeyed.
import { type Camera, type Export, type RecorderApi, type RecorderControls, reasonOf, type ServerInfo } from '@nightjar/client';
import { exportInput, InputError, MOST_INPUT_BYTES, numberField, ptzInput, readFields, requestId, triggerInput, widthField } from './command-input.ts';
import { CommandPace } from './command-pace.ts';
import { given } from './given.ts';
import type { Incoming } from './incoming.ts';
import type { CalmLogger } from './logger.ts';
import { jsonMessage, plainMessage } from './messages.ts';
import { NewestLane } from './newest-lane.ts';
import type { ResolvedOptions } from './options.ts';
import type { Message } from './outbox.ts';
import type { Previews } from './previews.ts';
import { parseSwitch, propertyOf } from './properties.ts';
import { isAnswerTopic } from './topic-text.ts';
import { type CommandAddress, commandAddress, type TopicName } from './topics.ts';

/** What the desk works with. */
export interface CommandContext {
  readonly api: RecorderApi;
  readonly server: () => ServerInfo;
  readonly options: ResolvedOptions;
  readonly logger: CalmLogger;
  readonly previews: Previews;
  /** Whether the recorder has this camera. */
  has(cameraId: string): boolean;
  /** Publishes a property of a camera again, although it may not have changed; without a name all of them. */
  repeatCamera(camera: Camera, name?: string): void;
  /** The same of the recorder. */
  repeatRecorder(controls: RecorderControls): void;
  publish(message: Message): void;
}

/** Commands that are being carried out; more are refused. */
const MOST_AT_ONCE = 64;
/** How long an export's result is waited for. */
const EXPORT_WITHIN_MS = 60_000;
const STREAM_SECONDS = 300;
const MOST_TEXT = 300;
/** Of a topic that somebody wants to be answered on; brokers end the connection over too many. */
const MOST_LEVELS = 20;

/** What `cmd/stream` gives an address of. */
const STREAMS = {
  snapshot: { operation: 'getSnapshot', path: 'snapshot.jpg' },
  mjpeg: { operation: 'getLiveMjpeg', path: 'live.mjpeg' },
  mp4: { operation: 'getLiveMp4', path: 'live.mp4' },
  websocket: { operation: 'watchLive', path: 'live' },
} as const;

/** Takes commands. */
export class CommandDesk {
  readonly #context: CommandContext;
  readonly #abort = new AbortController();
  /** Exports whose end somebody waits for. */
  readonly #exports = new Map<number, (made: Export) => void>();
  readonly #pace = new CommandPace();
  readonly #sets = new NewestLane();
  #running = 0;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** @returns Whether the message was a command. */
  take(message: Incoming): boolean {
    const { options, logger } = this.#context;
    const address = commandAddress(options.base, message.topic);
    if (address === undefined) return false;
    if (message.retained) logger.warn('MQTT: a command that the broker had kept was not obeyed; publish commands without retain', { topic: message.topic });
    else if (this.#pace.takes(performance.now())) this.#begin(address, message);
    else logger.warn('MQTT: more commands come than can be meant; some are neither obeyed nor answered', { topic: message.topic });
    return true;
  }

  /** An export went on. */
  exportChanged(made: Export): void {
    if (made.state === 'done' || made.state === 'failed' || made.state === 'cancelled') this.#exports.get(made.id)?.(made);
  }

  stop(): void {
    this.#abort.abort();
    this.#sets.clear();
    this.#exports.clear();
  }

  /** What is set is set in order, the newest last; everything else is done at once, beside it. */
  #begin(address: CommandAddress, message: Incoming): void {
    const { kind, id, name } = address;
    const isOfCamera = kind === 'cameraSet' && this.#context.has(id) && propertyOf(name) !== undefined;
    if (!isOfCamera && kind !== 'serverSet' && kind !== 'siteSet') return void this.#carryOut(address, message);
    const passed = { ok: false, code: 'SUPERSEDED', error: `${name} was set again before it could be` };
    this.#sets.run(
      isOfCamera ? `${id} ${name}` : '',
      () => this.#carryOut(address, message),
      () => {
        if (message.responseTopic !== undefined) this.#reply(address, message, passed);
      },
    );
  }

  async #carryOut(address: CommandAddress, message: Incoming): Promise<void> {
    const payload = new TextDecoder().decode(message.payload.subarray(0, MOST_INPUT_BYTES));
    const correlation = message.correlationData === undefined ? undefined : new TextDecoder().decode(message.correlationData).slice(0, 128);
    const id = requestId(payload) ?? correlation;
    const known = id === undefined ? {} : { id };
    const isSet = address.kind.endsWith('Set');
    this.#running += 1;
    try {
      if (message.payload.byteLength > MOST_INPUT_BYTES) throw new InputError(`a command has at most ${MOST_INPUT_BYTES} bytes`);
      if (this.#running > MOST_AT_ONCE && !isSet) throw new InputError(`${MOST_AT_ONCE} commands are being carried out already; try again`);
      const data = await this.#do(address, payload);
      if (!isSet || message.responseTopic !== undefined) this.#reply(address, message, { ...known, ok: true, ...(data === undefined ? {} : { data }) });
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      const { code, text } = problemOf(error);
      // One sentence for each code: those who ask choose the rest.
      this.#context.logger.warn(`MQTT: a command failed (${code})`, { topic: message.topic, reason: reasonOf(error) });
      this.#reply(address, message, { ...known, ok: false, error: text, code });
      if (isSet) await this.#repeat(address);
    } finally {
      this.#running -= 1;
    }
  }

  #do(address: CommandAddress, payload: string): Promise<object | undefined> {
    const { id, name } = address;
    const isOfCamera = address.kind === 'cameraSet' || address.kind === 'cameraCommand';
    if (isOfCamera && !this.#context.has(id)) throw new InputError(`there is no camera ${JSON.stringify(id)}`);
    switch (address.kind) {
      case 'cameraSet':
        return this.#setCamera(id, name, payload);
      case 'cameraCommand':
        return this.#cameraCommand(id, name, payload);
      case 'serverCommand':
        return this.#serverCommand(name);
      case 'serverSet':
      case 'siteSet':
        return this.#setServer(name, payload);
    }
  }

  async #setCamera(id: string, name: string, payload: string): Promise<object | undefined> {
    const { api, previews, repeatCamera } = this.#context;
    if (name === 'preview') return asData(previews.set(id, payload));
    if (name === 'ptz_preset') {
      await api.ptz(id, { action: 'preset', preset: payload.trim() });
      return undefined;
    }
    const property = propertyOf(name);
    if (property === undefined) throw new InputError(`a camera has no property ${quoted(name)}`);
    const changes = property.changes(payload);
    if (changes === undefined) throw new InputError(`${name} is ${property.expected}; got ${quoted(payload)}`);
    const camera = await api.setCameraControls(id, changes);
    repeatCamera(camera, name);
    return { [name]: property.state(camera.controls) };
  }

  async #setServer(name: string, payload: string): Promise<object | undefined> {
    if (name !== 'armed') throw new InputError(`a recorder has no property ${quoted(name)}`);
    const armed = parseSwitch(payload);
    if (armed === undefined) throw new InputError(`armed is ON or OFF; got ${quoted(payload)}`);
    this.#context.repeatRecorder(await this.#context.api.setControls({ armed }));
    return undefined;
  }

  async #cameraCommand(id: string, verb: string, payload: string): Promise<object | undefined> {
    const { api } = this.#context;
    switch (verb) {
      case 'trigger': {
        const { request, source = 'mqtt' } = triggerInput(payload);
        const { eventId, waitsFor } = await api.trigger(id, request, source);
        return given({ event: eventId, waits_for: waitsFor });
      }
      case 'snapshot':
        return this.#snapshot(id, payload);
      case 'stream':
        return this.#stream(id, payload);
      case 'export':
        return this.#export(id, payload);
      case 'ptz':
        await api.ptz(id, ptzInput(payload));
        return undefined;
      case 'reconnect':
        await api.reconnect(id);
        return undefined;
      case 'siren':
      case 'light':
        throw Object.assign(new Error(`camera ${id} has no ${verb} that the recorder can switch`), { code: 'CAMERA_CANNOT' });
      default:
        throw new InputError(`there is no command ${quoted(verb)}`);
    }
  }

  async #serverCommand(verb: string): Promise<object | undefined> {
    const { api, options } = this.#context;
    if (verb === 'reload') return api.reload({ signal: this.#abort.signal });
    if (verb === 'restart' && options.restart !== undefined) {
      options.restart();
      return undefined;
    }
    if (verb === 'restart') throw Object.assign(new Error('restarting over MQTT is not allowed; mqtt.allowRestart does'), { code: 'NOT_ALLOWED' });
    if (verb === 'backup') throw Object.assign(new Error('this version makes no backups'), { code: 'NOT_AVAILABLE' });
    throw new InputError(`there is no command ${quoted(verb)}`);
  }

  async #snapshot(id: string, payload: string): Promise<object> {
    const { api, options, publish, server } = this.#context;
    const fields = readFields(payload);
    const width = widthField(fields) ?? options.snapshotWidth;
    const { signal } = this.#abort;
    let picture = await api.snapshot(id, { width, signal });
    for (let narrower = width * 0.7; picture.jpeg.byteLength > options.snapshotMaxBytes && narrower > 80; narrower *= 0.7)
      picture = await api.snapshot(id, { width: Math.round(narrower), signal });
    if (picture.jpeg.byteLength > options.snapshotMaxBytes) throw new InputError(`the picture is larger than ${options.snapshotMaxBytes} bytes at any width`);
    const message = plainMessage(options.base, 'cameraSnapshot', { id, payload: picture.jpeg });
    publish({ ...message, retain: fields['store'] !== false, userProperties: { ts: picture.at, server: server().id } });
    return { topic: message.topic, bytes: picture.jpeg.byteLength, ts: picture.at, stale: picture.stale };
  }

  async #stream(id: string, payload: string): Promise<object> {
    const { api, server } = this.#context;
    const seconds = numberField(readFields(payload), 'seconds') ?? STREAM_SECONDS;
    const operations = Object.values(STREAMS).map(({ operation }) => operation);
    const { token, expiresAt } = await api.mediaToken({ cameraId: id, operations, expiresInSeconds: seconds });
    const urls = Object.entries(STREAMS).map(([name, { path }]) => {
      const url = new URL(`/api/v1/cameras/${id}/${path}`, server().api);
      if (name === 'websocket') url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.searchParams.set('token', token);
      return [name, url.href] as const;
    });
    return { urls: Object.fromEntries(urls), expires_at: expiresAt };
  }

  async #export(id: string, payload: string): Promise<object> {
    const { api, server } = this.#context;
    const begun = await api.createExport(exportInput(id, payload), 'mqtt');
    const ended = new Promise<Export>((resolve) => {
      this.#exports.set(begun.id, resolve);
      setTimeout(() => resolve(begun), EXPORT_WITHIN_MS).unref();
    });
    // It may be done before anybody listens.
    const now = await api.export(begun.id);
    const made = now.state === 'queued' || now.state === 'running' ? await ended : now;
    this.#exports.delete(begun.id);
    const { state, error, urls, sizeBytes, durationSeconds } = made === begun ? await api.export(begun.id) : made;
    if (error !== undefined) throw Object.assign(new Error(error.message), { code: error.code });
    return { export: begun.id, state, api: server().api, ...(urls === undefined ? {} : { urls, size: sizeBytes, duration: durationSeconds }) };
  }

  async #repeat({ kind, id, name }: CommandAddress): Promise<void> {
    const { api, repeatCamera, repeatRecorder } = this.#context;
    try {
      if (kind === 'cameraSet') repeatCamera(await api.camera(id), name);
      else repeatRecorder(await api.controls());
    } catch {
      // What is not there has no state to say.
    }
  }

  #reply({ kind, id, name }: CommandAddress, message: Incoming, result: object): void {
    const { options, publish, server } = this.#context;
    const topic: TopicName = RESULTS[kind];
    const made = jsonMessage(options.base, topic, { id: kind === 'siteSet' ? server().id : id, name: name.slice(0, 64), payload: result });
    const { responseTopic, correlationData } = message;
    const isWelcome = responseTopic !== undefined && this.#mayAnswerOn(responseTopic);
    publish({ ...made, ...(isWelcome ? { topic: responseTopic } : {}), ...(correlationData === undefined ? {} : { correlationData }) });
  }

  /** Whoever may send commands must not make the recorder say things in its own name: below the base only results, and nothing that is discovery. */
  #mayAnswerOn(topic: string): boolean {
    const { base, homeAssistant } = this.#context.options;
    const isDiscovery = homeAssistant !== undefined && topic.startsWith(`${homeAssistant.prefix}/`);
    return topic.length <= MOST_TEXT && !isDiscovery && isAnswerTopic(base, topic, MOST_LEVELS);
  }
}

const RESULTS = {
  cameraSet: 'cameraPropertyResult',
  cameraCommand: 'cameraCommandResult',
  serverSet: 'serverPropertyResult',
  siteSet: 'serverPropertyResult',
  serverCommand: 'serverCommandResult',
} as const satisfies Readonly<Record<CommandAddress['kind'], TopicName>>;

const asData = (wish: object | 'off'): object | undefined => (wish === 'off' ? undefined : wish);

const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

function problemOf(error: unknown): { readonly code: string; readonly text: string } {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  // What the recorder says of itself is meant for people; what a library says may name files and addresses.
  const isSaid = error instanceof Error && typeof code === 'string' && /^[A-Z_]+$/.test(code) && !code.startsWith('ERR_') && !('errno' in error);
  return isSaid ? { code, text: error.message.slice(0, MOST_TEXT) } : { code: 'FAILED', text: 'the recorder failed to do it; its log says why' };
}
