// What a debug node shows, turned back into what it was given.

/** A debug node's message as the editor gets it. */
export interface DebugMessage {
  /** The node's name, or its id where it has none. */
  readonly name?: string;
  readonly id: string;
  readonly msg?: string;
  readonly format?: string;
}

/** What JSON does not know is wrapped. */
interface Wrapped {
  readonly __enc__?: boolean;
  readonly type?: string;
  readonly data?: unknown;
}

/** The value; buffers are buffers again. */
export function debugValue({ msg = '', format = '' }: DebugMessage): unknown {
  if (format.startsWith('string')) return msg;
  if (format.startsWith('buffer')) return Buffer.from(msg, 'hex');
  if (format === 'undefined') return undefined;
  return JSON.parse(msg, (_, value: unknown) => unwrapped(value)) as unknown;
}

function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { __enc__: isWrapped, type, data } = value as Wrapped;
  if (type === 'Buffer' && Array.isArray(data)) return Buffer.from(data as number[]);
  if (isWrapped !== true) return value;
  if (type === 'number' || type === 'bigint') return Number(data);
  return data ?? type;
}
