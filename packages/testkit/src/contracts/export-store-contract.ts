// What every `ExportStore` and every `ExportFiles` does.
import type { ExportFiles, ExportRecord, ExportStore, OpenedFile } from '@nightjar/core';
import { wallMs } from '@nightjar/core';
import { sampleExport } from '../fakes/sample-export.ts';
import type { StoreUnderTest } from './ledger-contracts.ts';

/** Declares the suite of export stores; call it inside a test file. */
export function describeExportStore(name: string, open: () => Promise<StoreUnderTest<ExportStore>>): void {
  describe(`${name} keeps the export store contract`, () => {
    it('gives back what was added, oldest first, each under an id of its own', async () => {
      const { store, close } = await open();
      expect(await store.list()).toEqual([]);
      const first = await store.add(sampleExport());
      const second = await store.add(sampleExport({ name: 'Tür ☂', isSpan: true, events: [], createdBy: '' }));
      expect(first).toEqual({ id: expect.any(Number), ...sampleExport() });
      expect(second.id).toBeGreaterThan(first.id);
      expect(await store.list()).toEqual([first, second]);
      await close();
    });

    it('keeps what became of one, and leaves the others', async () => {
      const { store, close } = await open();
      const first = await store.add(sampleExport());
      const second = await store.add(sampleExport());
      const file = { name: 'porch.mp4', sizeBytes: 8e9, sha256: 'ab', durationSeconds: 1.234, frames: 15, gaps: 2 };
      const done: ExportRecord = { ...first, state: 'done', finishedMs: wallMs(9), events: [1, 2, 3], file };
      await store.update(done);
      expect(await store.list()).toEqual([done, second]);
      const failed: ExportRecord = { ...second, state: 'failed', finishedMs: wallMs(9), error: { code: 'DISK_FULL', message: 'full' } };
      await store.update(failed);
      expect(await store.list()).toEqual([done, failed]);
      await close();
    });

    it('forgets what is deleted, also twice, and never gives its id again', async () => {
      const { store, close } = await open();
      const gone = await store.add(sampleExport());
      await store.delete(gone.id);
      await store.delete(gone.id);
      await store.update({ ...gone, state: 'failed' });
      expect(await store.list()).toEqual([]);
      expect((await store.add(sampleExport())).id).toBeGreaterThan(gone.id);
      await close();
    });
  });
}

/** Folders of exports under test, none yet. */
export interface ExportFilesUnderTest {
  readonly files: ExportFiles;
  /** Puts a file into the folder of an export. */
  put(id: number, name: string, bytes: Uint8Array): Promise<unknown> | unknown;
  close?(): Promise<void>;
}

/** Declares the suite of export files; call it inside a test file. */
export function describeExportFiles(name: string, open: () => Promise<ExportFilesUnderTest>): void {
  describe(`${name} keeps the export files contract`, () => {
    let subject: ExportFilesUnderTest;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close?.());

    it('makes folders and lists them', async () => {
      const { files } = subject;
      expect(await files.list()).toEqual([]);
      expect(await files.prepare(7)).toMatch(/7$/);
      await files.prepare(12);
      expect([...(await files.list())].sort((a, b) => a - b)).toEqual([7, 12]);
    });

    it('reads a file in parts, also after it was removed', async () => {
      const { files, put } = subject;
      await files.prepare(7);
      await put(7, 'porch.mp4', Uint8Array.of(1, 2, 3, 4, 5));
      const file = await files.open(7, 'porch.mp4');
      expect(file?.sizeBytes).toBe(5);
      expect(await readFrom(file, 1, 3)).toEqual([2, 3, 4]);
      await files.remove(7);
      expect(await readFrom(file, 3, 10)).toEqual([4, 5]);
      await file?.close();
    });

    it('tells how much room there is, also before there is a folder', async () => {
      const { files } = subject;
      const { freeBytes, totalBytes } = await files.space();
      expect(freeBytes).toBeLessThanOrEqual(totalBytes);
      expect(await files.sharesDisk('/no/such/directory')).toBe(false);
    });

    it('says that there is no such file', async () => {
      const { files } = subject;
      expect(await files.open(7, 'porch.mp4')).toBeUndefined();
      await files.prepare(7);
      expect(await files.open(7, 'porch.mp4')).toBeUndefined();
    });

    it('empties a folder that is made again, and forgets one that is removed, also twice', async () => {
      const { files, put } = subject;
      await files.prepare(7);
      await put(7, 'porch.mp4', Uint8Array.of(1));
      await put(7, 'porch.mp4.123.part', Uint8Array.of(1));
      await files.prepare(7);
      expect(await files.open(7, 'porch.mp4')).toBeUndefined();
      expect(await files.open(7, 'porch.mp4.123.part')).toBeUndefined();
      await put(7, 'porch.mp4.manifest.json', Uint8Array.of(1));
      await files.remove(7);
      await files.remove(7);
      expect(await files.list()).toEqual([]);
    });
  });
}

async function readFrom(file: OpenedFile | undefined, offset: number, size: number): Promise<readonly number[]> {
  const into = new Uint8Array(size);
  return [...into.subarray(0, await file?.read(offset, into))];
}
