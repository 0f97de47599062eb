// Lines that others send about cameras, and lines that they are told.

/** Who takes lines. */
export interface LineTaker {
  /**
   * Takes a line without its end.
   *
   * @param from - Who sent it, for the log.
   * @returns Where lines come too fast, what to wait for before the next one. Never rejects.
   */
  take(line: Uint8Array, from: string): Promise<void> | undefined;
}
