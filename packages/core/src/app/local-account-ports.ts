// Accounts of the real world: in SQLite, with the key in a file beside it.
import { openSecretKey } from '../adapters/fs/secret-key-file.ts';
import { SqliteAuditLog } from '../adapters/sqlite/sqlite-audit-log.ts';
import type { SqliteDatabase } from '../adapters/sqlite/sqlite-database.ts';
import { SqliteTokenStore } from '../adapters/sqlite/sqlite-token-store.ts';
import { SqliteUserStore } from '../adapters/sqlite/sqlite-user-store.ts';
import type { AccountPorts } from './environment.ts';

/** What a database is called whose key this is. */
const KEY_SUFFIX = '.key';

/** The account ports over an open database. @param file - Its path. */
export const localAccountPorts = (database: SqliteDatabase, file: string): AccountPorts => ({
  users: new SqliteUserStore(database),
  tokens: new SqliteTokenStore(database),
  audit: new SqliteAuditLog(database),
  secretKey: () => openSecretKey(file + KEY_SUFFIX),
});
