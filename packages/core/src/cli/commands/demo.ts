// `nightjar demo`: a whole recorder in a temporary folder, and its events on the screen as they happen.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Change, RecorderEvent } from '@nightjar/client';
import { stringify } from 'yaml';
import { localConfigWorld } from '../../adapters/fs/local-config-world.ts';
import { isFreePort } from '../../adapters/http/is-free-port.ts';
import { loadCamera } from '../../config/load-camera.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Secret } from '../../util/secret.ts';
import type { Command, CommandIo } from '../command.ts';
import { createLogger } from '../create-logger.ts';
import { demoAddresses } from '../demo-addresses.ts';
import { firstAccountLines } from '../first-account.ts';
import { requireConfig } from '../read-config.ts';
import { type RunningRecorder, runRecorder } from '../run-recorder.ts';
import { waitForAbort } from '../wait-for-abort.ts';

/** What is shown where nobody names a source. */
const SYNTHETIC = 'synthetic:busy';
const HTTP_PORT = 8420;
const MQTT_PORT = 1883;

/** `nightjar demo`. */
export const demoCommand: Command = {
  name: 'demo',
  summary: 'try it: a synthetic camera, a temporary folder, events on the screen',
  options: [
    { flags: '--source <url>', description: 'a real camera (rtsp://…), or a video file, instead of the synthetic one' },
    { flags: '--events <n>', description: 'end after so many events' },
    { flags: '--keep', description: 'keep the folder with the recordings' },
  ],
  examples: [
    { line: 'nightjar demo', does: 'Shows events of a synthetic camera until Ctrl-C.' },
    { line: 'nightjar demo --source rtsp://192.0.2.10/main --keep', does: 'Watches a camera of yours and keeps what was recorded.' },
  ],
  run: async (args, io) => {
    const wanted = eventCount(args.options['events']);
    const source = demoSource(args.options['source'], io);
    const folder = await mkdtemp(join(tmpdir(), 'nightjar-demo-'));
    try {
      const file = join(folder, 'nightjar.yaml');
      await writeFile(file, await demoConfig(folder, source));
      // Among lines for people, those of the log are for people as well.
      const log = createLogger(args, { ...io, isTty: true }, 'warn');
      let first: Secret | undefined;
      const recorder = await runRecorder({
        config: requireConfig(file, io),
        log,
        signal: io.signal,
        anonymousReaders: true,
        // With --json every line of standard output is a change.
        onFirstPassword: (password) => {
          first = password;
          (args.json ? io.stderr : io.stdout).write(firstAccountLines(password, file));
        },
      });
      const reading = new AbortController();
      let shown = Promise.resolve();
      try {
        const addresses = first === undefined ? [] : await demoAddresses(recorder, first);
        if (!args.json) io.stdout.write(welcome(recorder, { folder, addresses, isSynthetic: source === SYNTHETIC }));
        const enough = new AbortController();
        const onReady = (count: number): void => {
          if (count >= wanted) enough.abort();
        };
        shown = showEvents(recorder.api.changes({ signal: reading.signal }), { folder, json: args.json, onReady }, io);
        await Promise.race([shown, waitForAbort(AbortSignal.any([io.signal, enough.signal]))]);
      } finally {
        // What is open is closed, which is shown as well.
        await recorder.stop();
        await new Promise(setImmediate);
        reading.abort();
        await shown;
      }
    } finally {
      if (args.options['keep'] === true) io.stdout.write(`recordings are in ${folder}\n`);
      else {
        await rm(folder, { recursive: true, force: true });
        if (!args.json) io.stdout.write('the temporary folder is removed; --keep keeps it\n');
      }
    }
    return 0;
  },
};

function eventCount(text: string | boolean | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new RecorderError('USAGE', `--events: expected a whole number above 0, got ${JSON.stringify(text)}`);
  return count;
}

