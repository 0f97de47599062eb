// A recorder as a process whose file changes while it runs, and that is told so by SIGHUP.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@nightjar/testkit';
import { eventually, RecorderFolder } from './recorder-process.ts';

const camera = (id: string, more = ''): string => `  - { id: ${id}, source: "synthetic:quiet", function: record${more} }`;

/** Writes other cameras into the file of a folder. */
function rewrite(folder: RecorderFolder, cameras: string, more = ''): void {
  const file = join(folder.path, 'nightjar.yaml');
  const [head = ''] = readFileSync(file, 'utf8').split('cameras:\n');
  writeFileSync(file, `${head.replace(/^retention.*\n/m, '')}${more}cameras:\n${cameras}\n`);
}

const online = (folder: RecorderFolder, count: number) =>
  eventually(`${count} cameras online`, async () => ((await folder.health()).cameras.online === count ? true : undefined), 30_000);

describeWith('ffmpeg', 'a recorder that reads its file again', () => {
  it('starts, stops and reconnects only the cameras the file changed, and keeps what is recorded', async () => {
    await using folder = new RecorderFolder({ cameras: `${camera('porch')}\n${camera('yard')}` });
    await folder.start();
    await online(folder, 2);
    await eventually('both record', () => (folder.events().filter(({ frames }) => frames > 0).length === 2 ? true : undefined), 30_000);

    rewrite(folder, camera('broken', ', functoin: x'));
    folder.signal('SIGHUP');
    await eventually('the mistake is told', () => /not read again: cameras\[0\]\.functoin: line \d+.*did you mean/.exec(folder.log)?.[0]);
    expect((await folder.health()).cameras).toEqual({ total: 2, online: 2 });

    rewrite(folder, `${camera('porch', ', name: Door')}\n${camera('attic')}`, 'retention: { days: 3 }\n');
    folder.signal('SIGHUP');
    const said = await eventually('the file is read', () => /read \S+ again: ([^"]*)/.exec(folder.log)?.[1], 20_000);
    expect(said).toBe('started attic; stopped yard; updated porch; took over retention.days');
    await online(folder, 2);
    const yard = folder.events().filter(({ camera_id: id }) => id === 'yard');
    expect(yard).toMatchObject([{ state: 'ready', recovered: 0 }]);
    // The camera that only got another name records on in the same event.
    expect(folder.events().filter(({ camera_id: id }) => id === 'porch')).toMatchObject([{ state: 'open' }]);

    rewrite(folder, `${camera('porch', ', name: Door, audio: false')}\n${camera('attic')}`);
    folder.signal('SIGHUP');
    await eventually('porch is connected to anew', () => (/restarted porch/.test(folder.log) ? true : undefined), 20_000);
    const gap = await eventually('its gap is noted', () => folder.gaps().find(({ camera_id: id }) => id === 'porch'), 30_000);
    expect(gap.reason).toBe('settings-changed');

    const { code } = await folder.stop();
    expect(code).toBe(0);
    expect(folder.events().map(({ state }) => state)).toEqual(folder.events().map(() => 'ready'));
  }, 120_000);

  it('is not ended by a SIGHUP that comes while it starts', async () => {
    await using folder = new RecorderFolder({ cameras: camera('porch') });
    const starting = folder.start();
    await eventually('it logs, or listens', () => (folder.log !== '' ? true : undefined), 20_000).catch(() => undefined);
    folder.signal('SIGHUP');
    await starting;
    await online(folder, 1);
    expect((await folder.stop()).code).toBe(0);
  }, 60_000);
});
