// Announces a recorder and its cameras to Home Assistant, and takes back what is no longer true.
import type { Camera, ServerInfo } from '@nightjar/client';
import { emptyMessage } from '../messages.ts';
import type { Message } from '../outbox.ts';
import { Birth, type BirthOptions } from './birth.ts';
import { type Platforms, platformsOf, removalMessage } from './component-removal.ts';
import { cameraDiscovery, serverDiscovery } from './discovery.ts';
import { cameraObjectId, discoveryTopic } from './discovery-ids.ts';
import type { DiscoveryContext, DiscoveryMessage } from './discovery-message.ts';
import { readDiscovery, type SeenDiscovery } from './seen-discovery.ts';

/** A message of ours that is emptied so soon was meant for another's: a camera that was added here is removed there. */
const HEAL_MS = 10_000;
/** Messages of recorders that are remembered from before the announcement of a connection. */
const MAX_STANDING = 5000;

/** What is announced, and how. */
export interface AnnouncerOptions extends DiscoveryContext, BirthOptions {
  /** Off: nothing is announced, and what this recorder announced before is taken back. */
  readonly enabled: boolean;
  publish(message: Message): void;
  /** Home Assistant was born, and discovery was said again: states are to follow. */
  onBirth?(): void;
  /** Milliseconds that only grow. Default: of the process. */
  now?(): number;
}

/** What stands on a topic because of us. */
interface Said {
  readonly message: DiscoveryMessage;
  readonly text: string;
  readonly atMs: number;
}

/** One for each recorder. It never waits, and holds no connection. */
export class HomeAssistantAnnouncer {
  readonly #options: Required<Pick<AnnouncerOptions, 'now'>> & AnnouncerOptions;
  readonly #birth: Birth;
  /** By topic, the recorder first. */
  readonly #said = new Map<string, Said>();
  /** Topics of `#said` on which another recorder spoke after us. */
  readonly #foreign = new Set<string>();
  /** Topics of `#said` on which something came on this connection that the broker had not kept. */
  readonly #heard = new Set<string>();
  /** What stood on the broker when everything was to be said. */
  readonly #standing = new Map<string, SeenDiscovery>();
  #server: ServerInfo | undefined;
  /** Whether everything was said on this connection. */
  #isCurrent = false;

  constructor(options: AnnouncerOptions) {
    this.#options = { now: () => performance.now(), ...options };
    this.#birth = new Birth(() => this.#sayAgain(), options);
  }

  /** What `seen` must be given: also what is not retained, and others' as well as our own. */
  get filters(): readonly string[] {
    const { prefix } = this.#options;
    return [`${prefix}/status`, discoveryTopic(prefix, '+')];
  }

  /** A connection ended, or a new one begins: the next announcement says everything, whatever was said before. */
  reconnected(): void {
    this.#isCurrent = false;
    this.#standing.clear();
    this.#heard.clear();
    this.stop();
  }

