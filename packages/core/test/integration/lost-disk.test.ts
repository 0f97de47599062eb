// A disk that is full or goes away while it is recorded to: recording goes on as soon as it can, by itself.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith } from '@nightjar/testkit';
import { temporaryFolder } from '../test-clip.ts';
import { eventually, probeVideo, RecorderFolder } from './recorder-process.ts';

/** Each wait below has a limit of its own; filling a disk, emptying it and filling it again takes most of several. */
const LONG_MS = 60_000;
const DISK_MIB = 8;
/** 0.3 MB a second: more than the whole disk in a test's time. */
const CAMERAS = `
  - { id: yard, name: Yard, source: "synthetic:night?width=640&height=360&fps=15&noise=40", function: record, sectionLengthSeconds: 2, preRollSeconds: 2 }`;

const mounts = (path: string, options = ''): boolean => {
  mkdirSync(path, { recursive: true });
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m${options}`, 'tmpfs', path], { stdio: 'ignore' }).status === 0;
};

const mayMount = (): boolean => {
  const probe = `/tmp/nightjar-mount-${process.pid}`;
  const may = mounts(probe);
  if (may) spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  return may;
};

describeWith('ffmpeg', 'a disk that goes away while it is recorded to', () => {
  it('is never written to while another one is in its place, and nothing needs a person when it is back', async () => {
    await using folder = new RecorderFolder({ cameras: CAMERAS.replace('sectionLengthSeconds: 2', 'sectionLengthSeconds: 60'), syncIntervalMs: 500 });
    await folder.start();
    const first = await eventually('an event is being recorded', () => folder.events()[0]);
    renameSync(folder.area, `${folder.area}.away`);
    mkdirSync(folder.area);
    await eventually('health tells of the area', async () => (await folder.problems()).includes('area-default') || undefined);
    await sleep(1500);
    expect(readdirSync(folder.area)).toEqual([]);
    expect((await folder.health()).status).toBe('failing');
    rmdirSync(folder.area);
    renameSync(`${folder.area}.away`, folder.area);
    await eventually('all is well again', async () => ((await folder.health()).status === 'ok' ? true : undefined));
    const mended = await eventually('the event that was cut off is whole', () => folder.events().find(({ id, state }) => id === first.id && state === 'ready'));
    expect(folder.hasPicture(mended)).toBe(true);
    expect(probeVideo(folder.videoOf(mended))).toMatchObject({ frames: mended.frames, isFastStart: true });
    await eventually('the next event is being recorded', () => folder.events()[1]);
    await folder.stop();
    expect(await folder.run('check')).toMatchObject({ code: 0 });
  });
});

const mayFill = process.platform === 'linux' && mayMount();
const title = mayFill ? 'a full disk' : 'a full disk (skipped: mounting a tmpfs takes root)';

(mayFill ? describe : describe.skip)(title, () => {
  const work = temporaryFolder();

  it(
    'never stops recording: the oldest event makes room, also where a stranger takes it all',
    async () => {
      const disk = join(work(), 'disk');
      expect(mounts(disk)).toBe(true);
      try {
        await using folder = new RecorderFolder({ cameras: CAMERAS, area: join(disk, 'events') });
        const newest = (): number => Math.max(0, ...folder.events().map(({ end_ms: endMs }) => endMs));
        await folder.start();
        const first = await eventually('an event is there', () => folder.events()[0]);
        await eventually('the oldest event made room', () => folder.events()[0]?.id !== first.id || undefined, 15_000);
        const { bavail, bsize } = statfsSync(disk);
        writeFileSync(join(disk, 'stranger'), new Uint8Array(Math.max(0, bavail * bsize - 64 * 1024)));
        const filledMs = Date.now();
        await eventually('recording goes on', () => newest() > filledMs + 2000 || undefined, 15_000);
        rmSync(join(disk, 'stranger'));
        await eventually('all is well', async () => ((await folder.health()).status === 'ok' ? true : undefined));
        await folder.stop();
        for (const event of folder.events()) expect(probeVideo(folder.videoOf(event)).frames).toBe(event.frames);
      } finally {
        spawnSync('umount', ['-l', disk]);
      }
    },
    LONG_MS,
  );

  it(
    'that has bytes but no files left is told of once, until a file can be made',
    async () => {
      const disk = join(work(), 'few-files');
      // Enough for the area and its identity, not for an event.
      expect(mounts(disk, ',nr_inodes=6')).toBe(true);
      try {
        await using folder = new RecorderFolder({ cameras: CAMERAS, area: join(disk, 'events') });
        await folder.start();
        const isTold = async (): Promise<boolean> => {
          const problems = await folder.problems();
          return problems.includes('disk-full-default') && problems.includes('recording-yard');
        };
        await eventually('the full area is told of', async () => (await isTold()) || undefined);
        // Long enough for several attempts and turns of the retention.
        const untilMs = performance.now() + 6000;
        while (performance.now() < untilMs) {
          expect(await isTold()).toBe(true);
          await sleep(50);
        }
        const lines = folder.log
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as { time: string; alert?: string; code?: string; part?: string })
          // Whoever asks about health logged in, and the socket for triggers is told of.
          .filter(({ part }) => part !== 'accounts' && part !== 'zmtrigger');
        expect(lines.flatMap(({ alert }) => alert ?? []).toSorted()).toEqual(['disk-full-default', 'recording-yard']);
        const refusals = lines.filter(({ code }) => code === 'DISK_FULL').map(({ time }) => Date.parse(time));
        expect(refusals.length).toBeGreaterThanOrEqual(3);
        // Lines are written when the machine gets round to it; their rate is what counts.
        expect((refusals.at(-1)! - refusals[0]!) / (refusals.length - 1)).toBeGreaterThanOrEqual(1000);
        expect(lines.length).toBeLessThanOrEqual(refusals.length + 3);
        expect(spawnSync('mount', ['-o', 'remount,nr_inodes=1000', disk]).status).toBe(0);
        await eventually('an event is recorded', () => folder.events().find(({ frames }) => frames > 0));
        await eventually('all is well', async () => ((await folder.health()).status === 'ok' ? true : undefined));
        await folder.stop();
      } finally {
        spawnSync('umount', ['-l', disk]);
      }
    },
    LONG_MS,
  );
});
