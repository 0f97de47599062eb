// The doubles keep the contracts of what they stand for.
import { describeEventSearch } from '../contracts/event-search-contract.ts';
import { describeEventStore } from '../contracts/event-store-contract.ts';
import { describeAreaStore, describeGapStore } from '../contracts/ledger-contracts.ts';
import { MemoryAreaStore, MemoryEventStore, MemoryGapStore } from './memory-event-store.ts';

const close = (): Promise<void> => Promise.resolve();

describeEventStore('MemoryEventStore', async () => ({ store: new MemoryEventStore(), close }));
describeEventSearch('MemoryEventStore', async () => {
  const store = new MemoryEventStore();
  return { store, search: store, close };
});
describeGapStore('MemoryGapStore', async () => ({ store: new MemoryGapStore(), close }));
describeAreaStore('MemoryAreaStore', async () => ({ store: new MemoryAreaStore(), close }));
