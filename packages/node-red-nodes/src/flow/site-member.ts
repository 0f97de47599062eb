// How a node takes part in its site: it joins, shows a status that is true, and leaves when it is closed.
import { setMaxListeners } from 'node:events';
import type { Attendance } from '../site/attendance.ts';
import type { LinkState } from '../site/broker-link.ts';
import type { Site, SiteUser } from '../site/site.ts';
import type { SiteListener } from '../site/subscription-book.ts';
import type { Red, RedNode, SavedNode } from './node-red.ts';
import { type StatusWord, statusText } from './status-words.ts';

/** A node of type `nightjar-site`, as the others see it. */
export interface SiteNode extends RedNode {
  readonly site: Site | undefined;
  /** Why there is no site. */
  readonly problem: string | undefined;
}

/** A dot or ring beside the node, with a text of at most 20 characters or so. */
export interface NodeStatus {
  readonly fill: 'red' | 'green' | 'yellow' | 'blue' | 'grey';
  readonly shape: 'ring' | 'dot';
  readonly word: StatusWord;
  readonly values?: Readonly<Record<string, string | number>>;
  /** It is what came of a message: that somebody is missing now is newer. */
  readonly isOutcome?: true;
}

/** How a node is tied to the connection. */
export interface MemberOptions {
  /**
   * `broker`: the node shows how the connection to the broker is, and its own status only while that is there (default).
   * `api`: it asks recorders over HTTP; it shows its own status, whatever the broker does.
   */
  readonly lives?: 'broker' | 'api';
  /** Ids of the cameras the node is for, where they stand in it: it says if they are not there. None: whatever cameras there are. */
  readonly cameras?: readonly string[];
  /** As of `SiteUser`, beside what the node subscribes to. */
  readonly needs?: readonly string[];
  /** As of `SiteUser`. */
  readonly commands?: boolean;
  /** Called when the node is closed, before it leaves the site; it has half a second. */
  onClose?(isRemoved: boolean): void | Promise<void>;
}

const LINK_LOOKS: Readonly<Record<LinkState['status'], NodeStatus>> = {
  idle: { fill: 'grey', shape: 'ring', word: 'disconnected' },
  connecting: { fill: 'yellow', shape: 'ring', word: 'connecting' },
  connected: { fill: 'green', shape: 'dot', word: 'connected' },
  disconnected: { fill: 'red', shape: 'ring', word: 'disconnected' },
};

/** The connection is of use only to those whose recorder and cameras are there. */
const ATTENDANCE_LOOKS: Readonly<Record<Attendance, NodeStatus>> = {
  unknown: LINK_LOOKS.connected,
  there: LINK_LOOKS.connected,
  noRecorder: { fill: 'yellow', shape: 'ring', word: 'noRecorder' },
  noCamera: { fill: 'yellow', shape: 'ring', word: 'noCamera' },
  recorderOffline: { fill: 'red', shape: 'ring', word: 'recorderOffline' },
  cameraOffline: { fill: 'red', shape: 'ring', word: 'cameraOffline' },
  cameraDisabled: { fill: 'grey', shape: 'ring', word: 'cameraDisabled' },
};

/** A node’s place in its site. */
export class SiteMember {
  readonly #red: Red;
  readonly #node: RedNode;
  readonly #lives: 'broker' | 'api';
  readonly #cameras: readonly string[];
  readonly #site: Site | undefined;
  readonly #problem: string;
  readonly #isBad: boolean;
  readonly #user: SiteUser;
  readonly #abort = new AbortController();
  #own: NodeStatus | undefined;
  #shown: string | undefined;

  /** Joins the site that the node’s property `site` names; without one the node says so, and `site` throws. */
  constructor(red: Red, node: RedNode, config: SavedNode, { lives = 'broker', cameras = [], needs = [], commands = false, onClose }: MemberOptions = {}) {
    this.#red = red;
    this.#node = node;
    this.#lives = lives;
    this.#cameras = cameras;
    const chosen = String(config['site'] ?? '');
    // Every message under way listens to it, and Node 20 complains of more than ten.
    setMaxListeners(0, this.#abort.signal);
    const siteNode = red.nodes.getNode(chosen) as SiteNode | null;
    this.#site = siteNode?.site;
    this.#isBad = chosen !== '';
    const nothing =
      chosen === ''
        ? 'no site is chosen; open the node and choose or add one'
        : 'the site of this node is disabled, or is no more; see to it, or choose another one';
    this.#problem = siteNode?.problem ?? nothing;
    this.#user = { id: node.id, needs, commands, onLink: () => this.#show() };
    node.on('close', (isRemoved: boolean, done: () => void) => {
      this.#abort.abort(new Error('the node was closed'));
      Promise.resolve(onClose?.(isRemoved))
        .catch(() => undefined)
        .finally(() => {
          this.#site?.leave(this.#user, isRemoved);
          done();
        });
    });
    if (this.#site === undefined) this.#show();
    else this.#site.join(this.#user);
  }

  /** @throws Error that says what is missing. */
  get site(): Site {
    if (this.#site === undefined) throw new Error(this.#problem);
    return this.#site;
  }

  /** Whether there is a site at all; a node without one does nothing and says so in its status. */
  get hasSite(): boolean {
    return this.#site !== undefined;
  }

  /** Ends when the node is closed. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Listens below the base topic (see `Site.subscribe`) until the node is closed. Does nothing without a site. */
  subscribe(filter: string, listener: SiteListener): void {
    this.#site?.subscribe(this.#user, filter, (message) => {
      if (!this.#abort.signal.aborted) listener(message);
    });
  }

  /** Told of each topic of the board that comes or goes (see `SiteBoard.onChange`) until the node is closed. Does nothing without a site. */
  watchBoard(listener: (topic: string, text: string | undefined) => void): void {
    const end = this.#site?.board.onChange((topic, text) => {
      if (!this.#abort.signal.aborted) listener(topic, text);
    });
    if (end !== undefined) this.#abort.signal.addEventListener('abort', end, { once: true });
  }

  /** Which site it is, for what holds for that one alone. */
  get place(): string {
    return this.#site?.place ?? '';
  }

  /** Shows what the node does, or nothing special. */
  show(status: NodeStatus | undefined): void {
    this.#own = status;
    this.#show();
  }

  #show(): void {
    if (this.#abort.signal.aborted) return;
    const status = this.#current();
    const shown = status === undefined ? {} : { fill: status.fill, shape: status.shape, text: statusText(this.#red, status.word, status.values) };
    // Each one is a message of Status nodes.
    const text = JSON.stringify(shown);
    if (this.#shown === text) return;
    this.#shown = text;
    this.#node.status(shown);
  }

  #current(): NodeStatus | undefined {
    if (this.#site === undefined) return { fill: 'red', shape: 'ring', word: this.#isBad ? 'badSite' : 'noSite' };
    const { status, isLoginRefused } = this.#site.link;
    if (this.#lives === 'api') return this.#own;
    if (isLoginRefused === true) return { fill: 'red', shape: 'ring', word: 'loginRefused' };
    if (status !== 'connected') return LINK_LOOKS[status];
    if (!this.#site.hears(this.#user)) return { fill: 'red', shape: 'ring', word: 'notAllowed' };
    const look = ATTENDANCE_LOOKS[this.#site.attendance(this.#cameras)];
    if (look !== LINK_LOOKS.connected && this.#own?.isOutcome === true) this.#own = undefined;
    return this.#own ?? look;
  }
}