  /** All there is: the recorder, then its cameras. Says what is new or different, and takes back the rest. */
  announce(server: ServerInfo, cameras: readonly Camera[]): void {
    const { enabled } = this.#options;
    const isAgain = !this.#isCurrent;
    this.#isCurrent = true;
    this.#server = server;
    const messages = enabled ? [serverDiscovery(server, this.#options), ...cameras.map((camera) => cameraDiscovery(camera, server, this.#options))] : [];
    const topics = new Set(messages.map(({ topic }) => topic));
    for (const topic of [...this.#said.keys()]) {
      if (topics.has(topic)) continue;
      // While we were away another recorder may have taken the camera over: what the broker kept will tell.
      if (isAgain) this.#said.delete(topic);
      else this.#takeBack(topic);
    }
    for (const message of messages) this.#say(message, isAgain, this.#standing.get(message.topic)?.platforms);
    for (const [topic, { serverId }] of this.#standing) if (serverId === server.id && !topics.has(topic)) this.#options.publish(emptyMessage(topic));
    this.#standing.clear();
  }

  /** A camera that is new or has changed; nothing before `announce`, which says it, too. */
  announceCamera(camera: Camera): void {
    if (this.#isCurrent && this.#server && this.#options.enabled) this.#say(cameraDiscovery(camera, this.#server, this.#options), false);
  }

  /** A camera that is gone from this recorder. Where another recorder has taken it over, its message stays. */
  remove(cameraId: string): void {
    const topic = discoveryTopic(this.#options.prefix, cameraObjectId(this.#options.base, cameraId));
    if (!this.#isCurrent) this.#said.delete(topic);
    else if (this.#said.has(topic)) this.#takeBack(topic);
  }

  /**
   * A message on one of `filters`.
   *
   * @param retained - Whether the broker kept it: it was said before we subscribed.
   * @returns Whether the topic is one of them.
   */
  seen(topic: string, payload: string | Uint8Array, retained: boolean): boolean {
    const [status = '', pattern = ''] = this.filters;
    const [before = '', after = ''] = pattern.split('+');
    const isDiscovery = topic.startsWith(before) && topic.endsWith(after);
    if (topic !== status && !isDiscovery) return false;
    const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
    if (topic === status) this.#birth.heard(text, retained);
    else if (this.#isCurrent) this.#judge(topic, text, retained);
    else this.#remember(topic, text);
    return true;
  }

  /** Calls off what waits. */
  stop(): void {
    this.#birth.cancel();
  }

  #sayAgain(): void {
    for (const [topic, { message }] of [...this.#said]) if (!this.#foreign.has(topic)) this.#say(message, true);
    this.#options.onBirth?.();
  }

  /** @param standing - Components that were on the broker before, beside those we said last. */
  #say(message: DiscoveryMessage, isAgain: boolean, standing: Platforms = {}): void {
    const { topic } = message;
    const text = JSON.stringify(message.payload);
    const before = this.#said.get(topic);
    if (before?.text === text && !isAgain) return;
    const removal = removalMessage(message, { ...standing, ...platformsOf(before?.message.payload.components ?? {}) });
    if (removal) this.#options.publish(removal);
    this.#said.set(topic, { message, text, atMs: this.#options.now() });
    this.#foreign.delete(topic);
    this.#options.publish({ topic, payload: text, retain: true, qos: 1, keep: 'state', contentType: 'application/json' });
  }

  #takeBack(topic: string): void {
    this.#said.delete(topic);
    this.#heard.delete(topic);
    if (this.#foreign.delete(topic)) return;
    this.#options.publish(emptyMessage(topic));
  }

  #judge(topic: string, text: string, retained: boolean): void {
    const said = this.#said.get(topic);
    // Some brokers tell what they had kept after what was said meanwhile.
    const isLate = retained && this.#heard.has(topic);
    if (!retained && said) this.#heard.add(topic);
    if (text === '') return this.#wasEmptied(topic, said);
    const seen = readDiscovery(text);
    if (!seen) return;
    const isOwn = seen.serverId === this.#server?.id;
    if (isOwn && !isLate) this.#foreign.delete(topic);
    if (!isOwn && !isLate && said) this.#foreign.add(topic);
    // What is not retained is said now: by us, or by the recorder that a camera moved to.
    if (!retained) return;
    if (said && removalMessage(said.message, seen.platforms)) this.#say(said.message, true, seen.platforms);
    else if (!said && isOwn) this.#options.publish(emptyMessage(topic));
  }

  #remember(topic: string, text: string): void {
    const seen = readDiscovery(text);
    this.#standing.delete(topic);
    if (seen && this.#standing.size < MAX_STANDING) this.#standing.set(topic, seen);
  }

  /** Whoever removes the device in Home Assistant a while later has their way until everything is said again. */
  #wasEmptied(topic: string, said: Said | undefined): void {
    const wasForeign = this.#foreign.delete(topic);
    if (said && (wasForeign || this.#options.now() - said.atMs < HEAL_MS)) this.#say(said.message, true);
  }
}
