// `--check`: connects once to the recorder and once to the broker, and says what works.
import { reasonOf } from '@nightjar/client';
import { BrokerConnection } from '../broker-connection.ts';
import type { ConnectionProblem } from '../connection-problem.ts';
import { jsonMessage } from '../messages.ts';
import { type ResolvedOptions, resolveOptions } from '../options.ts';
import { commandFilters } from '../topics.ts';
import { RemoteRecorder } from './remote-recorder.ts';
import type { AloneSettings } from './settings.ts';
import { lackOf } from './token-lack.ts';

/** One thing that was looked at. */
interface Finding {
  readonly part: 'recorder' | 'token' | 'broker';
  readonly ok: boolean;
  readonly text: string;
}

/** Prints what was found. @returns 0 where everything that is needed works; a token that may only read is enough. */
export async function checkBoth(settings: AloneSettings, { stdout }: { readonly stdout: { write(text: string): unknown } }): Promise<0 | 1> {
  let hasFailed = false;
  const print = (finding: Finding): void => {
    const { part, ok, text } = finding;
    hasFailed ||= !ok && part !== 'token';
    stdout.write(settings.json ? `${JSON.stringify(finding)}\n` : `${ok ? 'ok    ' : part === 'token' ? 'lacks ' : 'FAILED'}  ${part}: ${text}\n`);
  };
  const serverId = await checkRecorder(settings, print);
  await checkBroker(resolveOptions(settings.bridge), serverId ?? 'check', print);
  return hasFailed ? 1 : 0;
}

async function checkRecorder(settings: AloneSettings, print: (finding: Finding) => void): Promise<string | undefined> {
  const recorder = new RemoteRecorder(settings);
  try {
    const me = await recorder.accounts.me();
    const [server, cameras] = await Promise.all([recorder.server(), recorder.cameras()]);
    print({
      part: 'recorder',
      ok: true,
      text: `${server.id} at ${settings.recorder.url}, version ${server.version}, ${cameras.length} ${cameras.length === 1 ? 'camera' : 'cameras'}; clients are told ${server.api}`,
    });
    const lack = lackOf(me);
    print({ part: 'token', ok: lack === undefined, text: lack ?? `${me.name} may do everything the bridge needs` });
    return server.id;
  } catch (error) {
    print({ part: 'recorder', ok: false, text: reasonOf(error) });
    return undefined;
  }
}

async function checkBroker(options: ResolvedOptions, serverId: string, print: (finding: Finding) => void): Promise<void> {
  const versions = options.protocolVersion === 'auto' ? ([5, 4] as const) : [options.protocolVersion];
  for (const version of versions) {
    const problem = await tryBroker(options, serverId, version);
    if (problem?.wrongVersion && version === 5 && versions.length > 1) continue;
    const spoken = version === 5 ? 'MQTT 5' : 'MQTT 3.1.1';
    print({ part: 'broker', ok: problem === undefined, text: problem?.text ?? `${options.address} lets this user in with ${spoken}, subscribe and publish` });
    return;
  }
}

/** Connects beside a bridge that may run; subscribes as it does and publishes a result that nobody waits for. @returns What does not work. */
async function tryBroker(options: ResolvedOptions, serverId: string, version: 4 | 5): Promise<ConnectionProblem | undefined> {
  const clientId = `${options.clientId ?? `nightjar-${serverId}`}-check-${process.pid}`;
  const [failed, fail] = waiting<ConnectionProblem>();
  const [connected, onConnected] = waiting<void>();
  const [published, onPublished] = waiting<ConnectionProblem | undefined>();
  const message = jsonMessage(options.base, 'serverCommandResult', { id: serverId, name: 'check', payload: { ok: true } });
  let connection: BrokerConnection;
  try {
    const tls = typeof options.tls === 'function' ? options.tls() : options.tls;
    connection = new BrokerConnection(
      { options, clientId, will: undefined, version, tls, resumes: false },
      {
        onConnected,
        onMessage: () => undefined,
        onSpace: () => undefined,
        onTaken: () => onPublished(undefined),
        onRefused: () => onPublished({ text: `The broker does not let this user publish below ${options.base}`, wrongVersion: false }),
        onEnd: fail,
      },
    );
  } catch {
    return { text: 'The connection could not be prepared; the TLS certificate or key cannot be used', wrongVersion: false };
  }
  const work = async (): Promise<ConnectionProblem | undefined> => {
    await connected;
    const [refused] = await connection.subscribe(commandFilters(options.base, serverId, []).map((filter) => ({ filter, wantsRetained: false })));
    if (refused !== undefined) return { text: `The broker does not let this user subscribe to ${refused}`, wrongVersion: false };
    connection.send({ message, order: 0, atMs: performance.now() }, 0);
    return published;
  };
  const problem = await Promise.race([failed, work()]);
  await connection.close(500);
  return problem;
}

function waiting<T>(): readonly [Promise<T>, (value: T) => void] {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return [promise, settle];
}
