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
  /** `removed` where it is gone for good. */
  readonly reason?: string;
}

interface Known {
  readonly is: Presence;
  readonly told?: Presence;
  readonly since?: string;
}

/** To be left to the node that takes the place of this one. */
export type LeftPresence = ReadonlyMap<string, Known>;

/** Cameras and recorders of one node, by a key. */
export class PresenceBook {
  readonly #known: Map<string, Known>;
  readonly #timers = new Map<string, NodeJS.Timeout>();
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

  /** It is so now. @param delayMs - Offline is told only if it is still so after this. */
  heard(key: string, is: Presence, delayMs: number): void {
    const known = this.#known.get(key);
    const isSame = known?.is === is && (is === known.told || this.#timers.has(key));
    if (isSame) return;
    const since = known === undefined ? undefined : known.is === is ? known.since : new Date().toISOString();
    const { since: _before, ...rest } = known ?? { is };
    this.#known.set(key, { ...rest, is, ...(since === undefined ? {} : { since }) });
    this.#endTimer(key);
    if (is === 'offline' && delayMs > 0) this.#timers.set(key, setTimeout(() => this.#say(key), delayMs).unref());
    else this.#say(key);
  }

  /** It is gone for good. */
  removed(key: string): void {
    const told = this.#known.get(key)?.told;
    this.forget(key);
    if (told !== undefined && told !== 'offline') this.#tell({ key, presence: 'offline', since: new Date().toISOString(), isFirst: false, reason: 'removed' });
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
    if (known === undefined || known.is === known.told) return;
    this.#known.set(key, { ...known, told: known.is });
    this.#tell({ key, presence: known.is, isFirst: known.told === undefined, ...(known.since === undefined ? {} : { since: known.since }) });
  }

  #endTimer(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }
}
