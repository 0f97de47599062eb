// A signal that reaches every process of the recorder at once, as a service manager and `timeout` send it.
import { readdirSync, readFileSync } from 'node:fs';
import { describeWith } from '@nightjar/testkit';
import { eventually, RecorderFolder } from './recorder-process.ts';

const CAMERAS = `
  - { id: yard, name: Yard, source: "synthetic:busy", function: mocord }
  - { id: gate, name: Gate, source: "synthetic:quiet?width=320&height=180", function: record }
mqtt: { broker: embedded, listen: "127.0.0.1:0" }`;

/** ffmpeg for two cameras, a decoder, the broker. */
const HELPERS = 4;

/** Processes whose parent is this one. */
const childrenOf = (parent: number): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === parent);

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

/** One that has ended and is not read yet has no command line. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

async function recording(folder: RecorderFolder): Promise<readonly number[]> {
  await folder.start();
  await eventually('both record', () => (folder.events().filter(({ frames }) => frames > 0).length === 2 ? true : undefined), 30_000);
  return eventually('every helper runs', () => (childrenOf(folder.pid).length >= HELPERS ? childrenOf(folder.pid) : undefined));
}

describeWith('ffmpeg', 'a recorder whose helpers are signalled as well', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops as if %s had come to it alone, even where it comes to it last', async (signal) => {
    await using folder = new RecorderFolder({ cameras: CAMERAS });
    const helpers = await recording(folder);
    for (const pid of helpers) process.kill(pid, signal);
    await eventually('some of them are gone', () => (helpers.every(isAlive) ? undefined : true));
    folder.signal(signal);
    expect(await folder.stop()).toMatchObject({ code: 0 });
    expect(folder.events().map(({ state, recovered, has_snapshot: picture }) => [state, recovered, picture])).toEqual([
      ['ready', 0, 1],
      ['ready', 0, 1],
    ]);
    expect(folder.log.split('\n').filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
    expect(folder.gaps()).toEqual([]);
  });

  it('leaves none of them behind when it is killed', async () => {
    await using folder = new RecorderFolder({ cameras: CAMERAS });
    const helpers = await recording(folder);
    await folder.kill();
    await eventually('every helper is gone', () => (helpers.some(isAlive) ? undefined : true));
  });
});
