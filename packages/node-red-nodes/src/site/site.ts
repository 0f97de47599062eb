// A site: one connection to a broker, what is known of its recorders and cameras, and the nodes that use it.
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Attendance, attendanceAt } from './attendance.ts';
import { BrokerLink, type LinkSettings, type LinkState, linkProblem } from './broker-link.ts';
import { errorText } from './error-text.ts';
import { LossDoubt } from './loss-doubt.ts';
import { RecorderHttp, type RecorderHttpOptions, RecorderProblem } from './recorder-http.ts';
import { aboutWhom, BOARD_FILTERS, ONLINE, SiteBoard } from './site-board.ts';
import { refusedText, SiteCommands } from './site-commands.ts';
import { type SiteListener, type SiteMessage, SubscriptionBook } from './subscription-book.ts';

/** What a site is made of. `warn` says something once: a refusal, a fault of a listener. */
export interface SiteSettings extends Omit<LinkSettings, 'clientId'> {
  /** Of the site’s node. */
  readonly id: string;
  /** What topics begin with, without a slash at the end. */
  readonly base: string;
  /** Address of the recorder’s HTTP API, in place of what recorders say of themselves. */
  readonly apiUrl?: string | undefined;
  readonly apiToken?: string | undefined;
  /** How long answers of the API may take. */
  readonly apiLimits?: Pick<RecorderHttpOptions, 'timeoutMs' | 'wholeMs'>;
  warn(text: string): void;
  /** Told that what was warned of is over. */
  log?(text: string): void;
}

/** A recorder of the site that can be asked. */
export interface SiteRecorder {
  /** Empty where the site has an address of its own, which may be that of any recorder. */
  readonly id: string;
  readonly name: string;
  /** As the broker has it. */
  readonly isOnline: boolean;
  readonly http: RecorderHttp;
}

/** A node that uses the site. */
export interface SiteUser {
  readonly id: string;
  /** Filters of the board, below the base topic, without which the node is of no use. */
  readonly needs?: readonly string[];
  /** It sends commands, and is of no use where it may not hear what became of them. */
  readonly commands?: boolean;
  /** Told at once, and whenever it changes, or who is there does. */
  onLink(state: LinkState): void;
}

/** How long a connection that is being made is waited for. */
const CONNECT_WITHIN_MS = 5000;
/** Within this after a subscription the broker has sent what it had kept. */
const KEPT_WITHIN_MS = 2000;
const SERVER_STATE = /^server\/[^/]+\/state$/;
const POLL_MS = 20;
/** How long a node that is deployed anew is waited for. */
const AWAY_MS = 1000;
/** Flows that are being deployed are there within this: Node-RED gives each node 15 s to close. */
export const FLOWS_WITHIN_MS = 16_000;
/** Owner of what the site itself listens to. */
const OWN = '#site';

/** Filters that the broker still has from before a deployment, by client id. */
const lastFilters = new Map<string, ReadonlySet<string>>();
const LONGEST_ID = 36;
/** Two Node-REDs with the same flows are two clients; one that deploys its flows anew stays the same. */
const INSTANCE = Math.random().toString(36).slice(2, 10);

/** Ids in subflows within subflows are long, and begin alike. */
const shortOf = (id: string): string => (id.length <= LONGEST_ID ? id : createHash('sha256').update(id).digest('hex').slice(0, LONGEST_ID));

/** One site. It connects when the first node joins and ends its connection when the last one has left. */
export class Site {
  readonly board = new SiteBoard();
  readonly commands: SiteCommands;
  readonly base: string;
  readonly #settings: SiteSettings;
  readonly #clientId: string;
  readonly #link: BrokerLink;
  readonly #book: SubscriptionBook;
  readonly #users = new Map<string, SiteUser>();
  readonly #warned = new Set<string>();
  #isInTrouble = false;
  /** Filters that the broker lets nobody here listen to. */
  readonly #refused = new Set<string>();
  #isReady = false;
  #holdTimer: NodeJS.Timeout | undefined;
  #toRun: (() => void)[] = [];
  #hasBoard = false;
  /** Filters of the connection before that nobody wants any more. */
  #stale: readonly string[] = [];
  /** Filters that this connection began with. */
  #asked: ReadonlySet<string> = new Set();
  #keptTimer: NodeJS.Timeout | undefined;
  readonly #doubt = new LossDoubt(this.board, (topic, message) => this.#onBoard(topic, message));
  #unusedTimer: NodeJS.Timeout | undefined;
  #lookTimer: NodeJS.Immediate | undefined;

