// Signals over the API of a whole recorder, and the commands of the guide as they stand there.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeWith } from '@nightjar/testkit';
import { parseExposition } from '../exposition.ts';
import { eventually, probeVideo, RecorderFolder } from './recorder-process.ts';

const run = promisify(execFile);
const CYCLES = 100;
const cameras = `
  - { id: porch, source: "synthetic:quiet", function: nodect, preRollSeconds: 1, postRollSeconds: 0 }`;

/** Blocks of a page of the guide. */
const blocksOf = (page: string): readonly string[] => {
  const text = readFileSync(fileURLToPath(new URL(`../../../../docs/guide/${page}`, import.meta.url)), 'utf8');
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
};

/** A recorder whose camera delivers, with some seconds of the past in memory. */
async function start(): Promise<RecorderFolder> {
  const folder = new RecorderFolder({ cameras });
  await folder.start();
  await eventually(
    'the camera delivers',
    async () => {
      const { state } = (await (await folder.ask('/cameras/porch')).json()) as { state: { fps: number; gopSeconds: number } };
      return state.fps > 0 && state.gopSeconds > 0 ? true : undefined;
    },
    30_000,
  );
  return folder;
}

describeWith('ffmpeg', 'triggers over the API', () => {
  it('make exactly a hundred events of a hundred cycles of on and cancel, which all play', async () => {
    await using folder = await start();
    const say = async (body: unknown) => {
      const response = await folder.ask('/cameras/porch/trigger', { method: 'POST', body });
      expect(response.status).toBe(200);
      return (await response.json()) as { eventId?: number };
    };
    const ids: (number | undefined)[] = [];
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      ids.push((await say({ action: 'on', cause: 'PIR' })).eventId);
      await say({ action: 'cancel' });
    }
    expect(new Set(ids).size).toBe(CYCLES);
    const events = await eventually(
      'every event is closed',
      () => {
        const rows = folder.events();
        return rows.length >= CYCLES && rows.every(({ state }) => state !== 'open') ? rows : undefined;
      },
      30_000,
    );
    expect(events.map(({ id }) => id)).toEqual(ids);
    for (const event of [events[0]!, events[49]!, events[99]!])
      expect(probeVideo(folder.videoOf(event))).toMatchObject({ frames: event.frames, startsWithKey: true });
    const figures = parseExposition(await (await folder.ask('/metrics')).text());
    expect(figures.get('nightjar_camera_events_opened_total')?.samples).toMatchObject([{ labels: { camera: 'porch', cause: 'trigger' }, value: CYCLES }]);
    const requests = figures.get('nightjar_http_requests_total')?.samples ?? [];
    expect(requests.find(({ labels }) => labels['operation'] === 'triggerCamera' && labels['status'] === '200')?.value).toBe(2 * CYCLES);
  }, 180_000);

  it('and figures work as the guide says', async () => {
    await using folder = await start();
    for (const name of ['garden-pir', 'prometheus']) {
      const { code, said } = await folder.run('token', 'create', name, '--role', 'operator');
      expect([code, said.trim().split('\n').length]).toEqual([0, 1]);
      writeFileSync(join(folder.path, `${name}.token`), said);
    }
    const shell = async (script: string, ...words: readonly string[]): Promise<string> => {
      const { stdout } = await run('sh', ['-c', script.replaceAll('http://127.0.0.1:8420', folder.url), 'sh', ...words], { cwd: folder.path });
      return stdout;
    };
    const curls = blocksOf('triggers.md').filter((block) => /^curl|\ncurl/.test(block));
    expect(curls).toHaveLength(3);
    expect(JSON.parse(await shell(curls[0]!))).toEqual({ eventId: 1 });
    expect(JSON.parse(await shell(curls[1]!, '1'))).toEqual({ eventId: 1 });
    expect(JSON.parse(await shell(curls[1]!, '0'))).toEqual({});
    expect(JSON.parse(await shell(curls[2]!))).toEqual({});
    const [health, scrape] = blocksOf('monitoring.md');
    expect(JSON.parse(await shell(health!))).toMatchObject({ status: 'ok' });
    expect(
      parseExposition(
        await shell(
          scrape!
            .split('\n')
            .filter((line) => line.startsWith('curl'))
            .join('\n'),
        ),
      ).size,
    ).toBeGreaterThan(30);
  }, 120_000);
});
