// The doubles keep the contracts of what they stand for.
import { describeEventStore } from '../contracts/event-store-contract.ts';
import { describeAreaStore, describeGapStore } from '../contracts/ledger-contracts.ts';
import { MemoryAreaStore, MemoryEventStore, MemoryGapStore } from './memory-event-store.ts';

const close = (): Promise<void> => Promise.resolve();

describeEventStore('MemoryEventStore', async () => ({ store: new MemoryEventStore(), close }));
describeGapStore('MemoryGapStore', async () => ({ store: new MemoryGapStore(), close }));
describeAreaStore('MemoryAreaStore', async () => ({ store: new MemoryAreaStore(), close }));
