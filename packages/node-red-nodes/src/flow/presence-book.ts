// Who is there: what was told of each camera and recorder, and what is to be told now. Short absences are not told.

/** How a camera or a recorder is. */
export type Presence = 'online' | 'offline' | 'disabled';

/** Something to tell. */
export interface PresenceChange {
  readonly key: string;
  readonly presence: Presence;
  /** When that was heard; absent where it was so before anybody listened. */
  readonly since?: string;
  /** The first that is known of it. */
  readonly isFirst: boolean;
  /** `removed` where it is gone for good; else what was heard with it. */
  readonly reason?: string;
}

interface Heard {
  readonly is: Presence;
  readonly reason?: string;
}

interface Known extends Heard {
  readonly told?: Heard;
  readonly since?: string;
}

/** A recorder that is back has this long to reach its cameras, before they are offline for a reason of their own. */
const AGAIN_MS = 15_000;

const MOST_GONE = 1024;

const isSame = (a: Heard | undefined, b: Heard): boolean => a?.is === b.is && a.reason === b.reason;

/** To be left to the node that takes the place of this one. */
export type LeftPresence = ReadonlyMap<string, Known>;

/** Cameras and recorders of one node, by a key. */
export class PresenceBook {
  readonly #known: Map<string, Known>;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Those that were told to be gone for good: where they come back, that is told. */
  readonly #gone = new Set<string>();
  readonly #tell: (change: PresenceChange) => void;

  constructor(tell: (change: PresenceChange) => void, left: LeftPresence = new Map()) {
    this.#tell = tell;
    this.#known = new Map(left);
  }

  get left(): LeftPresence {
    return this.#known;
  }

  /** How each is now. */
  get presences(): readonly Presence[] {
    return [...this.#known.values()].map(({ is }) => is);
  }

  /**
   * It is so now.
   * @param delayMs - Offline is told only if it is still so after this.
   * @param reason - Why it is so, where that is something else; without it, or with another, the same is told anew.
   */
  heard(key: string, is: Presence, delayMs: number, reason?: string): void {
    const known = this.#known.get(key);
    const heard: Heard = reason === undefined ? { is } : { is, reason };
    if (isSame(known, heard) && (isSame(known?.told, heard) || this.#timers.has(key))) return;
    const since = known === undefined ? undefined : known.is === is ? known.since : new Date().toISOString();
    const told = known?.told;
    this.#known.set(key, { ...heard, ...(told === undefined ? {} : { told }), ...(since === undefined ? {} : { since }) });
    this.#endTimer(key);
    const waitMs = told?.is === is ? Math.max(delayMs, AGAIN_MS) : delayMs;
    if (is === 'offline' && waitMs > 0) this.#timers.set(key, setTimeout(() => this.#say(key), waitMs).unref());
    else this.#say(key);
  }

  /** It is gone for good. */
  removed(key: string): void {
    const told = this.#known.get(key)?.told;
    this.forget(key);
    if (told !== undefined && this.#gone.size < MOST_GONE) this.#gone.add(key);
    if (told !== undefined && told.is !== 'offline')
      this.#tell({ key, presence: 'offline', since: new Date().toISOString(), isFirst: false, reason: 'removed' });
  }

  /** Nobody wants to know of it any more. */
  forget(key: string): void {
    this.#endTimer(key);
    this.#known.delete(key);
  }

  /** Tells nothing more. */
  stop(): void {
    for (const key of [...this.#timers.keys()]) this.#endTimer(key);
  }

  #say(key: string): void {
    this.#endTimer(key);
    const known = this.#known.get(key);
    if (known === undefined || isSame(known.told, known)) return;
    const { told: before, since, ...heard } = known;
    this.#known.set(key, { ...known, told: heard });
    this.#tell({
      key,
      presence: heard.is,
      isFirst: before === undefined && !this.#gone.delete(key),
      ...(since === undefined ? {} : { since }),
      ...reasonIn(heard),
    });
  }

  #endTimer(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }
}

const reasonIn = ({ reason }: Heard): { readonly reason?: string } => (reason === undefined ? {} : { reason });
