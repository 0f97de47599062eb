// Areas and their journal on a real file system.
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeAreaDisk, describeOpenJournal, sampleEvent } from '@nightjar/testkit';
import { RecorderError } from '../../errors/recorder-error.ts';
import { AREA_IDENTITY_FILE } from './area-identity-file.ts';
import { FsAreaDisk } from './fs-area-disk.ts';
import { FsOpenJournal } from './fs-open-journal.ts';

const newRoot = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nightjar-area-'));
  const root = join(folder, 'disk', 'events');
  const write = async (path: string, sizeBytes: number): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), new Uint8Array(sizeBytes));
  };
  return { folder, root, write, close: () => rm(folder, { recursive: true }) };
};

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: unknown) => RecorderError.of(error)?.code ?? String(error),
  );

describeAreaDisk('FsAreaDisk', async () => ({ disk: new FsAreaDisk(), ...(await newRoot()) }));

describeOpenJournal('FsOpenJournal', async () => {
  const at = await newRoot();
  return { journal: new FsOpenJournal(), ...at, damage: (id) => writeFile(join(at.root, '.nightjar/open', `${id}.json`), '{"id":') };
});

describe('an area on a file system', () => {
  it('counts a fresh file system as empty', async () => {
    const { root, close } = await newRoot();
    await mkdir(join(root, 'lost+found'), { recursive: true });
    expect(await new FsAreaDisk().isEmptyOrMissing(root)).toBe(true);
    await close();
  });

  it('says DISK_FAILED of a root that is a file, or cannot be made, and AREA_MISSING of an identity file that is damaged', async () => {
    const { folder, root, close } = await newRoot();
    const disk = new FsAreaDisk();
    await writeFile(join(folder, 'file'), '');
    expect(await codeOf(disk.isEmptyOrMissing(join(folder, 'file')))).toBe('DISK_FAILED');
    for (const path of [join(folder, 'file'), '/proc/nope/events']) expect(await codeOf(disk.createIdentity(path, 'default'))).toBe('DISK_FAILED');
    await disk.createIdentity(root, 'default');
    await writeFile(join(root, AREA_IDENTITY_FILE), '{');
    expect(await codeOf(disk.readIdentity(root))).toBe('AREA_MISSING');
    await close();
  });

  it('does not follow symbolic links out of the area', async () => {
    const { folder, root, write, close } = await newRoot();
    await write('porch/1/1-video.mp4', 1);
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere', '2-video.mp4'), '');
    await symlink(join(folder, 'elsewhere'), join(root, 'porch', '2'));
    const found: string[] = [];
    for await (const { directory } of new FsAreaDisk().walk(root)) found.push(directory);
    expect(found).toEqual(['porch/1']);
    const disk = new FsAreaDisk();
    await symlink(join(folder, 'elsewhere', '2-video.mp4'), join(root, 'porch', '1', '3-video.mp4'));
    await symlink(join(root, 'porch'), join(folder, 'way'));
    expect(await disk.holdsFile(root, 'porch/1/3-video.mp4')).toBe(false);
    expect(await disk.holdsFile(root, 'porch/2/2-video.mp4')).toBe(false);
    expect(await disk.holdsFile(root, 'porch/1/1-video.mp4')).toBe(true);
    // The way to the area itself may lead through links.
    expect(await disk.holdsFile(join(folder, 'way'), '1/1-video.mp4')).toBe(true);
    await close();
  });

  it('leaves no half-written marker behind', async () => {
    const { root, close } = await newRoot();
    const journal = new FsOpenJournal();
    await journal.add(root, sampleEvent(1));
    await writeFile(join(root, '.nightjar/open/2.json.part'), '{"id":2');
    expect(await journal.list(root)).toEqual([{ eventId: 1, event: sampleEvent(1) }]);
    expect(await readdir(join(root, '.nightjar/open'))).toEqual(['1.json', '2.json.part']);
    await close();
  });
});
