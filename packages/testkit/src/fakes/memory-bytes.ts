// Bytes in memory that are read like an open file.

/** What is open, counted by its owner. */
export interface OpenCount {
  opened: number;
}

/** Opens them. Closing twice is fine. */
export function openBytes(bytes: Uint8Array, count: OpenCount) {
  count.opened += 1;
  let isOpen = true;
  return {
    sizeBytes: bytes.length,
    read: async (offset: number, into: Uint8Array): Promise<number> => {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
    close: async (): Promise<void> => {
      if (isOpen) count.opened -= 1;
      isOpen = false;
    },
  };
}
