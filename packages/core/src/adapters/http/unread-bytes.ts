// What the operating system holds of what was sent, because its receiver does not read: Linux tells, others do not.
import { readFile } from 'node:fs/promises';

const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'] as const;
const LINE = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):/gm;

/** Bytes by connection (`connectionKey`). */
export type UnreadBytes = ReadonlyMap<string, number>;

/** Names a connection. Two of different hosts may share a name: then each looks a little less stalled than it is. */
export const connectionKey = (localPort: number | undefined, remotePort: number | undefined): string => `${localPort}:${remotePort}`;

/** Reads a table of connections as Linux writes it. */
export function parseUnread(table: string): UnreadBytes {
  const unread = new Map<string, number>();
  for (const [, local = '', remote = '', bytes = ''] of table.matchAll(LINE)) {
    const key = connectionKey(Number.parseInt(local, 16), Number.parseInt(remote, 16));
    unread.set(key, (unread.get(key) ?? 0) + Number.parseInt(bytes, 16));
  }
  return unread;
}

/** Bytes that were sent and that no receiver has taken yet; `undefined` where the system does not tell. */
export async function readUnread(): Promise<UnreadBytes | undefined> {
  const tables = await Promise.all(TABLES.map((path) => readFile(path, 'latin1').catch(() => undefined)));
  return tables.every((table) => table === undefined) ? undefined : parseUnread(tables.join('\n'));
}
