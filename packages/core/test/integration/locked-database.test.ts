// A database that another program locks, a second recorder on the same data, a port that is taken: footage comes first.

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith } from '@nightjar/testkit';
import Database from 'better-sqlite3';
import { eventually, probeVideo, RecorderFolder } from './recorder-process.ts';

const LOCKED_MS = 4000;
const CAMERAS = `
  - { id: yard, name: Yard, source: "synthetic:busy?width=320&height=180", function: record, sectionLengthSeconds: 2 }`;

/** Takes the write lock as a program does that works on the database by hand. */
async function lock(path: string): Promise<() => void> {
  const other = new Database(path, { timeout: 0 });
  await eventually('the lock is free for a moment', () => {
    try {
      other.exec('begin exclusive');
      return true;
    } catch {
      return undefined;
    }
  });
  return () => {
    other.exec('rollback');
    other.close();
  };
}

describeWith('ffmpeg', 'a recorder whose database is locked', () => {
  it('goes on recording, says so, and writes every row afterwards; a second recorder is refused', async () => {
    await using folder = new RecorderFolder({ cameras: CAMERAS });
    await folder.start();
    await eventually('a first event is there', () => folder.events()[0]);
    const unlock = await lock(folder.database);
    await eventually('health tells that something is wrong', async () => (await folder.status()) !== 'ok' || undefined);
    const { code, said } = await folder.run('start');
    expect([code, said]).toEqual([1, expect.stringMatching(/another recorder .*\(ALREADY_RUNNING\)/)]);
    await sleep(LOCKED_MS);
    unlock();
    await eventually('all is well again', async () => (await folder.status()) === 'ok' || undefined);
    await folder.stop();
    const events = folder.events();
    expect(events.length).toBeGreaterThan(2);
    expect(events.every(({ state }) => state === 'ready')).toBe(true);
    // One section goes on where the one before it ends.
    for (const [index, event] of events.entries()) {
      expect(probeVideo(folder.videoOf(event)).frames).toBe(event.frames);
      expect(Math.abs(event.start_ms - (events[index - 1]?.end_ms ?? event.start_ms))).toBeLessThan(200);
    }
    expect(folder.gaps()).toEqual([]);
  });

  it('starts with a locked database, and does not keep cameras waiting for it', async () => {
    await using folder = new RecorderFolder({ cameras: CAMERAS });
    await folder.start();
    await eventually('a first event is there', () => folder.events()[0]);
    await folder.stop();
    const before = folder.events().length;
    const unlock = await lock(folder.database);
    await folder.start();
    // It would be failing while no camera is online.
    await eventually('the camera delivers, and something is wrong', async () => (await folder.status()) === 'degraded' || undefined);
    const unlockedMs = Date.now();
    unlock();
    const next = await eventually('the footage of meanwhile has its row', () => folder.events()[before]);
    expect(next.start_ms).toBeLessThan(unlockedMs);
    await folder.stop();
  });

  it('ends with one sentence where the port is taken, and leaves no lock behind', async () => {
    await using folder = new RecorderFolder({ cameras: CAMERAS });
    const server = createServer().listen(0, '127.0.0.1');
    await eventually('the port is taken', () => server.listening || undefined);
    const config = join(folder.path, 'nightjar.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace('port: 0', `port: ${(server.address() as AddressInfo).port}`));
    for (let time = 0; time < 2; time += 1) {
      const { code, said } = await folder.run('start');
      expect([code, said]).toEqual([1, expect.stringMatching(/^nightjar: cannot listen on .*something else listens there already \(LISTEN_FAILED\)\n$/)]);
    }
    server.close();
  });
});
