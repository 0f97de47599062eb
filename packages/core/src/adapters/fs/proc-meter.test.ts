import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { procMeter } from './proc-meter.ts';

const SLEEPER = `
  const { parentPort } = require('node:worker_threads');
  const child = require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' });
  child.once('spawn', () => parentPort.postMessage('started'));
  child.once('exit', () => process.exit());
  parentPort.once('message', () => child.kill());
`;

describe('procMeter', () => {
  it('measures this process and those it started, whichever of its threads did', async () => {
    const before = await procMeter.read();
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const thread = new Worker(SLEEPER, { eval: true });
    await Promise.all([once(child, 'spawn'), once(thread, 'message')]);
    const during = await procMeter.read();
    child.kill();
    thread.postMessage('end');
    await Promise.all([once(child, 'exit'), once(thread, 'exit')]);
    const after = await procMeter.read();
    const processes = [before, during, after].map((reading) => (reading.processes ?? 0) - (before.processes ?? 0));
    expect(processes).toEqual([0, 2, 0]);
    expect(before.processes).toBeGreaterThanOrEqual(1);
    expect(during.rssBytes).toBeGreaterThan(process.memoryUsage.rss() / 2);
    expect(after.cpuMs).toBeGreaterThanOrEqual(during.cpuMs);
  });
});
