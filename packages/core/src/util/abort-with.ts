// An AbortController that also aborts with a signal it follows.

/** A controller, and how to stop following. */
export interface FollowingController {
  readonly controller: AbortController;
  /** Lets go of the followed signal; a run that ended must not stay known to a signal that lives for weeks. */
  release(): void;
}

/**
 * A controller that aborts, with the same reason, when `signal` does.
 * `AbortSignal.any` means the same, but looks through its parts each time `aborted` is read, which is too much for every packet.
 */
export function abortWith(signal: AbortSignal): FollowingController {
  const controller = new AbortController();
  const follow = (): void => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return { controller, release: () => signal.removeEventListener('abort', follow) };
}
