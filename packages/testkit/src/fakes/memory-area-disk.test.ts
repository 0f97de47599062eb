// The disk doubles keep the contracts of what they stand for.
import { describeAreaDisk } from '../contracts/area-disk-contract.ts';
import { describeOpenJournal } from '../contracts/open-journal-contract.ts';
import { MemoryAreaDisk } from './memory-area-disk.ts';
import { MemoryOpenJournal } from './memory-open-journal.ts';

const close = (): Promise<void> => Promise.resolve();

describeAreaDisk('MemoryAreaDisk', async () => {
  const disk = new MemoryAreaDisk();
  return { disk, root: '/area', write: async (path, sizeBytes) => void disk.at('/area').files.set(path, sizeBytes), close };
});

describeOpenJournal('MemoryOpenJournal', async () => {
  const journal = new MemoryOpenJournal();
  return { journal, root: '/area', damage: async (id) => void journal.markers.set(`/area ${id}`, undefined), close };
});
