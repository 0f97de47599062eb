// The command: arguments, then the bridge until somebody stops it.
import { RecorderApiError, reasonOf } from '@nightjar/client';
import { MqttBridge } from '../bridge.ts';
import { CalmLogger } from '../logger.ts';
import { pause } from '../pause.ts';
import { checkBoth } from './check-both.ts';
import { lineLogger } from './line-logger.ts';
import { helpText } from './option-table.ts';
import { readArguments } from './read-arguments.ts';
import { RemoteRecorder } from './remote-recorder.ts';
import { type AloneSettings, readSettings, type SettingSources } from './settings.ts';
import { lackOf } from './token-lack.ts';
import { UsageProblem } from './usage-problem.ts';

/** What the command touches. */
export interface AloneIo extends SettingSources {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly version: string;
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5000;
/** A recorder that says no is asked seldom: it counts wrong logins. */
const REFUSED_WAIT_MS = 30_000;

/** @returns 0 done, 1 failed, 2 wrong usage. Never rejects for what a person can mend. */
export async function runAlone(words: readonly string[], io: AloneIo): Promise<0 | 1 | 2> {
  try {
    const given = readArguments(words);
    if (given.help === true || given.version === true) {
      io.stdout.write(given.help === true ? helpText() : `${io.version}\n`);
      return 0;
    }
    const settings = readSettings(given, io);
    return settings.check ? await checkBoth(settings, io) : await bridgeUntilStopped(settings, io);
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    for (const problem of error.problems) io.stderr.write(`nightjar-mqtt-bridge: ${problem}\n`);
    return 2;
  }
}

async function bridgeUntilStopped(settings: AloneSettings, { stderr, signal, version }: AloneIo): Promise<0> {
  const { logLevel: level, json, secrets } = settings;
  const logger = lineLogger({ level, json, secrets, write: (line) => stderr.write(line) });
  const calm = new CalmLogger(logger);
  const recorder = new RemoteRecorder(settings);
  const bridge = new MqttBridge({ ...settings.bridge, logger });
  logger.info(`nightjar-mqtt-bridge ${version} begins`, { recorder: settings.recorder.url });
  for (let waitMs = FIRST_WAIT_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      const me = await recorder.accounts.me();
      const { id, api } = await recorder.server();
      await bridge.start(recorder);
      logger.info('the recorder answers', { server: id, api });
      const lack = lackOf(me);
      if (lack !== undefined) logger.warn(lack);
      break;
    } catch (error) {
      calm.warn('waiting for the recorder; nothing is published until it answers', { reason: reasonOf(error) });
      await pause(isSaid(error) ? REFUSED_WAIT_MS : waitMs, signal);
    }
  }
  await aborted(signal);
  await bridge.stop();
  logger.info('stopped');
  return 0;
}

const isSaid = (error: unknown): boolean => error instanceof RecorderApiError && error.status !== undefined && error.status < 500;

/** Keeps the process alive until it is to end. */
async function aborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await pause(2 ** 30, signal);
}
