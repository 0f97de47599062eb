// npm run bench:motion: from the frame in which something moves, as the camera sends it, to `motion ON` and the event at a subscriber.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { encodeScene, freePort, loadClip, RtspCamera, type Scene, scene } from '@nightjar/testkit';
import mqtt from 'mqtt';
import { eventually, RecorderFolder } from '../packages/core/test/integration/recorder-process.ts';

const HELP = `usage: npm run bench:motion -- [options]

Serves cameras in whose picture a car appears again and again, and measures how long after the camera sent the first frame with the car
a subscriber of the embedded broker hears of it, and whether the clip can be fetched the moment \`ready\` is heard.

  --motions N    how many are measured (default 50)
  --cameras N    cameras they are spread over (default 4)
  --mode MODE    continuous (default) or keyframes
  --help         this text

Prints a table, and writes it as JSON to bench-results/.
`;
const FPS = 15;
const LOOP_SECONDS = 12;
const VISIT_SECONDS = 2;
const ANSWER_WITHIN_MS = 8000;
const PROMISED = { p50: 250, p95: 500 };
/** Grey levels that a pixel must differ by. */
const VISIBLE = 30;
const BROKER_PASSWORD = 'bench-motion';

interface Visit {
  readonly camera: string;
  readonly sentMs: number;
  motionMs?: number;
  startMs?: number;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      motions: { type: 'string', default: '50' },
      cameras: { type: 'string', default: '4' },
      mode: { type: 'string', default: 'continuous' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(HELP);
  const [motions, count] = [Number(values.motions), Number(values.cameras)];
  const visits: Visit[] = [];
  const streams = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      // Cameras take turns, as visitors do.
      const fromSeconds = 3 + (index * (LOOP_SECONDS - VISIT_SECONDS - 4)) / Math.max(1, count - 1);
      const room = { width: 640, height: 360, fps: FPS, seconds: LOOP_SECONDS, seed: index + 1 };
      const drawn = scene({ ...room, actors: [{ kind: 'car', fromSeconds, toSeconds: fromSeconds + VISIT_SECONDS }] });
      const clip = await loadClip(await encodeScene(drawn, { gopSeconds: 2 }));
      const frames = Math.round(LOOP_SECONDS * FPS);
      const first = firstDifference(scene(room), drawn);
      const id = `cam${index}`;
      const onFrameSent = ({ index: frame, unixMs }: { readonly index: number; readonly unixMs: number }): void => {
        // In the first round the background is learned.
        if (frame >= frames && frame % frames === first) visits.push({ camera: id, sentMs: unixMs });
      };
      return [id, { clip, loop: true, onFrameSent }] as const;
    }),
  );
  const camera = await RtspCamera.start({ streams: Object.fromEntries(streams) });
  const port = await freePort();
  const zones = 'zones: [{ id: all, kind: active }]';
  const recorder = new RecorderFolder({
    cameras: streams
      .map(([id]) => `  - { id: ${id}, source: "${camera.url(id)}", detect: { mode: ${values.mode} }, preRollSeconds: 1, postRollSeconds: 1, ${zones} }`)
      .join('\n'),
    more: [`mqtt: { broker: embedded, listen: "127.0.0.1:${port}", username: bench, password: ${BROKER_PASSWORD} }`],
  });
  try {
    await recorder.start();
    await measure({ recorder, port, visits, motions });
  } finally {
    await recorder[Symbol.asyncDispose]();
    await camera[Symbol.asyncDispose]();
  }
}

/** The first frame in which something of the car can be seen: it comes in from the side. */
function firstDifference(empty: Scene, visited: Scene): number {
  const other = empty.frames();
  let index = 0;
  for (const frame of visited.frames()) {
    const { value } = other.next();
    if (value === undefined || frame.some((luma, at) => Math.abs(luma - (value[at] ?? luma)) > VISIBLE)) return index;
    index += 1;
  }
  throw new Error('the car is nowhere to be seen');
}

async function measure(world: { readonly recorder: RecorderFolder; readonly port: number; readonly visits: Visit[]; readonly motions: number }): Promise<void> {
  const { recorder, port, visits, motions } = world;
  const { token } = await recorder.session();
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'bench', password: BROKER_PASSWORD, protocolVersion: 5 });
  const ready: { status: number; tookMs: number }[] = [];
  client.on('message', (topic, payload, packet) => {
    const nowMs = Date.now();
    const [, , camera = '', leaf] = topic.split('/');
    const visit = visits.findLast((each) => each.camera === camera && nowMs - each.sentMs < ANSWER_WITHIN_MS);
    if (leaf === 'motion' && !packet.retain && payload.toString() === 'ON' && visit !== undefined) visit.motionMs ??= nowMs - visit.sentMs;
    if (leaf !== 'event') return;
    const event = JSON.parse(payload.toString()) as { event_type: string; id: number; api: string; urls: { clip: string } };
    if (event.event_type === 'start' && visit !== undefined) visit.startMs ??= nowMs - visit.sentMs;
    if (event.event_type !== 'ready') return;
    void fetch(new URL(event.urls.clip, event.api), { headers: { authorization: `Bearer ${token}` } }).then(async (answer) => {
      await answer.arrayBuffer();
      ready.push({ status: answer.status, tookMs: Date.now() - nowMs });
    });
  });
  await client.subscribeAsync(['nightjar/camera/+/motion', 'nightjar/camera/+/event'], { qos: 1 });
  const answered = () => visits.filter(({ sentMs }) => Date.now() - sentMs > ANSWER_WITHIN_MS);
  await eventually(
    `${motions} motions`,
    () => {
      if (process.stdout.isTTY) process.stdout.write(`\r${answered().length} of ${motions} motions `);
      return answered().length >= motions ? true : undefined;
    },
    motions * LOOP_SECONDS * 1000 + 60_000,
  );
  await client.endAsync();
  report(answered().slice(0, motions), ready);
}

function report(visits: readonly Visit[], ready: readonly { readonly status: number; readonly tookMs: number }[]): void {
  const seen = visits.flatMap(({ motionMs }) => motionMs ?? []);
  const started = visits.flatMap(({ startMs }) => startMs ?? []);
  const result = {
    machine: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}`,
    motions: visits.length,
    missed: visits.length - seen.length,
    motionMs: { p50: quantile(seen, 0.5), p95: quantile(seen, 0.95), most: Math.max(...seen) },
    startMs: { p50: quantile(started, 0.5), p95: quantile(started, 0.95) },
    ready: { events: ready.length, notFetched: ready.filter(({ status }) => status !== 200).length },
  };
  say(`\n\n| | p50 ms | p95 ms | most ms | promised |\n|---|---|---|---|---|`);
  say(`| frame with the car sent → motion ON | ${result.motionMs.p50} | ${result.motionMs.p95} | ${result.motionMs.most} | ${PROMISED.p50}, ${PROMISED.p95} |`);
  say(`| … → event start | ${result.startMs.p50} | ${result.startMs.p95} | | |`);
  say(`\n${result.motions} motions, ${result.missed} missed; ${result.ready.events} ready, ${result.ready.notFetched} whose clip did not answer 200`);
  mkdirSync('bench-results', { recursive: true });
  writeFileSync('bench-results/motion.json', `${JSON.stringify(result, undefined, 2)}\n`);
  if (result.missed > 0 || result.ready.notFetched > 0 || result.motionMs.p50 > PROMISED.p50 || result.motionMs.p95 > PROMISED.p95) process.exitCode = 1;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

await main();
