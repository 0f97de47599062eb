// Who is in a scene, and where at which time.

/** A person or car. It enters at `fromSeconds`, has left at `toSeconds`. Places are 0…1 of the picture. */
export interface SceneActor {
  readonly kind: 'person' | 'car';
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Where the feet or wheels are, from the top. Default 0.85. */
  readonly y?: number;
  /** Height of the picture. Default 0.45 (person), 0.25 (car). */
  readonly height?: number;
  /** Where a person stands nearly still between walking in and out. Absent: it crosses the picture. */
  readonly standsAt?: number;
  /** Seconds a standing person takes to walk in, and out. Default 3. */
  readonly walkSeconds?: number;
  /** The person is in the picture from the first frame on: no walking in. */
  readonly isThereFromStart?: boolean;
  /** Grey level. Default 35. */
  readonly luma?: number;
}

/** Where an actor is; `x` is its middle, `y` its feet. */
export interface ActorPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly luma: number;
}

const DEFAULT_WALK_SECONDS = 3;

/** An actor's place, or `undefined` while it is away. */
export function actorPlace(actor: SceneActor, seconds: number): ActorPlace | undefined {
  if (seconds < actor.fromSeconds || seconds >= actor.toSeconds) return undefined;
  const height = actor.height ?? (actor.kind === 'car' ? 0.25 : 0.45);
  const width = actor.kind === 'car' ? height * 1.3 : height * 0.22;
  const bob = actor.kind === 'car' ? 0 : 0.004 * Math.sin(seconds * 9);
  return { x: middleOf(actor, seconds, width), y: (actor.y ?? 0.85) + bob, width, height, luma: actor.luma ?? 35 };
}

function middleOf(actor: SceneActor, seconds: number, width: number): number {
  const outLeft = -width / 2;
  const outRight = 1 + width / 2;
  const sinceEntry = seconds - actor.fromSeconds;
  const untilExit = actor.toSeconds - seconds;
  if (actor.standsAt === undefined) return outLeft + ((outRight - outLeft) * sinceEntry) / (actor.toSeconds - actor.fromSeconds);
  const walk = actor.walkSeconds ?? DEFAULT_WALK_SECONDS;
  if (untilExit < walk) return actor.standsAt + (outRight - actor.standsAt) * (1 - untilExit / walk);
  if (actor.isThereFromStart !== true && sinceEntry < walk) return outLeft + ((actor.standsAt - outLeft) * sinceEntry) / walk;
  return actor.standsAt + 0.006 * Math.sin(seconds * 1.3);
}
