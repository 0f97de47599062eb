// Embedded brokers that end with the test that started them.
import { type BrokerUser, EmbeddedBroker, type EmbeddedBrokerOptions } from '../src/index.ts';

/** What is to be ended after a test, the newest first. */
export interface Cleanups {
  push(cleanup: () => Promise<void>): void;
}

/** Call it where tests are declared: each of them begins with nothing to clean up. */
export function cleanAfterEach(): Cleanups {
  let cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
    cleanups = [];
  });
  return { push: (cleanup) => void cleanups.push(cleanup) };
}

/** Starts brokers with these accounts, on a free port. */
export function brokerStarter(cleanups: Cleanups, users: readonly BrokerUser[]): (options?: EmbeddedBrokerOptions) => Promise<EmbeddedBroker> {
  return async (options = {}) => {
    const broker = new EmbeddedBroker({ port: 0, users, ...options });
    cleanups.push(() => broker.stop());
    await broker.start();
    return broker;
  };
}