  constructor(settings: SiteSettings) {
    this.#settings = settings;
    this.base = settings.base;
    this.#clientId = `nightjar-nodered-${INSTANCE}-${shortOf(settings.id)}`;
    this.#book = new SubscriptionBook({
      onUnused: (filters) => this.#link.unsubscribe(filters),
      onFault: (error) => this.#warn(`a node failed to take a message: ${errorText(error)}`),
    });
    this.#link = new BrokerLink(
      { ...settings, clientId: this.#clientId },
      {
        onState: (state) => this.#changed(state),
        onConnected: () => this.#connected(),
        onMessage: (message) => this.#book.deliver(message),
        onSubscribed: (filter, isAllowed) => this.#subscribed(filter, isAllowed),
      },
    );
    this.commands = new SiteCommands({
      base: this.base,
      answerTopic: `${this.base}/answers/${this.#clientId}/result`,
      link: this.#link,
      board: this.board,
      refused: this.#refused,
      known: async (look, signal) => {
        await this.#settled(signal);
        return this.known(look, signal);
      },
      listen: (filter, listener) => this.#add(OWN, filter, listener),
    });
    this.board.onChange((topic) => aboutWhom(topic) !== undefined && this.#lookAgain());
    this.#listenToBoard();
  }

  /** Where it is: another one knows other cameras. */
  get place(): string {
    return `${this.#settings.url} ${this.base}`;
  }

  get link(): LinkState {
    return this.#link.state;
  }

  /** Every node of the flows is there: connect, if anybody wants to. */
  ready(): void {
    clearTimeout(this.#holdTimer);
    this.#holdTimer = undefined;
    this.#isReady = true;
    this.#book.go();
    for (const run of this.#toRun.splice(0)) run();
    if (this.#users.size > 0) this.#link.open();
  }

  /** Flows are about to be deployed: what comes is held until they are `ready`. */
  hold(): void {
    this.#isReady = false;
    this.#book.hold();
    clearTimeout(this.#holdTimer);
    this.#holdTimer = setTimeout(() => this.ready(), FLOWS_WITHIN_MS);
  }

  /** Resolves at once while flows run, else once they do: what a node sends before is lost where the next one is not there yet. */
  async running(): Promise<void> {
    while (!this.#isReady) await new Promise<void>((resolve) => this.#toRun.push(resolve));
  }

  /** A node uses the site from now on. */
  join(user: SiteUser): void {
    this.#users.set(user.id, user);
    if (this.#isReady) this.#link.open();
    user.onLink(this.link);
  }

  /**
   * Listens to a filter below the base topic for a node that has joined; the listener gets topics without the base. What is kept comes at once and
   * again after each connection, marked as retained. Filters name no camera (`camera/+/motion`): where two overlap, brokers send messages twice.
   */
  subscribe(user: SiteUser, filter: string, listener: SiteListener): void {
    this.#add(user.id, `${this.base}/${filter}`, (message) => listener({ ...message, topic: message.topic.slice(this.base.length + 1) }));
  }

  /** Whether the broker lets a node hear all that it listens to and needs. */
  hears({ id, needs = [], commands = false }: SiteUser): boolean {
    if (this.#refused.size === 0) return true;
    if (commands && this.commands.isDeaf) return false;
    return !needs.some((filter) => this.#isRefused(filter)) && !this.#book.filtersOf(id).some((filter) => this.#refused.has(filter));
  }

  /** Whether those are there that a node is for. @param cameras - By id; none: whatever cameras there are. */
  attendance(cameras: readonly string[]): Attendance {
    const isWhole = this.#hasBoard && !BOARD_FILTERS.some((filter) => this.#isRefused(filter));
    return attendanceAt(this.board, isWhole, cameras);
  }

  /** Why no recorder is known, where it is the broker’s doing. */
  get refusal(): string | undefined {
    const filter = `${this.base}/server/+/info`;
    return this.#refused.has(filter) ? refusedText(filter) : undefined;
  }

  /** A node uses the site no more. One that was not removed is waited for a moment, since it is likely deployed anew. */
  leave(user: SiteUser, isRemoved: boolean): void {
    // One that leaves a site that was closed before it, in the same deployment, is waited for by nobody.
    if (this.#users.get(user.id) !== user) return;
    this.#users.delete(user.id);
    this.#book.leave(user.id, isRemoved);
    if (this.#users.size > 0) return;
    clearTimeout(this.#unusedTimer);
    const end = (): void => {
      if (this.#users.size === 0) void this.close(true);
    };
    this.#unusedTimer = setTimeout(() => (this.#holdTimer === undefined ? end() : void this.#toRun.push(end)), isRemoved ? 0 : AWAY_MS);
  }

  /** Ends the connection within a second. @param isRemoved - The site will not come back. */
  async close(isRemoved: boolean): Promise<void> {
    for (const timer of [this.#keptTimer, this.#unusedTimer, this.#holdTimer]) clearTimeout(timer);
    clearImmediate(this.#lookTimer);
    this.#lookTimer = undefined;
    this.#doubt.forget();
    if (isRemoved) lastFilters.delete(this.#clientId);
    else if (this.link.status === 'connected') lastFilters.set(this.#clientId, new Set(this.#book.filters));
    const ended = this.#link.close(isRemoved);
    this.#users.clear();
    this.#refused.clear();
    this.#holdTimer = undefined;
    this.commands.stop();
    this.#book.clear();
    this.board.clear();
    this.#hasBoard = false;
    this.#listenToBoard();
    await ended;
  }

  /** Resolves once the broker is connected. @throws Error that says why it is not. */
  async connected(signal?: AbortSignal): Promise<void> {
    const endMs = performance.now() + CONNECT_WITHIN_MS;
    while (this.link.status !== 'connected') {
      if (this.link.problem !== undefined || performance.now() > endMs) throw new Error(`not connected: ${linkProblem(this.link)}`);
      await pause(POLL_MS, undefined, { signal });
    }
  }

  /** Waits until `look` finds something on the board, or everything the broker kept has come. @throws As `connected`. */
  async known<T>(look: () => T | undefined, signal?: AbortSignal): Promise<T | undefined> {
    await this.connected(signal);
    for (;;) {
      const found = look();
      if (found !== undefined || this.#hasBoard || this.link.status !== 'connected') return found;
      await pause(POLL_MS, undefined, { signal });
    }
  }

  /**
   * The HTTP API of a camera’s recorder, or of the only one.
   * @throws Error that says how it can be found; RecorderProblem where none of several recorders has the camera.
   */
  api(cameraId?: string): RecorderHttp {
    return this.#apiAt(this.#settings.apiUrl || this.#apiOf(cameraId));
  }

  /** The API of every recorder of the site that is there. @throws Error that says how one can be found. */
  apis(): readonly RecorderHttp[] {
    if (this.#settings.apiUrl) return [this.api()];
    const urls = [...new Set(this.board.servers.filter(({ isOnline, api }) => isOnline && api !== '').map(({ api }) => api))];
    return urls.length === 0 ? [this.api()] : urls.map((url) => this.#apiAt(url));
  }

  /**
   * The recorder of a camera; without one, or where nobody says that it has it, every recorder of the site. Waits for all of them to say where they are.
   * @throws Error that says how one can be found.
   */
  async recorders(cameraId?: string, signal?: AbortSignal): Promise<readonly SiteRecorder[]> {
    const { apiUrl } = this.#settings;
    const look = (): string | undefined => (cameraId === undefined ? undefined : this.board.camera(cameraId)?.server);
    if (!apiUrl && look() === undefined) await this.known(look, signal).catch(() => undefined);
    signal?.throwIfAborted();
    const servers = apiUrl ? [] : this.board.servers.filter(({ api }) => api !== '');
    if (servers.length === 0) return [{ id: '', name: 'the recorder', isOnline: true, http: this.api() }];
    const own = servers.filter(({ id }) => id === look());
    return (own.length > 0 ? own : servers).map(({ id, name, isOnline, api }) => ({ id, name, isOnline, http: this.#apiAt(api) }));
  }

  /** Waits a moment for the recorder to say its address, where none is set. */
  async findApi(cameraId?: string, signal?: AbortSignal): Promise<RecorderHttp> {
    const look = (): unknown => (cameraId === undefined ? this.board.servers[0] : this.board.camera(cameraId));
    if (!this.#settings.apiUrl && look() === undefined) await this.known(look, signal).catch(() => undefined);
    signal?.throwIfAborted();
    return this.api(cameraId);
  }

  #apiAt(url: string): RecorderHttp {
    const { apiToken: token, apiLimits } = this.#settings;
    return new RecorderHttp({ url, token, ...apiLimits });
  }

  #apiOf(cameraId: string | undefined): string {
    const camera = cameraId === undefined ? undefined : this.board.camera(cameraId);
    if (cameraId !== undefined && camera === undefined && this.board.ids('server').length > 1) throw this.#nobodyHas(cameraId);
    const server = camera === undefined ? (this.board.servers.find(({ isOnline }) => isOnline) ?? this.board.servers[0]) : this.board.server(camera.server);
    if (server !== undefined && server.api !== '') return server.api;
    const silence = this.refusal ?? `no recorder says its address below ${this.base} at the broker`;
    const why = this.link.status === 'connected' ? silence : linkProblem(this.link);
    throw new Error(`the address of the recorder is not known: ${why}. Write it into the site, for instance http://nvr.example:8420`);
  }

  /** Another recorder would answer for a camera, or an event, of its own. */
  #nobodyHas(cameraId: string): RecorderProblem {
    const others = this.board.ids('camera').join(', ');
    return new RecorderProblem('CAMERA_NOT_FOUND', 0, `no recorder says that it has camera ${JSON.stringify(cameraId)}; there are ${others}`);
  }

  #listenToBoard(): void {
    this.commands.listen();
    for (const filter of BOARD_FILTERS)
      this.#add(OWN, `${this.base}/${filter}`, (message) => this.#doubt.take(message.topic.slice(this.base.length + 1), message));
  }

  #onBoard(topic: string, message: SiteMessage): void {
    if (!this.board.take(topic, message))
      this.#warn(`something below ${this.base} at the broker is passed over: ids nobody has, or more than a house has; who publishes there?`);
    // A recorder that was silent until now: what it does not tell of is gone.
    if (SERVER_STATE.test(topic) && this.board.text(topic) === ONLINE && this.#hasBoard && this.board.awaits) this.#awaitKept();
  }

  /** Resolves once it is known whether recorders that are said to be lost are. */
  async #settled(signal?: AbortSignal): Promise<void> {
    while (this.#doubt.isOpen) await pause(POLL_MS, undefined, { signal });
  }

  #awaitKept(): void {
    clearTimeout(this.#keptTimer);
    this.#keptTimer = setTimeout(() => {
      this.board.dropUnconfirmed();
      this.#hasBoard = true;
      this.#lookAgain();
    }, KEPT_WITHIN_MS);
  }

  #add(owner: string, filter: string, listener: (message: SiteMessage) => void): void {
    this.#book.add(owner, filter, listener);
    // Always: the broker then tells this listener as well what it has kept.
    this.#link.subscribe([filter]);
  }

  #subscribed(filter: string, isAllowed: boolean): void {
    if (isAllowed ? !this.#refused.delete(filter) : this.#refused.has(filter)) return;
    if (!isAllowed) {
      this.#refused.add(filter);
      this.#warn(refusedText(filter));
    }
    if (this.link.status === 'connected') this.#tell(this.link);
  }

  #connected(): readonly string[] {
    const wanted = this.#book.filters;
    const stale = [...(lastFilters.get(this.#clientId) ?? [])].filter((filter) => !wanted.includes(filter));
    lastFilters.delete(this.#clientId);
    this.#stale = stale;
    this.#asked = new Set(wanted);
    this.#book.begin();
    this.board.expectAll();
    this.#hasBoard = false;
    this.#awaitKept();
    return wanted;
  }

  #changed(state: LinkState): void {
    const wasInTrouble = this.#isInTrouble;
    this.#isInTrouble = state.status !== 'connected' && (wasInTrouble || state.problem !== undefined);
    if (wasInTrouble && state.status === 'connected') this.#settings.log?.('connected to the broker again');
    if (state.status === 'disconnected') {
      clearTimeout(this.#keptTimer);
      this.#doubt.forget();
      this.commands.lost();
    }
    if (state.status === 'connected') {
      this.#warned.clear();
      this.#book.settled();
      // What nobody wants any more since flows were deployed, and what came to be wanted while the broker was asked.
      this.#link.unsubscribe(this.#stale);
      this.#link.subscribe(this.#book.filters.filter((filter) => !this.#asked.has(filter)));
    } else if (state.problem !== undefined) this.#warn(state.problem);
    this.#tell(state);
  }

  /** Of a filter below the base topic. */
  #isRefused(filter: string): boolean {
    return this.#refused.has(`${this.base}/${filter}`);
  }

  /** Once for all that comes in one turn. */
  #lookAgain(): void {
    this.#lookTimer ??= setImmediate(() => {
      this.#lookTimer = undefined;
      this.#tell(this.link);
    });
  }

  #tell(state: LinkState): void {
    for (const user of [...this.#users.values()]) user.onLink(state);
  }

  #warn(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#settings.warn(text);
  }
}
