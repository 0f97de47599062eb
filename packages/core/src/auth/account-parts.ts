// What the desks of accounts share.

import type { TokenStore, UserStore } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { AuditTrail } from './audit-trail-runner.ts';
import type { BusyDatabaseRunner } from './busy-database-runner.ts';
import type { LoginBrake } from './login-brake.ts';
import type { PasswordHasher } from './password-hasher.ts';

/** Stores, and what is around them. */
export interface AccountParts {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly clock: Clock;
  readonly database: BusyDatabaseRunner;
  readonly hasher: PasswordHasher;
  readonly brake: LoginBrake;
  readonly trail: AuditTrail;
}

/** Where a request comes from. */
export interface PeerAddress {
  readonly address: string;
}
