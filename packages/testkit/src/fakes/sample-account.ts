// Accounts and tokens for tests.
import type { AuditFact, LoginRecord, MachineTokenRecord, UserRecord } from '@nightjar/core';
import { wallMs } from '@nightjar/core';
import { FAKE_CLOCK_START_MS } from './fake-clock.ts';

const now = wallMs(FAKE_CLOCK_START_MS);

/** An account; its password is nobody's. */
export const sampleUser = (name: string, changes: Partial<UserRecord> = {}): UserRecord => ({
  name,
  passwordHash: '$scrypt$none',
  role: 'viewer',
  permissions: null,
  cameras: null,
  enabled: true,
  createdMs: now,
  lastLoginMs: null,
  stamp: `stamp-of-${name}`,
  revision: 1,
  ...changes,
});

/** A login of an account made by `sampleUser`. */
export const sampleLogin = (id: string, user: string, changes: Partial<LoginRecord> = {}): LoginRecord => ({
  kind: 'login',
  id,
  user,
  stamp: `stamp-of-${user}`,
  refreshId: `refresh-of-${id}`,
  address: '192.0.2.1',
  createdMs: now,
  expiresMs: wallMs(now + 86_400_000),
  lastUsedMs: null,
  ...changes,
});

/** A machine's token. */
export const sampleMachineToken = (id: string, changes: Partial<MachineTokenRecord> = {}): MachineTokenRecord => ({
  kind: 'api',
  id,
  name: 'home',
  secretHash: 'ab'.repeat(32),
  role: 'viewer',
  cameras: null,
  createdBy: 'admin',
  createdMs: now,
  expiresMs: null,
  lastUsedMs: null,
  ...changes,
});

/** Something for the audit log. */
export const sampleAuditFact = (changes: Partial<AuditFact> = {}): AuditFact => ({
  atMs: now,
  kind: 'login',
  name: 'admin',
  address: '192.0.2.1',
  detail: 'logged in',
  count: 1,
  ...changes,
});
