// What HomeKit's side of a camera is measured by: tile pictures, live views, recordings, and what they cost the processes.
import { setTimeout as sleep } from 'node:timers/promises';
import { type AccessoryView, type HapClient, HdsClient, LiveViewer, processTree, recordingChoice, USUAL_RECORDING } from '@nightjar/testkit/homekit';
import { decode, readRecording } from '../packages/homebridge-plugin/test/decoded.ts';

const KEY_WITHIN_MS = 30_000;
const SILENCE_MS = 1500;

/** Milliseconds, of so many. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly slowest: number;
}

/** CPU and memory of processes and all they started, for so long. */
export interface Usage {
  /** Share of one core, in percent. */
  readonly cpuPercent: number;
  readonly rssMB: number;
  readonly processes: number;
  readonly ffmpegs: number;
}

/** Sorts and picks. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { count: sorted.length, median: at(0.5), p95: at(0.95), slowest: at(1) };
}

/** Asks for tiles of all cameras at once, again and again, as Home does. @returns Milliseconds of each answer. */
export async function pictures(client: HapClient, cameras: readonly AccessoryView[], requests: number, width = 640): Promise<readonly number[]> {
  const took: number[] = [];
  const ask = async ({ aid }: AccessoryView): Promise<void> => {
    const askedAt = performance.now();
    const picture = await client.snapshot(aid, { width, height: Math.round((width * 9) / 16), reason: 'periodic' });
    if (picture.readUInt16BE(0) !== 0xffd8) throw new Error('a tile got something else than a JPEG');
    took.push(performance.now() - askedAt);
  };
  while (took.length < requests) await Promise.all(cameras.slice(0, requests - took.length).map(ask));
  return took;
}

/** Opens views one after the other, at any moment of a group of pictures. @returns Milliseconds from START to the first picture of each. */
export async function firstPictures(client: HapClient, camera: AccessoryView, views: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let view = 0; view < views; view++) {
    using viewer = await LiveViewer.open(client, camera);
    await viewer.waitForKey(KEY_WITHIN_MS);
    took.push(viewer.firstKeyMs ?? Number.NaN);
    await viewer.end();
    await viewer.waitForSilence(performance.now(), 200, KEY_WITHIN_MS);
    await sleep(Math.random() * 1000);
  }
  return took;
}

/** Watches for so long and decodes everything. */
export async function longView(client: HapClient, camera: AccessoryView, seconds: number) {
  using viewer = await LiveViewer.open(client, camera);
  await viewer.waitForKey(KEY_WITHIN_MS);
  await sleep(seconds * 1000);
  const endedAt = performance.now();
  await viewer.end();
  const stopMs = await viewer.waitForSilence(endedAt, SILENCE_MS, KEY_WITHIN_MS);
  const steps = viewer.units.slice(1).map((unit, index) => ((unit.timestamp - (viewer.units[index]?.timestamp ?? 0)) >>> 0) / 90);
  const { complaints, pictures: decoded } = await decode('h264', viewer.annexB());
  const { packets, bytes, missing, late, badTags, strangers } = viewer.video;
  const counts = { packets, missing, late, badTags, strangers, pictures: viewer.pictures };
  return { seconds, ...counts, megabits: (bytes * 8) / 1e6, stepMs: spread(steps), decoded, complaints, stopMs };
}

/** A viewer whose phone loses its network. @returns Milliseconds until the last packet. */
export async function vanishedView(client: HapClient, camera: AccessoryView): Promise<number> {
  const phone = await client.another();
  using viewer = await LiveViewer.open(phone, camera);
  await viewer.waitForKey(KEY_WITHIN_MS);
  const goneAt = performance.now();
  phone.vanish();
  return viewer.waitForSilence(goneAt, SILENCE_MS, KEY_WITHIN_MS);
}

/** Several viewers of one camera at a time, and what the processes use beside what they use without them. */
export async function manyViews(client: HapClient, camera: AccessoryView, viewers: number, seconds: number, pids: readonly number[]) {
  const alone = await usage(pids, Math.min(10, seconds));
  const phones = await Promise.all(Array.from({ length: viewers }, () => client.another()));
  const open: LiveViewer[] = [];
  try {
    for (const [slot, phone] of phones.entries()) open.push(await LiveViewer.open(phone, camera, { slot, keepsPictures: false }));
    await Promise.all(open.map((viewer) => viewer.waitForKey(KEY_WITHIN_MS)));
    // The first seconds hold what each got at once.
    await sleep(3000);
    const before = open.map(({ video }) => video.bytes);
    const watched = await usage(pids, seconds);
    const megabits = open.reduce((sum, { video }, index) => sum + video.bytes - (before[index] ?? 0), 0) * 8e-6;
    for (const viewer of open) await viewer.end();
    const losses = open.map(({ video: { missing, badTags, strangers } }) => missing + badTags + strangers);
    return {
      viewers,
      alone,
      watched,
      cpuPercentPerViewer: (watched.cpuPercent - alone.cpuPercent) / viewers,
      rssMBPerViewer: (watched.rssMB - alone.rssMB) / viewers,
      megabitPerSecondEach: megabits / seconds / viewers,
      losses: losses.reduce((sum, each) => sum + each, 0),
    };
  } finally {
    for (const viewer of open) viewer.close();
    for (const phone of phones) phone.close();
  }
}

/** A recording of so many seconds as a hub takes it. */
export async function hubRecording(hub: HapClient, camera: AccessoryView, seconds: number) {
  await hub.put(
    { id: camera.id('CameraRecordingManagement', 'SelectedCameraRecordingConfiguration'), value: recordingChoice(USUAL_RECORDING) },
    { id: camera.id('CameraRecordingManagement', 'Active'), value: 1 },
  );
  const beganAt = performance.now();
  using stream = await HdsClient.open(hub, camera);
  const recording = await stream.record();
  await recording.waitForFragments(1, 10_000);
  const toPrebufferMs = (recording.fragments[0]?.atMs ?? Number.NaN) - beganAt;
  await recording.waitForFragments(Math.ceil(seconds / (USUAL_RECORDING.fragmentMs / 1000)), seconds * 2000);
  recording.close();
  const { beginsWithKeys, gaps, seconds: lengths, samples } = readRecording(recording.parts);
  const { complaints, pictures: decoded } = await decode('mp4', recording.file());
  return {
    toPrebufferMs,
    fragments: lengths.length,
    longestSeconds: Math.max(...lengths),
    beginsWithKeys,
    gaps,
    pictures: samples.length,
    decoded,
    complaints,
  };
}

/** What these processes and their children use; of children that end meanwhile, what was seen at the beginning is left out. */
export async function usage(pids: readonly number[], seconds: number): Promise<Usage> {
  const startedAt = performance.now();
  const before = new Map(pids.flatMap(processTree).map(({ pid, cpuSeconds }) => [pid, cpuSeconds]));
  await sleep(seconds * 1000);
  const tree = pids.flatMap(processTree);
  const used = tree.reduce((sum, { pid, cpuSeconds }) => sum + cpuSeconds - (before.get(pid) ?? 0), 0);
  const rssMB = tree.reduce((sum, { rssBytes }) => sum + rssBytes, 0) / 1e6;
  const ffmpegs = tree.filter(({ command }) => /(^|\/)ffmpeg /.test(command)).length;
  return { cpuPercent: (used / ((performance.now() - startedAt) / 1000)) * 100, rssMB, processes: tree.length, ffmpegs };
}
