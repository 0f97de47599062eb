// A message that somebody else published.

/** As it came. */
export interface Incoming {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker had kept it: it was published before this subscription. */
  readonly retained: boolean;
  /** Where the answer is wanted (MQTT 5). */
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
}

/** What to subscribe to. */
export interface Subscription {
  readonly filter: string;
  /** Whether what the broker kept is wanted as well, and what we say ourselves. */
  readonly wantsRetained: boolean;
}
