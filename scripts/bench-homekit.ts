// npm run bench:homekit: how soon and how well cameras are seen in Home, what viewers cost, and another plugin beside it on the same cameras.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeScene, namedScene } from '@nightjar/testkit';
import { type AccessoryView, type HapClient, HomebridgeHarness } from '@nightjar/testkit/homekit';
import { CameraHome } from '../packages/homebridge-plugin/test/camera-home.ts';
import { startCameras } from './bench-camera.ts';
import { firstPictures, hubRecording, longView, manyViews, pictures, type Spread, spread, usage, vanishedView } from './bench-homekit-measures.ts';
import { type ArgumentValues, clipFile, runBench, say, textOption, wholeNumber } from './bench-run.ts';

const HELP = `usage: npm run bench:homekit -- [options]

Measures cameras in Home through a real Homebridge: tile pictures with the recorder there and gone, the time from START to the first picture, a long
view and its decoded pictures, several viewers and what they cost, a recording for a home hub, and a home with many cameras.

  --clip FILE      an H.264 video to serve (default: a synthetic street, 1920x1080 at 15 fps, 4 Mbit/s); it is encoded anew with 4 s between key frames
  --cameras N      cameras whose tiles are asked for (default 8)
  --requests N     tile pictures (default 500)
  --views N        live views that are opened one after the other (default 20)
  --seconds S      how long the long view and the several viewers last (default 60)
  --viewers N      viewers of one camera at a time (default 5)
  --many N         cameras of the large home (default 20; 0: none)
  --peer           installs homebridge-camera-ffmpeg 3.1.4 from npm into a temporary folder and measures it on the same camera
  --help           this text

Prints a table, and writes it as JSON to bench-results/.
`;
const PEER = { name: 'homebridge-camera-ffmpeg', version: '3.1.4' };
const PEER_PICTURES = 20;
const PEER_VIEWS = 8;
const GOP_SECONDS = 4;
const LONGEST_SIDE_SECONDS = 20;

interface Arguments {
  readonly clip: string | undefined;
  readonly cameras: number;
  readonly requests: number;
  readonly views: number;
  readonly seconds: number;
  readonly viewers: number;
  readonly many: number;
  readonly peer: boolean;
}

