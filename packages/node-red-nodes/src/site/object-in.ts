// What stands in a message of the broker, which anybody may have published.

/** The JSON object in a payload; absent where it is none, or longer than it may be. */
export function objectIn(payload: Buffer, mostBytes: number): Readonly<Record<string, unknown>> | undefined {
  if (payload.byteLength > mostBytes) return undefined;
  try {
    const value: unknown = JSON.parse(payload.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
