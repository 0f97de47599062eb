// Messages of the change feed's socket.
import type { Change } from './change.ts';
import type { ChangeReading } from './recorder-api.ts';
import { RecorderApiError } from './recorder-api-error.ts';
import type { SocketMessage } from './socket-reader.ts';

/** Beyond so many that nobody reads, they are given up, and the reader is told so. */
const MOST_WAITING = 5000;

interface FeedMessage {
  readonly type: string;
  readonly seq?: number;
  readonly at?: string;
  readonly data?: unknown;
  readonly reason?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Puts a message's change into the queue.
 *
 * @returns The number up to which everything was sent, where the message says so.
 * @throws RecorderApiError `CHANGES_FORGOTTEN` where changes are lost, or why the recorder ends.
 */
export function takeChange(message: SocketMessage, queue: Change[], onAlive?: ChangeReading['onAlive']): number | undefined {
  if (typeof message !== 'string') return undefined;
  const parsed = JSON.parse(message) as FeedMessage;
  if (parsed.type === 'reload') throw new RecorderApiError('CHANGES_FORGOTTEN', parsed.reason ?? 'the changes asked for are too long ago');
  if (parsed.type === 'error' && parsed.error !== undefined) throw new RecorderApiError(parsed.error.code, parsed.error.message);
  if (parsed.type === 'heartbeat' && parsed.seq !== undefined) onAlive?.(parsed.seq, parsed.at ?? '');
  if (parsed.seq !== undefined && parsed.data !== undefined) {
    queue.push(parsed as unknown as Change);
    if (queue.length > MOST_WAITING) {
      // What is known must be asked for anew anyway.
      queue.length = 0;
      throw new RecorderApiError('CHANGES_FORGOTTEN', 'changes came faster than they were read');
    }
  }
  return parsed.seq;
}
