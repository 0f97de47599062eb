import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withDirectory } from '../../../test/event-recording.ts';
import { DiskReserve, RESERVE_BYTES } from './disk-reserve.ts';

describe('room kept for a start on a full disk', () => {
  it('is taken once, really, and given up once', async () => {
    await withDirectory(async (folder) => {
      const path = join(folder, 'reserve');
      const reserve = new DiskReserve(path);
      expect(await reserve.giveUp()).toBe(false);
      await reserve.keep();
      await reserve.keep();
      const { size, blocks } = statSync(path);
      expect([size, blocks * 512 >= RESERVE_BYTES]).toEqual([RESERVE_BYTES, true]);
      expect(await reserve.giveUp()).toBe(true);
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it('is done without where it cannot be had', async () => {
    await withDirectory(async (folder) => {
      const reserve = new DiskReserve(join(folder, 'missing', 'reserve'));
      await reserve.keep();
      expect(await reserve.giveUp()).toBe(false);
    });
  });
});
