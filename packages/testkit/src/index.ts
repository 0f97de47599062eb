// Cameras, scenes, fakes of every port and the contract suites they and the real adapters keep.
export { describeClock, type ClockUnderTest } from './contracts/clock-contract.ts';
export { FAKE_CLOCK_START_MS, FakeClock, settle } from './fakes/fake-clock.ts';
export { describeEventStore, type EventStoreUnderTest } from './contracts/event-store-contract.ts';
export { describeAreaStore, describeGapStore, type StoreUnderTest } from './contracts/ledger-contracts.ts';
export { MemoryAreaStore, MemoryEventStore, MemoryGapStore } from './fakes/memory-event-store.ts';
export { SAMPLE_START_MS, sampleEvent } from './fakes/sample-event.ts';
export { describeAreaDisk, type AreaDiskUnderTest } from './contracts/area-disk-contract.ts';
export { describeOpenJournal, type OpenJournalUnderTest } from './contracts/open-journal-contract.ts';
export { MemoryAreaDisk } from './fakes/memory-area-disk.ts';
export { MemoryOpenJournal } from './fakes/memory-open-journal.ts';
export { describeRecorderApi, type RecorderUnderTest } from './contracts/recorder-api-contract.ts';
export { FakeChangeFeed } from './fakes/fake-change-feed.ts';
export { FakeNotFoundError, FakeRecorder, fakeCamera } from './fakes/fake-recorder.ts';
