// What the broker has of recorders and cameras: who there is, whether they are there, and how they are switched.
import { BoardRoom } from './board-room.ts';
import type { SiteMessage } from './subscription-book.ts';

/** Whether a camera is received: by the recorder, if that is there. */
export type Availability = 'online' | 'offline' | 'disabled';

/** A camera as its recorder describes it. */
export interface BoardCamera {
  readonly id: string;
  readonly name: string;
  /** Id of its recorder. */
  readonly server: string;
  readonly availability: Availability;
  readonly canPtz: boolean;
  readonly presets: readonly string[];
  readonly zones: readonly string[];
}

/** A recorder as it describes itself. */
export interface BoardServer {
  readonly id: string;
  readonly name: string;
  readonly isOnline: boolean;
  /** Base address of its HTTP API, without `/api/v1`. */
  readonly api: string;
}

/** Filters that tell which recorders there are. */
export const SERVER_FILTERS: readonly string[] = ['server/+/info', 'server/+/state'];

/** Filters below the base topic that the board lives of. */
export const BOARD_FILTERS: readonly string[] = [...SERVER_FILTERS, 'server/+/+/state', 'camera/+/info', 'camera/+/availability', 'camera/+/+/state'];

/** What recorders say of themselves on `server/<id>/state`, and of cameras on `camera/<id>/availability`. */
export const ONLINE = 'online';
/** The same where they are lost; of a recorder its last will. */
export const OFFLINE = 'offline';
/** What a recorder says of a camera that is switched off. */
export const DISABLED = 'disabled';

/** Who there is. */
export type BoardKind = 'camera' | 'server';
type Info = Readonly<Record<string, unknown>>;

const INFO = /^(camera|server)\/([^/]+)\/info$/;
/** Topics that tell who is there. */
const WHO = /^((?:camera|server)\/[^/]+)\/(?:info|availability|state)$/;
/** Of a name or an address: whoever may publish at the broker chooses them. */
const LONGEST_TEXT = 300;

/** Of whom a topic of the board tells that it is there, or not: `camera/porch`, `server/rec1`; absent where it tells something else. */
export const aboutWhom = (topic: string): string | undefined => WHO.exec(topic)?.[1];

/** The kept topics of a site. Topics are without the base. */
export class SiteBoard {
  readonly #texts = new Map<string, string>();
  /** What they say of themselves, by id: every node looks them up whenever somebody comes or goes. */
  readonly #infos: Readonly<Record<BoardKind, Map<string, Info>>> = { camera: new Map(), server: new Map() };
  readonly #sorted = new Map<BoardKind, readonly string[]>();
  /** What was here before the connection was made again, and was not told again since. */
  #unconfirmed = new Set<string>();
  readonly #room = new BoardRoom();
  readonly #listeners = new Set<(topic: string, text: string | undefined) => void>();

