// Two events of one second do not share a directory.
import { MemoryAreaDisk } from '@nightjar/testkit';
import { wallMs } from '../model/time.ts';
import { chooseDirectory } from './event-directory.ts';

const startMs = wallMs(new Date(2026, 9, 25, 2, 30, 0).getTime());
const request = { root: '/area', scheme: 'deep', cameraId: 'porch', startMs, eventId: 8 } as const;

describe('choosing a directory', () => {
  it('takes the plain one when it is free, and appends the id when it is not', async () => {
    const disk = new MemoryAreaDisk();
    expect(await chooseDirectory(disk, request)).toBe('porch/26/10/25/02/30/00');
    disk.at('/area').files.set('porch/26/10/25/02/30/00/7-video.mp4', 1);
    expect(await chooseDirectory(disk, request)).toBe('porch/26/10/25/02/30/00-8');
  });

  it('takes the one that cannot collide when the disk does not answer', async () => {
    const disk = new MemoryAreaDisk();
    disk.failure = new Error('input/output error');
    expect(await chooseDirectory(disk, request)).toBe('porch/26/10/25/02/30/00-8');
  });

  it('does not ask the disk where the id is in the name anyway', async () => {
    const disk = new MemoryAreaDisk();
    disk.failure = new Error('input/output error');
    expect(await chooseDirectory(disk, { ...request, scheme: 'shallow' })).toBe('porch/8');
    expect(await chooseDirectory(disk, { ...request, scheme: 'medium' })).toBe('porch/2026-10-25/8');
  });
});
