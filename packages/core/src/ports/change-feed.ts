// Tells others that something is different. In process; bridges and sockets subscribe.
import type { Change, ChangeBody } from '@nightjar/client';

/** The feed as its writers see it. */
export interface ChangePublisher {
  /** Numbers the change, keeps it for a while and hands it to every subscriber. Never blocks, never throws. */
  publish(change: ChangeBody): Change;
}
