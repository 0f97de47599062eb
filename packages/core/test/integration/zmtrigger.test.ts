// Lines of zmtrigger to a whole recorder, over its socket and its port, and the commands of the guide.
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeWith, hasProgram } from '@nightjar/testkit';
import { eventually, RecorderFolder } from './recorder-process.ts';

const run = promisify(execFile);
const CYCLES = 100;
const cameras = `
  - { id: porch, source: "synthetic:quiet", function: nodect, preRollSeconds: 1, postRollSeconds: 0 }`;

async function start() {
  const folder = new RecorderFolder({ cameras, more: ['triggers: { tcp: { port: 0 } }'] });
  await folder.start();
  const view = async () =>
    (await (await folder.ask('/cameras/porch')).json()) as { number: number; state: { fps: number; gopSeconds: number; forced?: string } };
  await eventually('the camera delivers', async () => ((await view()).state.gopSeconds > 0 ? true : undefined), 30_000);
  const port = await eventually('the port is known', () => /trigger lines are taken at 127\.0\.0\.1:(\d+)/.exec(folder.log)?.[1]);
  return { folder, view, port: Number(port), path: join(folder.path, 'data', 'zmtrigger.sock') };
}

/** A client, and what it was told. */
function listen(socket: Socket): () => string {
  let told = '';
  socket.on('data', (chunk) => (told += String(chunk)));
  return () => told;
}

describeWith('ffmpeg', 'lines of zmtrigger', () => {
  it('make exactly a hundred events of a hundred cycles in one piece, all of them told', async () => {
    const { folder, path, view } = await start();
    await using _ = folder;
    expect((await view()).number).toBe(1);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    const socket = createConnection(path);
    const told = listen(socket);
    socket.write('1|on|50|Cycle|again\r\n1|cancel\r\n'.repeat(CYCLES));
    const events = await eventually(
      'every event is closed',
      () => {
        const rows = folder.events();
        return rows.length >= CYCLES && rows.every(({ state }) => state !== 'open') ? rows : undefined;
      },
      90_000,
    );
    expect(events).toHaveLength(CYCLES);
    // Where the next event begins before the file of the last one is closed, the alarm goes on: there is no off between them.
    const ons = () => new Set([...told().matchAll(/^1\|on\|\d{10}\|(\d+)$/gm)].map(([, id]) => Number(id)));
    await eventually('every event is told', () => (ons().size === CYCLES ? true : undefined));
    await eventually('and the end', () => (told().endsWith(`|${events.at(-1)!.id}\n`) && /\|off\|\d+\|\d+\n$/.test(told()) ? true : undefined));
    socket.destroy();
  }, 180_000);

  it('end on+N after N to N+1.25 s, and go on beside a thousand clients and a flood', async () => {
    const { folder, port, view } = await start();
    await using _ = folder;
    const idle = Array.from({ length: 1000 }, () => createConnection(port, '127.0.0.1').on('error', () => undefined));
    const flood = createConnection(port, '127.0.0.1').on('error', () => undefined);
    flood.write(Buffer.alloc(4 * 1024 * 1024, 'x'));
    for (const socket of idle.slice(300)) socket.destroy();
    const forced = async (wanted: string | undefined) =>
      eventually('the camera is forced', async () => ((await view()).state.forced === wanted ? true : undefined), 20_000);
    const socket = createConnection(join(folder.path, 'data', 'zmtrigger.sock'));
    socket.write('porch|on+3|50|Door');
    await forced('on');
    const beganMs = performance.now();
    await forced(undefined);
    const tookMs = performance.now() - beganMs;
    expect(tookMs).toBeGreaterThan(2300);
    expect(tookMs).toBeLessThan(4250);
    for (const each of [...idle, flood, socket]) each.destroy();
    const { code, tookMs: stopMs } = await folder.stop();
    expect([code, stopMs < 10_000]).toEqual([0, true]);
  }, 120_000);

  it('are sent and told as the guide says', async () => {
    if (!hasProgram('nc')) return;
    const { folder, port } = await start();
    await using _ = folder;
    const text = readFileSync(fileURLToPath(new URL('../../../../docs/guide/triggers.md', import.meta.url)), 'utf8');
    const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block.trim()).filter((block) => /\bnc\b/.test(block));
    expect(commands).toHaveLength(3);
    const shell = (command: string) =>
      run('sh', ['-c', command.replace('127.0.0.1 6802', `127.0.0.1 ${port}`).replace('timeout 60', 'timeout 5')], { cwd: folder.path });
    const told = shell(commands[2]!).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
    await shell('sleep 1');
    await shell(commands[0]!);
    await shell('sleep 2');
    await shell(commands[1]!);
    expect((await told).stdout).toMatch(/^1\|on\|\d{10}\|1\n1\|off\|\d{10}\|1\n$/);
  }, 60_000);
});
