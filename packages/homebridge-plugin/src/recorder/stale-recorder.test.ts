// A recorder that is in the way: ours is ended, others are not.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { waitUntil } from '@nightjar/testkit';
import { freshFolder } from '../../test/recorder-from-source.ts';
import { markOf } from './process-facts.ts';
import { RecorderHome } from './recorder-home.ts';
import { claim, endStale } from './stale-recorder.ts';

describe('a process that holds the database', () => {
  const folder = freshFolder();
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  const never = new AbortController().signal;
  const patience = { aloneMs: 200, termMs: 400 };

  /** @param words - Beside the script, as its command line shows them. */
  async function holder(home: RecorderHome, words: readonly string[], script = 'setInterval(() => 0, 1000)'): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['-e', `${script}; console.log('ready')`, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    let isReady = false;
    child.stdout?.on('data', () => {
      isReady = true;
    });
    await waitUntil(() => isReady);
    mkdirSync(dirname(home.lockFile), { recursive: true });
    const { pid, started: startedTicks } = await markOf(child.pid ?? 0);
    writeFileSync(home.lockFile, JSON.stringify({ pid, startedTicks }));
    return child;
  }

  it('is ended where it is our recorder', async () => {
    const home = new RecorderHome(folder());
    const child = await holder(home, ['start', '--config', home.configFile]);
    expect(await endStale(home, never, patience)).toBeUndefined();
    await waitUntil(() => child.signalCode === 'SIGTERM');
  });

  it('is killed where it is ours and does not listen', async () => {
    const home = new RecorderHome(folder());
    const child = await holder(home, ['start', '--config', home.configFile], "process.on('SIGTERM', () => 0); setInterval(() => 0, 1000)");
    expect(await endStale(home, never, patience)).toBeUndefined();
    await waitUntil(() => child.signalCode === 'SIGKILL');
  });

  it('is left alone where it is anything else', async () => {
    const home = new RecorderHome(folder());
    const child = await holder(home, ['check', '--repair']);
    expect(await endStale(home, never, patience)).toBe(
      `the recorder's database is in use by process ${child.pid}, which Homebridge did not start; stop it first`,
    );
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  });

  it('is nobody where the lock names a process that is gone, or is no lock', async () => {
    const home = new RecorderHome(folder());
    expect(await endStale(home, never, patience)).toBeUndefined();
    mkdirSync(dirname(home.lockFile), { recursive: true });
    for (const text of ['', '{}', '{"pid":1,"startedTicks":""}', `{"pid":${process.pid},"startedTicks":"1"}`]) {
      writeFileSync(home.lockFile, text);
      expect(await endStale(home, never, patience)).toBeUndefined();
    }
  });

  it('may be claimed from a Homebridge that is gone, whose number another process has now', async () => {
    const home = new RecorderHome(folder());
    await home.make();
    await home.write(home.ownerFile, JSON.stringify({ pid: process.ppid, started: '1' }));
    expect(await claim(home, never)).toBeUndefined();
    expect(await claim(home, never)).toBeUndefined();
  });
});
