// Waiting for a condition instead of for a time.

const STEP_MS = 20;

/** Lets time pass (really by default) in small steps until `condition` holds. @throws Error after `limitMs`. */
export async function waitUntil(condition: () => boolean, pass: (ms: number) => Promise<void> = passReally, limitMs = 10_000): Promise<void> {
  for (let passedMs = 0; !condition(); passedMs += STEP_MS) {
    if (passedMs >= limitMs) throw new Error(`nothing of the kind happened within ${limitMs} ms: ${condition.toString()}`);
    await pass(STEP_MS);
  }
}

const passReally = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
