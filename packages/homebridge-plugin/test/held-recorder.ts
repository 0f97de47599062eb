// Our own recorder, run by a process that stands for Homebridge.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '@nightjar/testkit';

/** A process that runs a recorder, once that answers. */
export async function holdRecorder(storagePath: string, launcher: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./hold-recorder.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', '--no-warnings', script, storagePath, launcher], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout?.on('data', (bytes) => (said += String(bytes)));
  await waitUntil(() => said.includes('http://'), undefined, 50_000);
  return child;
}
