// The right disk, the wrong disk, no disk; with and without a database.
import { MemoryAreaDisk, MemoryAreaStore } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Area } from './area.ts';
import { checkArea, floorBytes } from './area.ts';

const area: Area = { id: 'default', path: '/srv/events', scheme: 'medium', minFree: { percent: 5 }, maxSize: null };
const busy = new RecorderError('DATABASE_BUSY', 'locked');

const create = () => {
  const disk = new MemoryAreaDisk();
  const store = new MemoryAreaStore();
  return { disk, store, check: () => checkArea({ disk, store }, area) };
};

const summary = async (check: () => ReturnType<typeof checkArea>): Promise<string> => {
  const status = await check();
  return status.usable ? `usable ${status.identity}` : `${status.problem.code} ${status.problem.message}`;
};

describe('a storage area', () => {
  it('gets an identity the first time it is seen, on the disk and in the database', async () => {
    const { disk, store, check } = create();
    expect(await check()).toEqual({ area, usable: true, identity: 'default-1', space: disk.at(area.path).space });
    expect(store.areas.get('default')).toEqual({ identity: 'default-1', path: '/srv/events' });
    expect(await summary(check)).toBe('usable default-1');
  });

  it('is missing, and is not written to, when its identity file is gone', async () => {
    const { disk, check } = create();
    await check();
    const unplugged = disk.swap(area.path);
    expect(await summary(check)).toMatch(/^AREA_MISSING .*default.*identity file is missing/);
    expect(disk.at(area.path).identity).toBeUndefined();
    disk.swap(area.path, unplugged);
    expect(await summary(check)).toBe('usable default-1');
  });

  it('is missing when another disk is in its place', async () => {
    const { disk, check } = create();
    await check();
    disk.swap(area.path);
    disk.at(area.path).identity = 'someone-else';
    expect(await summary(check)).toMatch(/^AREA_MISSING .*another one/);
  });

  it('is not made of a directory that holds other things', async () => {
    const { disk, store, check } = create();
    disk.at(area.path).files.set('holiday/1.jpg', 1);
    expect(await summary(check)).toMatch(/^AREA_MISSING .*not empty/);
    expect(disk.at(area.path).identity).toBeUndefined();
    expect(store.areas.size).toBe(0);
  });

  it('is taken over by a new database when the disk has an identity', async () => {
    const { disk, store, check } = create();
    disk.at(area.path).identity = 'old';
    expect(await summary(check)).toBe('usable old');
    expect(store.areas.get('default')?.identity).toBe('old');
  });

  it('is used without the database when the disk has an identity, and only then', async () => {
    const { disk, store, check } = create();
    store.failure = busy;
    expect(await summary(check)).toMatch(/^AREA_MISSING .*database/);
    expect(disk.at(area.path).identity).toBeUndefined();
    disk.at(area.path).identity = 'old';
    expect(await summary(check)).toBe('usable old');
  });

  it('is used when the database goes away before it could remember the disk, which it does the next time', async () => {
    const { store, check } = create();
    const { remember } = store;
    store.remember = () => Promise.reject(busy);
    expect(await summary(check)).toBe('usable default-1');
    store.remember = remember;
    await check();
    expect(store.areas.get('default')?.identity).toBe('default-1');
  });

  it('is not usable when its disk fails', async () => {
    const { disk, check } = create();
    disk.failure = new Error('input/output error');
    expect(await summary(check)).toMatch(/^DISK_FAILED .*input\/output/);
  });

  it('has a floor in percent of the disk or in bytes', () => {
    expect(floorBytes({ percent: 5 }, 1000)).toBe(50);
    expect(floorBytes({ bytes: 7 }, 1000)).toBe(7);
  });
});