  /**
   * @param topic - Without the base.
   * @returns Whether there was room for it; else what is known stays as it was.
   */
  take(topic: string, { payload }: Pick<SiteMessage, 'payload'>): boolean {
    if (payload.byteLength > 0 && !this.#room.take(topic, payload.byteLength)) return false;
    this.#unconfirmed.delete(topic);
    const text = payload.toString();
    if (text === '') this.#remove(topic);
    else this.#set(topic, text);
    return true;
  }

  /** The connection was made anew: everything is about to be told again. */
  expectAll(): void {
    this.#unconfirmed = new Set(this.#texts.keys());
  }

  /** What is kept has come: what was not among it is gone. A recorder that says nothing at all is not there; what it had stays, until it has come. */
  dropUnconfirmed(): void {
    const silent = new Set(this.ids('server').filter((id) => !['info', 'state'].some((leaf) => this.isConfirmed(`server/${id}/${leaf}`))));
    const gone = [...this.#unconfirmed].filter((topic) => !silent.has(this.#recorderIn(topic)));
    for (const topic of gone) {
      this.#unconfirmed.delete(topic);
      this.#remove(topic);
    }
    for (const id of silent) if (this.#texts.get(`server/${id}/state`) === ONLINE) this.#set(`server/${id}/state`, OFFLINE);
  }

  /** Whether something of the connection before was not told again yet. */
  get awaits(): boolean {
    return this.#unconfirmed.size > 0;
  }

  /** What is known of a topic was said again. */
  confirm(topic: string): void {
    this.#unconfirmed.delete(topic);
  }

  clear(): void {
    this.#texts.clear();
    for (const infos of Object.values(this.#infos)) infos.clear();
    this.#sorted.clear();
    this.#room.clear();
    this.#unconfirmed.clear();
  }

  /** What is kept on a topic below the base, for instance `camera/porch/armed/state`. */
  text(topic: string): string | undefined {
    return this.#texts.get(topic);
  }

  /** Whether what is kept on a topic was told since the connection was made. */
  isConfirmed(topic: string): boolean {
    return this.#texts.has(topic) && !this.#unconfirmed.has(topic);
  }

  /** Told of each topic as it comes or goes. @returns Ends it. */
  onChange(listener: (topic: string, text: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Of those that say what they are, in order. */
  ids(kind: BoardKind): readonly string[] {
    const known = this.#sorted.get(kind);
    if (known !== undefined) return known;
    const ids = [...this.#infos[kind].keys()].sort();
    this.#sorted.set(kind, ids);
    return ids;
  }

  /** By id. */
  get cameras(): readonly BoardCamera[] {
    return this.ids('camera').flatMap((id) => this.camera(id) ?? []);
  }

  camera(id: string): BoardCamera | undefined {
    const info = this.#infos.camera.get(id);
    return info === undefined ? undefined : this.#camera(id, info);
  }

  /** Of a camera; empty where it does not say. */
  recorderOf(id: string): string | undefined {
    const info = this.#infos.camera.get(id);
    return info === undefined ? undefined : textOf(info['server'], '');
  }

  /** By id. */
  get servers(): readonly BoardServer[] {
    return this.ids('server').flatMap((id) => this.server(id) ?? []);
  }

  server(id: string): BoardServer | undefined {
    const info = this.#infos.server.get(id);
    return info === undefined ? undefined : this.#server(id, info);
  }

  #camera(id: string, info: Info): BoardCamera {
    const server = textOf(info['server'], '');
    const caps = objectOf(info['caps']);
    const told = this.#texts.get(`camera/${id}/availability`);
    const isThere = this.#texts.get(`server/${server}/state`) === 'online';
    const availability = told === DISABLED ? DISABLED : told === 'online' && isThere ? 'online' : 'offline';
    const texts = (value: unknown): readonly string[] =>
      Array.isArray(value) ? value.filter((each) => typeof each === 'string').map((each) => each.slice(0, LONGEST_TEXT)) : [];
    return {
      id,
      name: textOf(info['name'], id),
      server,
      availability,
      canPtz: caps['ptz'] === true,
      presets: texts(caps['presets']),
      zones: texts(info['zones']),
    };
  }

  #server(id: string, info: Info): BoardServer {
    return { id, name: textOf(info['name'], id), isOnline: this.#texts.get(`server/${id}/state`) === 'online', api: addressOf(textOf(info['api'], '')) };
  }

  #recorderIn(topic: string): string {
    const [kind, id = ''] = topic.split('/');
    return kind === 'server' ? id : (this.recorderOf(id) ?? '');
  }

  #set(topic: string, text: string): void {
    this.#texts.set(topic, text);
    this.#inform(topic, text);
    this.#tell(topic, text);
  }

  /** What was never here is not told to be gone: anybody can say so of any topic. */
  #remove(topic: string): void {
    if (!this.#texts.delete(topic)) return;
    this.#room.leave(topic);
    this.#inform(topic, undefined);
    this.#tell(topic, undefined);
  }

  #inform(topic: string, text: string | undefined): void {
    const [, kind, id = ''] = INFO.exec(topic) ?? [];
    if (kind !== 'camera' && kind !== 'server') return;
    const infos = this.#infos[kind];
    if (infos.has(id) !== (text !== undefined)) this.#sorted.delete(kind);
    if (text === undefined) infos.delete(id);
    else infos.set(id, infoIn(text));
  }

  #tell(topic: string, text: string | undefined): void {
    for (const listener of [...this.#listeners]) listener(topic, text);
  }
}

const objectOf = (value: unknown): Info => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});

function infoIn(text: string): Info {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_TEXT) : otherwise);

/** An address that can be asked, and shown as a link; empty where it is none. A login in it is nobody's here. */
function addressOf(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return '';
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
