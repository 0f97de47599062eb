// How long a recorder takes to start with a database, until it listens.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What starting took. */
export interface StartMeasure {
  readonly readyMs: number;
  /** The same with an empty database. */
  readonly bareMs: number;
}

/** Starts the recorder (as built by `npm run build`) with a camera that is not recorded. */
export async function measureStart(database: string): Promise<StartMeasure> {
  const folder = mkdtempSync(join(tmpdir(), 'nightjar-start-'));
  try {
    const bareMs = await startOnce(folder, join(folder, 'empty.db'));
    return { bareMs, readyMs: await startOnce(folder, database) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function startOnce(folder: string, database: string): Promise<number> {
  const config = join(folder, 'nightjar.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      server: { id: 'rec1' },
      http: { host: '127.0.0.1', port: 0 },
      database: { url: `sqlite:${database}` },
      storage: { areas: [{ id: 'default', path: join(folder, 'events') }] },
      retention: { days: null },
      cameras: [{ id: 'cam01', source: 'synthetic:quiet', function: 'monitor' }],
    }),
  );
  const began = performance.now();
  const command = join(import.meta.dirname, '../packages/core/bin/nightjar');
  const child = spawn(command, ['start', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const ready = new Promise<number>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (said.includes('listening on')) resolve(Math.round(performance.now() - began));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('close', (code) => reject(new Error(`the recorder ended with ${code}: ${said}`)));
  });
  const took = await ready;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await closed;
  return took;
}
