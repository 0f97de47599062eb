// `nightjar start`: the recorder in the foreground.

import { laterSettings } from '../../config/later-settings.ts';
import type { StopReason } from '../../errors/stop-reason.ts';
import type { Secret } from '../../util/secret.ts';
import { CONFIG_OPTION, type Command, type CommandIo } from '../command.ts';
import { createAdjustableLogger } from '../create-logger.ts';
import { firstAccountLines } from '../first-account.ts';
import { requireConfig } from '../read-config.ts';
import { runRecorder } from '../run-recorder.ts';
import { waitForAbort } from '../wait-for-abort.ts';

/** `nightjar start`. */
export const startCommand: Command = {
  name: 'start',
  summary: 'run the recorder in the foreground',
  options: [
    CONFIG_OPTION,
    { flags: '--stop-with-input', description: 'stop when standard input ends, as at SIGTERM: the recorder never outlives the program that runs it' },
  ],
  examples: [
    { line: 'nightjar start', does: 'Runs the recorder with nightjar.yaml of this folder; Ctrl-C closes open events and ends it.' },
    { line: 'nightjar start --config /etc/nightjar.yaml --json', does: 'Logs JSON lines, for a service manager.' },
    {
      line: 'nightjar start --stop-with-input',
      does: 'For a program that holds the other end of a pipe: should it be killed, the recorder closes open events and ends.',
    },
  ],
  run: async (args, io) => {
    const config = requireConfig(String(args.options['config']), io);
    const { log, setLevel } = createAdjustableLogger(args, io, config.log.level);
    let reload: (() => Promise<void>) | undefined;
    // From the start, since an unheard SIGHUP ends a process; one that comes too early asks for what is read just now.
    io.onHangup?.(() => void reload?.());
    const signal = args.options['stopWithInput'] === true ? untilInputEnds(io) : io.signal;
    const onFirstPassword = (password: Secret): unknown => io.stdout.write(firstAccountLines(password, String(args.options['config'])));
    const recorder = await runRecorder({ config, log, signal, setLogLevel: setLevel, onFirstPassword });
    reload = async () => {
      await recorder.api
        .reload()
        .catch((error: unknown) => log.error(`the configuration was not read again: ${error instanceof Error ? error.message : String(error)}`));
    };
    io.stdout.write(`listening on ${recorder.url}\n`);
    for (const note of laterSettings(config)) log.warn(note);
    if (config.cameras.length === 0) log.warn('the configuration has no cameras, so nothing is recorded');
    await waitForAbort(signal);
    log.info('stopping: closing open events');
    await recorder.stop();
    return 0;
  },
};

/** Aborts as `io.signal` does, and where there is no more standard input. */
function untilInputEnds({ input, signal }: CommandIo): AbortSignal {
  const ending = new AbortController();
  const stop = (): void => ending.abort('shutdown' satisfies StopReason);
  if (input === undefined) stop();
  else void input.ended(signal).then(stop);
  return ending.signal;
}