/** What is to be recorded, as the configuration has it. @throws RecorderError `USAGE` where nothing can be. */
function demoSource(given: string | boolean | undefined, io: Pick<CommandIo, 'cwd' | 'env'>): string {
  if (typeof given !== 'string') return SYNTHETIC;
  const path = resolve(io.cwd, given);
  const source = existsSync(path) ? `file:${path}` : given;
  if (!/^[a-z][a-z0-9+.-]*:/i.test(source))
    throw new RecorderError('USAGE', `--source: there is no file ${JSON.stringify(given)}; expected a video file, or a URL such as rtsp://192.0.2.10/main`);
  const loaded = loadCamera({ id: 'demo', source }, { world: localConfigWorld(io.env), folder: io.cwd, areas: ['default'] });
  if ('problems' in loaded) throw new RecorderError('USAGE', `--source: ${loaded.problems.map(({ message }) => message).join('; ')}`);
  return loaded.camera.source.url.reveal();
}

async function demoConfig(folder: string, source: string): Promise<string> {
  const port = async (preferred: number): Promise<number> => ((await isFreePort('127.0.0.1', preferred)) ? preferred : 0);
  return stringify({
    server: { id: 'demo', name: 'Demo' },
    http: { host: '127.0.0.1', port: await port(HTTP_PORT) },
    database: { url: `sqlite:${join(folder, 'nightjar.db')}` },
    storage: { areas: [{ id: 'default', path: join(folder, 'events'), scheme: 'medium', minFree: '1%' }] },
    mqtt: { broker: 'embedded', listen: `127.0.0.1:${await port(MQTT_PORT)}` },
    cameras: [{ id: 'demo', name: 'Demo camera', source, preRollSeconds: 2, postRollSeconds: 2 }],
  });
}

interface Welcome {
  readonly folder: string;
  readonly addresses: readonly string[];
  readonly isSynthetic: boolean;
}

function welcome({ mqttUrl }: RunningRecorder, { folder, addresses, isSynthetic }: Welcome): string {
  return [
    'Nightjar demo. One camera, motion detection, recordings and MQTT; Ctrl-C ends it.',
    '',
    ...addresses,
    `  MQTT       mosquitto_sub -h 127.0.0.1 -p ${mqttUrl === undefined ? '' : new URL(mqttUrl).port || '1883'} -v -t 'nightjar/camera/+/event' -t 'nightjar/camera/+/motion'`,
    `  recordings ${folder}/events`,
    '',
    isSynthetic
      ? 'Somebody walks through the picture every few seconds. Waiting for the first event…'
      : 'Connecting to the source, again and again where it does not answer. Once there is a picture, what moves in it becomes an event…',
    '',
  ].join('\n');
}

interface Showing {
  readonly folder: string;
  readonly json: boolean;
  /** So many events are ready. */
  onReady(count: number): void;
}

async function showEvents(changes: AsyncIterable<Change>, { folder, json, onReady }: Showing, io: CommandIo): Promise<void> {
  let ready = 0;
  let online = false;
  for await (const change of changes) {
    if (json) io.stdout.write(`${JSON.stringify(change)}\n`);
    else {
      // Cameras change with every recording; a person wants to hear once that it is there.
      const known = change.type === 'camera.changed' && online;
      online ||= change.type === 'camera.changed' && change.data.state.status === 'online';
      const line = known ? undefined : describe(change, folder);
      if (line !== undefined) io.stdout.write(`${change.at.slice(11, 23)}  ${line}\n`);
    }
    if (change.type === 'event.ready') onReady((ready += 1));
  }
}

const seconds = (event: RecorderEvent): string => `${(event.durationMs / 1000).toFixed(1)} s`;

/** A change as a line for people; `undefined` where it says nothing to them. */
function describe(change: Change, folder: string): string | undefined {
  switch (change.type) {
    case 'camera.changed': {
      const { name, state } = change.data;
      return state.status === 'online' ? `${name}: ${state.width}x${state.height} ${state.codec}` : undefined;
    }
    case 'motion.changed':
      return change.data.motion ? `motion     in ${change.data.zones.join(', ')}, score ${change.data.score}` : 'quiet';
    case 'event.opened':
      return `event ${change.data.id}    recording`;
    case 'event.closed':
      return `event ${change.data.id}    closed: ${seconds(change.data)}, ${change.data.frames} frames, best score ${change.data.score.max}`;
    case 'event.ready':
      return `event ${change.data.id}    ready: ${join(folder, 'events', change.data.cameraId, change.data.start.slice(0, 10), String(change.data.id))}`;
    case 'alert.raised':
      return `alert      ${change.data.text}`;
    case 'alert.cleared':
      return `over       ${change.data.text}`;
    default:
      return undefined;
  }
}
