// What a node that is deployed anew leaves to the one that takes its place, so that nothing is told twice and nothing is lost.
interface Left {
  readonly value: unknown;
  readonly timer: NodeJS.Timeout;
}

/** The one that takes its place is there within this: Node-RED gives each node 15 s to close. */
const KEPT_MS = 30_000;

const left = new Map<string, Left>();

/** Leaves something. @param key - Says whose it is, and what of its configuration it depends on. */
export function leaveBehind(key: string, value: unknown): void {
  clearTimeout(left.get(key)?.timer);
  left.set(key, { value, timer: setTimeout(() => left.delete(key), KEPT_MS).unref() });
}

/** Takes what was left, once. */
export function takeOver<T>(key: string): T | undefined {
  const found = left.get(key);
  clearTimeout(found?.timer);
  left.delete(key);
  return found?.value as T | undefined;
}

/** Forgets all of it: nobody takes anybody’s place. */
export function forgetLeft(): void {
  for (const { timer } of left.values()) clearTimeout(timer);
  left.clear();
}
