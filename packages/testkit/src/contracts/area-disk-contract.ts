// What every `AreaDisk` does.
import type { AreaDisk, FoundDirectory } from '@nightjar/core';

/** A disk under test, with a root that does not exist yet and a way to put files below it. */
export interface AreaDiskUnderTest {
  readonly disk: AreaDisk;
  readonly root: string;
  /** Makes a file of `sizeBytes`, and its directories. */
  write(path: string, sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

/** Declares the suite; call it inside a test file. */
export function describeAreaDisk(name: string, open: () => Promise<AreaDiskUnderTest>): void {
  describe(`${name} keeps the area disk contract`, () => {
    let opened: AreaDiskUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const walk = async (signal?: AbortSignal): Promise<readonly FoundDirectory[]> => {
      const found: FoundDirectory[] = [];
      for await (const directory of opened.disk.walk(opened.root, signal)) found.push(directory);
      return found.sort((a, b) => (a.directory < b.directory ? -1 : 1));
    };

    it('knows the room of a root, also before it exists', async () => {
      const space = await opened.disk.space(opened.root);
      expect(space.freeBytes).toBeGreaterThan(0);
      expect(space.totalBytes).toBeGreaterThanOrEqual(space.freeBytes);
    });

    it('says that a root is missing or empty until something is in it', async () => {
      expect(await opened.disk.isEmptyOrMissing(opened.root)).toBe(true);
      await opened.write('porch/1/1-video.mp4', 1);
      expect(await opened.disk.isEmptyOrMissing(opened.root)).toBe(false);
    });

    it('gives a root an identity once, and keeps it', async () => {
      expect(await opened.disk.readIdentity(opened.root)).toBeUndefined();
      const identity = await opened.disk.createIdentity(opened.root, 'default');
      expect(identity.length).toBeGreaterThan(0);
      expect(await opened.disk.readIdentity(opened.root)).toBe(identity);
      expect(await opened.disk.createIdentity(opened.root, 'default')).toBe(identity);
      expect(await opened.disk.isEmptyOrMissing(opened.root)).toBe(false);
    });

    it('knows what exists below a root', async () => {
      await opened.write('porch/1/1-video.mp4', 1);
      expect(await opened.disk.exists(opened.root, 'porch/1')).toBe(true);
      expect(await opened.disk.exists(opened.root, 'porch/2')).toBe(false);
      expect(await opened.disk.exists(opened.root, 'porch/1/1-video.mp4/x')).toBe(false);
    });

    it('knows whether a plain file is below a root', async () => {
      await opened.write('porch/1/1-video.mp4', 1);
      expect(await opened.disk.holdsFile(opened.root, 'porch/1/1-video.mp4')).toBe(true);
      for (const path of ['porch/1', 'porch/2', 'porch/1/2-video.mp4', 'porch/1/1-video.mp4/x'])
        expect(await opened.disk.holdsFile(opened.root, path)).toBe(false);
    });

    it('walks every directory with files, and none of the recorder’s own', async () => {
      expect(await walk()).toEqual([]);
      await opened.disk.createIdentity(opened.root, 'default');
      await opened.write('porch/1/1-video.mp4', 100);
      await opened.write('porch/1/snapshot.jpg', 5);
      await opened.write('yard/26/11/02/03/04/05/2-video.mp4.part', 7);
      await opened.write('.nightjar/open/3.json', 9);
      await opened.write('stray.txt', 1);
      const found = await walk();
      expect(found.map(({ directory }) => directory)).toEqual(['porch/1', 'yard/26/11/02/03/04/05']);
      expect([...(found[0]?.files ?? [])].sort((a, b) => a.sizeBytes - b.sizeBytes)).toEqual([
        { name: 'snapshot.jpg', sizeBytes: 5 },
        { name: '1-video.mp4', sizeBytes: 100 },
      ]);
    });

    it('stops walking when it is told to', async () => {
      await opened.write('porch/1/1-video.mp4', 1);
      expect(await walk(AbortSignal.abort())).toEqual([]);
    });
  });
}
