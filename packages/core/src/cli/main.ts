// What the `nightjar` launcher runs: the process around the command line.
import { isatty } from 'node:tty';
import type { StopReason } from '../errors/stop-reason.ts';
import { runCli } from './run-cli.ts';
import { TerminalInput } from './terminal-input.ts';
import { recorderVersion } from './version.ts';

const shutdown = new AbortController();
/** Signals closer than this are one that came twice: from the terminal or the service manager, and from a launcher that passes it on. */
const ONE_REQUEST_MS = 500;
let askedMs = 0;
const stop = (signal: NodeJS.Signals): void => {
  const nowMs = performance.now();
  if (!shutdown.signal.aborted) {
    askedMs = nowMs;
    shutdown.abort('shutdown' satisfies StopReason);
    return;
  }
  // Asked twice, a person wants out now.
  if (nowMs - askedMs >= ONE_REQUEST_MS) process.exit(signal === 'SIGINT' ? 130 : 143);
};
const onHangup = (listener: () => void): void => {
  const hadTerminal = isatty(2);
  process.on('SIGHUP', () => {
    // The same signal says that the terminal was closed; it is none any more then.
    if (hadTerminal && !isatty(2)) stop('SIGTERM');
    else listener();
  });
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

// A reader that has seen enough, such as `head` or a log collector that died, is no reason to stop recording.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const code = await runCli(process.argv.slice(2), {
  version: recorderVersion(),
  io: {
    stdout: process.stdout,
    stderr: process.stderr,
    input: new TerminalInput(process, process.stderr),
    env: process.env,
    cwd: process.cwd(),
    isTty: process.stderr.isTTY === true,
    signal: shutdown.signal,
    onHangup,
  },
});
process.exitCode = code;
process.stdout.write('', () => process.exit(code));