/** @throws TypeError with one sentence. */
function readArguments(): Arguments | undefined {
  const numbers = {
    ...textOption('cameras', '8'),
    ...textOption('requests', '500'),
    ...textOption('views', '20'),
    ...textOption('seconds', '60'),
    ...textOption('viewers', '5'),
    ...textOption('many', '20'),
  };
  const { values } = parseArgs({
    options: { clip: { type: 'string' }, ...numbers, peer: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  }) as { values: ArgumentValues };
  if (values['help'] === true) {
    process.stdout.write(HELP);
    return undefined;
  }
  const whole = (name: string, least: number): number => wholeNumber(values, name, least);
  const clip = clipFile(values);
  const counts = { cameras: whole('cameras', 1), requests: whole('requests', 1), views: whole('views', 1), seconds: whole('seconds', 5) };
  return { clip, ...counts, viewers: whole('viewers', 1), many: whole('many', 0), peer: values['peer'] === true };
}

async function run(args: Arguments, folder: string): Promise<void> {
  const original = args.clip ?? (await encodeScene(namedScene('street', { fps: 15, seconds: 16 }), { size: { width: 1920, height: 1080 } }));
  const clip = join(folder, 'clip.mp4');
  encodeSlowGop(original, clip);
  say(`H.264, ${GOP_SECONDS} s between key frames, ${cpus()[0]?.model ?? 'unknown CPU'} × ${availableParallelism()}`);
  const cameras = await startCameras(clip, args.cameras);
  try {
    const ours = await measureOurs(args, cameras.urls);
    const many = args.many === 0 ? undefined : await measureMany(args.many, cameras.urls);
    const [source = ''] = cameras.urls;
    const sideSeconds = Math.min(args.seconds, LONGEST_SIDE_SECONDS);
    const sides = args.peer ? [await measureSide(source, sideSeconds), ...(await measurePeer(folder, source, sideSeconds))] : [];
    report(args, { ours, many, sides });
  } finally {
    await cameras.stop();
  }
}

/** Noise fills the bitrate that a street at night does not need. */
function encodeSlowGop(from: string, to: string): void {
  const gop = String(GOP_SECONDS * 15);
  const rate = ['-b:v', '4M', '-maxrate', '4M', '-bufsize', '2M', '-vf', 'noise=alls=12:allf=t', '-r', '15'];
  const video = ['-c:v', 'libx264', '-preset', 'veryfast', ...rate, '-bf', '0', '-pix_fmt', 'yuv420p', '-profile:v', 'main', '-level', '4.0'];
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', from, '-an', ...video, '-g', gop, '-keyint_min', gop, '-sc_threshold', '0', to], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${from} could not be encoded: ${stderr.trim()}`);
}

async function measureOurs({ cameras, requests, views, seconds, viewers }: Arguments, sources: readonly string[]) {
  // What is larger than a hub's 2 Mbit/s would be encoded; the copy is what is measured.
  const platform = { defaults: { maxRecordingKbps: 8000, viewers } };
  await using home = await CameraHome.start({ cameras, sources, platform });
  using client = await home.pair(cameras);
  const views1 = await home.shown(client, (each) => each.length === cameras);
  const camera = views1[0];
  if (camera === undefined) throw new Error('there is no camera in Home');
  await home.measured('cam1');
  const before = (await home.report()).resources;
  const { homebridge, recorder } = home;
  await pictures(client, views1, cameras);
  const tiles = spread(await pictures(client, views1, requests));
  const oneTile = spread(await pictures(client, [camera], Math.min(requests, 100)));
  const first = spread(await firstPictures(client, camera, views));
  const long = await longView(client, camera, seconds);
  const vanishedMs = await vanishedView(client, camera);
  const plugin = await manyViews(client, camera, viewers, seconds, [homebridge.pid]);
  const recording = await hubRecording(client, camera, 30);
  await home.reported('that nothing is left', ({ resources: { udpSockets } }) => udpSockets === before.udpSockets, 20_000);
  const after = (await home.report()).resources;
  await recorder.kill();
  const tilesAlone = spread(await pictures(client, views1, cameras * 5));
  const drawn = spread(await pictures(client, views1, cameras, 320));
  return { tiles, oneTile, tilesAlone, drawn, first, long, vanishedMs, plugin, recording, before, after, stopMs: await homebridge.stop() };
}

async function measureMany(count: number, sources: readonly string[]) {
  const beganAt = performance.now();
  await using home = await CameraHome.start({ cameras: count, sources });
  using client = await home.pair(count);
  const startMs = performance.now() - beganAt;
  const all = await home.shown(client, (each) => each.length === count);
  await pictures(client, all, count);
  const tiles = spread(await pictures(client, all, count * 5));
  return { cameras: count, startMs, tiles, idle: await usage([home.homebridge.pid], 10), stopMs: await home.homebridge.stop() };
}

/** Ours on one camera; the recorder's process counts, too. */
async function measureSide(source: string, seconds: number): Promise<Side> {
  await using home = await CameraHome.start({ sources: [source] });
  using client = await home.pair(1);
  const [camera] = await home.shown(client, (each) => each.length === 1);
  if (camera === undefined) throw new Error('there is no camera in Home');
  return await side('homebridge-nightjar and its recorder', client, camera, seconds, [home.homebridge.pid, home.recorder.pid]);
}

/** What is compared. */
async function side(name: string, client: HapClient, camera: AccessoryView, seconds: number, pids: readonly number[]) {
  const tiles = spread(await pictures(client, [camera], PEER_PICTURES));
  const first = spread(await firstPictures(client, camera, PEER_VIEWS));
  return { name, tiles, first, single: await manyViews(client, camera, 1, seconds, pids) };
}

type Side = Awaited<ReturnType<typeof side>>;

/** The other plugin as its users run it: copied, which it does best, and with its default, which encodes. */
async function measurePeer(folder: string, source: string, seconds: number): Promise<readonly Side[]> {
  const install = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--omit=peer', `${PEER.name}@${PEER.version}`];
  const { status, stderr } = spawnSync('npm', install, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${PEER.name} could not be installed: ${stderr.trim()}`);
  const results: Side[] = [];
  for (const vcodec of ['copy', 'libx264']) {
    const video = { source: `-rtsp_transport tcp -i ${source}`, maxStreams: 2, maxWidth: 1920, maxHeight: 1080, maxFPS: 15, vcodec, audio: false };
    const platform = {
      platform: 'Camera-ffmpeg',
      name: 'Camera FFmpeg',
      videoProcessor: 'ffmpeg',
      cameras: [{ name: 'Camera 1', unbridge: false, videoConfig: video }],
    };
    const plugin = { folder: join(folder, 'node_modules', PEER.name), name: PEER.name };
    await using homebridge = await HomebridgeHarness.start({ plugin, platform });
    using client: HapClient = await homebridge.pair();
    const camera = (await client.accessories()).camera();
    results.push(await side(`${PEER.name} ${PEER.version}, ${vcodec}`, client, camera, seconds, [homebridge.pid]));
  }
  return results;
}

interface Figures {
  readonly ours: Awaited<ReturnType<typeof measureOurs>>;
  readonly many: Awaited<ReturnType<typeof measureMany>> | undefined;
  readonly sides: readonly Side[];
}

const ms = ({ median, p95, slowest, count }: Spread): string =>
  `median ${median.toFixed(0)}, p95 ${p95.toFixed(0)}, slowest ${slowest.toFixed(0)} ms of ${count}`;

function report(args: Arguments, figures: Figures): void {
  const { ours, many, sides } = figures;
  const { long, recording, plugin } = ours;
  const kept = (isKept: boolean): string => (isKept ? 'kept' : 'MISSED');
  const faults = long.missing + long.badTags + long.strangers + long.late;
  const isWhole = recording.gaps === 0 && recording.beginsWithKeys && recording.complaints === '';
  const rows: (readonly [string, string])[] = [
    [`tiles of ${args.cameras} cameras`, `${ms(ours.tiles)}: ${kept(ours.tiles.p95 <= 150)}`],
    ['tile of one camera', ms(ours.oneTile)],
    ['tiles without recorder, kept', `${ms(ours.tilesAlone)}: ${kept(ours.tilesAlone.slowest <= 1000)}`],
    ['tiles without recorder, drawn', `${ms(ours.drawn)}: ${kept(ours.drawn.slowest <= 1000)}`],
    ['START → first picture', `${ms(ours.first)}: ${kept(ours.first.slowest <= 400)}`],
    [`a view of ${long.seconds} s`, `${long.packets} packets, ${faults} missing, late, not authentic or foreign: ${kept(faults === 0)}`],
    [
      'decoded',
      `${long.decoded} of ${long.pictures} pictures, ${long.complaints || 'no complaint'}: ${kept(long.complaints === '' && long.decoded === long.pictures)}`,
    ],
    ['between pictures', `median ${long.stepMs.median.toFixed(1)}, longest ${long.stepMs.slowest.toFixed(1)} ms`],
    [
      'END, connection lost → last packet',
      `${long.stopMs.toFixed(0)}, ${ours.vanishedMs.toFixed(0)} ms: ${kept(Math.max(long.stopMs, ours.vanishedMs) <= 1000)}`,
    ],
    [
      `${plugin.viewers} viewers, the plugin`,
      `${plugin.cpuPercentPerViewer.toFixed(2)} % of a core and ${plugin.rssMBPerViewer.toFixed(1)} MB each at ${plugin.megabitPerSecondEach.toFixed(1)} Mbit/s, ` +
        `${plugin.losses} losses, ${plugin.watched.ffmpegs} ffmpeg: ${kept(plugin.cpuPercentPerViewer <= 3 && plugin.losses + plugin.watched.ffmpegs === 0)}`,
    ],
    ['hello → init + prebuffer', `${recording.toPrebufferMs.toFixed(0)} ms: ${kept(recording.toPrebufferMs <= 500)}`],
    [
      'a recording',
      `${recording.fragments} fragments, longest ${recording.longestSeconds.toFixed(2)} s, ${recording.decoded} of ${recording.pictures} pictures: ${kept(isWhole)}`,
    ],
    [
      'left behind',
      `UDP sockets ${ours.before.udpSockets} → ${ours.after.udpSockets}, TCP ${ours.before.tcpSockets} → ${ours.after.tcpSockets}, timers ${ours.before.timers} → ${ours.after.timers}`,
    ],
    ['stopping Homebridge', `${ours.stopMs.toFixed(0)} ms`],
  ];
  if (many !== undefined) {
    rows.push([`a home of ${many.cameras} cameras`, `in Home after ${(many.startMs / 1000).toFixed(1)} s; tiles ${ms(many.tiles)}`]);
    rows.push([
      'its Homebridge, idle',
      `${many.idle.cpuPercent.toFixed(1)} % of a core, ${many.idle.rssMB.toFixed(0)} MB; stopped in ${many.stopMs.toFixed(0)} ms`,
    ]);
  }
  for (const [what, value] of rows) say(`${what.padEnd(36)}${value}`);
  if (sides.length > 0) sideBySide(sides);
  mkdirSync('bench-results', { recursive: true });
  const file = join('bench-results', `homekit-${new Date().toISOString().replaceAll(':', '-')}.json`);
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
  const rounded = (_: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);
  writeFileSync(file, `${JSON.stringify({ args, machine, ...figures }, rounded, 2)}\n`);
  say(`written to ${file}`);
}

/** Every process counts: Homebridge, ffmpeg, and of ours the recorder, too. */
function sideBySide(plugins: readonly Side[]): void {
  say(
    `\n${'one camera, one viewer'.padEnd(42)}${'tile p50 / p95'.padEnd(18)}${'first picture p50 / p95'.padEnd(26)}${'CPU a viewer'.padEnd(14)}${'memory a viewer'.padEnd(18)}idle`,
  );
  for (const { name, tiles, first, single } of plugins) {
    const two = ({ median, p95 }: Spread): string => `${median.toFixed(0)} / ${p95.toFixed(0)} ms`;
    const idle = `${single.alone.cpuPercent.toFixed(1)} %, ${single.alone.rssMB.toFixed(0)} MB`;
    const cost = `${`${single.cpuPercentPerViewer.toFixed(1)} %`.padEnd(14)}${`${single.rssMBPerViewer.toFixed(1)} MB`.padEnd(18)}`;
    say(`${name.padEnd(42)}${two(tiles).padEnd(18)}${two(first).padEnd(26)}${cost}${idle}`);
  }
}

await runBench('homekit', readArguments, run);
