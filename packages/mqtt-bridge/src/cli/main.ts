// What the `nightjar-mqtt-bridge` launcher runs: the process around the command.
import { readFileSync } from 'node:fs';
import { runAlone } from './run-alone.ts';

const shutdown = new AbortController();
/** Signals closer than this are one that came twice: from the terminal or the service manager, and from a launcher that passes it on. */
const ONE_REQUEST_MS = 500;
let askedMs = 0;
const stop = (signal: NodeJS.Signals): void => {
  const nowMs = performance.now();
  if (!shutdown.signal.aborted) {
    askedMs = nowMs;
    shutdown.abort();
  } else if (nowMs - askedMs >= ONE_REQUEST_MS) process.exit(signal === 'SIGINT' ? 130 : 143);
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
const code = await runAlone(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  readBytes: (path) => readFileSync(path),
  version,
  signal: shutdown.signal,
});
process.exitCode = code;
process.stdout.write('', () => process.exit(code));
