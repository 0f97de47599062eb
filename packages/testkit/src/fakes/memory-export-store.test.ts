import { describeExportFiles, describeExportStore } from '../contracts/export-store-contract.ts';
import { MemoryExportFiles, MemoryExportStore } from './memory-export-store.ts';

describeExportStore('MemoryExportStore', async () => ({ store: new MemoryExportStore(), close: async () => undefined }));
describeExportFiles('MemoryExportFiles', async () => {
  const files = new MemoryExportFiles();
  return { files, put: (id, name, bytes) => files.folders.get(id)?.set(name, bytes) };
});
