// Stands for `nightjar` where a test is about processes: holds the lock, lets everybody in, ends with its standard input. Starts in a moment.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { markOf } from '../src/recorder/process-facts.ts';

const words = process.argv.slice(2);
if (words[0] === 'token') process.stdout.write(`njt_${process.pid}\n`);
if (words[0] === 'start') await start(words[words.indexOf('--config') + 1] ?? '');

async function start(configFile: string): Promise<void> {
  const { http } = JSON.parse(readFileSync(configFile, 'utf8').replace(/^#.*\n/, '')) as { readonly http: { readonly port: number } };
  const lockFile = join(dirname(configFile), 'data/nightjar.db.lock');
  mkdirSync(dirname(lockFile), { recursive: true });
  const { pid, started: startedTicks } = await markOf(process.pid);
  writeFileSync(lockFile, JSON.stringify({ pid, startedTicks }));
  const end = (): void => {
    rmSync(lockFile, { force: true });
    process.exit();
  };
  process.stdin.on('end', end).resume();
  process.on('SIGTERM', end);
  // Tests revoke a token by writing it here.
  const revoked = (): string => (existsSync(`${lockFile}.revoked`) ? readFileSync(`${lockFile}.revoked`, 'utf8') : '');
  createServer(({ headers }, response) => {
    response.statusCode = headers.authorization !== undefined && headers.authorization === revoked() ? 401 : 200;
    response.end('{"status":"ok"}');
  }).listen(http.port, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${http.port}\n`));
}
