// What every `OpenJournal` does.
import type { OpenJournal } from '@nightjar/core';
import { sampleEvent } from '../fakes/sample-event.ts';

/** A journal under test. */
export interface OpenJournalUnderTest {
  readonly journal: OpenJournal;
  readonly root: string;
  /** Makes the marker of an event unreadable. */
  damage(eventId: number): Promise<void>;
  close(): Promise<void>;
}

/** Declares the suite; call it inside a test file. */
export function describeOpenJournal(name: string, open: () => Promise<OpenJournalUnderTest>): void {
  describe(`${name} keeps the open journal contract`, () => {
    let opened: OpenJournalUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('lists markers by id, with the newest record of each', async () => {
      const { journal, root } = opened;
      expect(await journal.list(root)).toEqual([]);
      await journal.add(root, sampleEvent(12, { state: 'open' }));
      await journal.add(root, sampleEvent(7, { state: 'open' }));
      await journal.add(root, sampleEvent(7, { state: 'closed', notes: '☃' }));
      expect(await journal.list(root)).toEqual([
        { eventId: 7, event: sampleEvent(7, { state: 'closed', notes: '☃' }) },
        { eventId: 12, event: sampleEvent(12, { state: 'open' }) },
      ]);
    });

    it('forgets a removed marker, and one that was never there', async () => {
      const { journal, root } = opened;
      await journal.add(root, sampleEvent(1));
      await journal.remove(root, 1);
      await journal.remove(root, 1);
      expect(await journal.list(root)).toEqual([]);
    });

    it('names a marker it cannot read, and can remove it', async () => {
      const { journal, root } = opened;
      await journal.add(root, sampleEvent(1));
      await opened.damage(1);
      expect(await journal.list(root)).toEqual([{ eventId: 1 }]);
      await journal.remove(root, 1);
      expect(await journal.list(root)).toEqual([]);
    });
  });
}
