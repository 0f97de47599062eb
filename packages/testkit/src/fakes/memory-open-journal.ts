// The journal of open events in memory.
import type { EventRecord, OpenJournal } from '@nightjar/core';

/** `OpenJournal` in memory. Set `failure` to make every call reject with it; put `undefined` into `markers` for a damaged one. */
export class MemoryOpenJournal implements OpenJournal {
  failure: Error | undefined;
  /** `<root> <eventId>` → marker. */
  readonly markers = new Map<string, EventRecord | undefined>();

  async add(root: string, event: EventRecord): Promise<void> {
    if (this.failure) throw this.failure;
    this.markers.set(`${root} ${event.id}`, structuredClone(event));
  }

  async remove(root: string, eventId: number): Promise<void> {
    if (this.failure) throw this.failure;
    this.markers.delete(`${root} ${eventId}`);
  }

  async list(root: string): Promise<readonly { readonly eventId: number; readonly event?: EventRecord }[]> {
    if (this.failure) throw this.failure;
    return [...this.markers]
      .filter(([key]) => key.startsWith(`${root} `))
      .map(([key, event]) => ({ eventId: Number(key.slice(root.length + 1)), ...(event && { event }) }))
      .sort((a, b) => a.eventId - b.eventId);
  }
}
