import type { CameraStatus, LiveOptions, LivePacket } from '@nightjar/client';
import { FakeClock, sampleAudioTrack, sampleVideoTrack } from '@nightjar/testkit';
import { packetAt, packetStream, picturesOf } from '../../test/packets.ts';
import { PacketRing } from '../capture/packet-ring.ts';
import type { Packet, StreamInfo } from '../model/packet.ts';
import { LiveFeed } from './live-feed.ts';
import type { LiveViewer } from './live-viewer.ts';

/** A feed as a pipeline feeds it. */
function feeding() {
  const ring = new PacketRing({ keepMs: 10_000, maxBytes: 1_000_000 });
  const watched: boolean[] = [];
  const feed = new LiveFeed(new FakeClock(), { mostBytes: 100_000, mostMs: 3000 });
  const source = feed.from({ recent: ring, onWatched: (isWatched) => watched.push(isWatched) });
  const begin = (info: StreamInfo = packetStream): void => {
    ring.clear();
    source.runStarted(info);
  };
  const send = (packets: readonly Packet[]): void => {
    for (const packet of packets) {
      ring.push(packet);
      source.push(packet);
    }
  };
  return { feed, source, watched, begin, send };
}

async function take(viewer: LiveViewer, count: number): Promise<LivePacket[]> {
  const packets: LivePacket[] = [];
  while (packets.length < count) {
    const { value } = await viewer.next();
    if (value === undefined) break;
    packets.push(value);
  }
  return packets;
}

const timesMs = (packets: readonly LivePacket[]): readonly number[] => packets.map(({ dtsUs }) => dtsUs / 1000);

describe('LiveFeed', () => {
  it('gives whoever comes the newest key packet and its followers at once, then what comes', async () => {
    const { feed, begin, send } = feeding();
    begin();
    send(picturesOf(0, 2300));
    const viewer = feed.watch();
    expect(timesMs(await take(viewer, 3))).toEqual([2000, 2100, 2200]);
    const next = take(viewer, 2);
    send(picturesOf(2300, 2500));
    expect(timesMs(await next)).toEqual([2300, 2400]);
  });

  it('begins further back where that is wanted, as far as the past reaches', async () => {
    const { feed, begin, send } = feeding();
    begin();
    send(picturesOf(0, 4300));
    expect(timesMs(await take(feed.watch({ preRollSeconds: 1.5 }), 1))).toEqual([2000]);
    expect(timesMs(await take(feed.watch({ preRollSeconds: 300 }), 1))).toEqual([0]);
  });

  it('begins with the newest key packet also where B-frames are shown before it', async () => {
    const { feed, begin, send } = feeding();
    begin();
    send([...picturesOf(0, 1000), packetAt({ ms: 1000, isKey: true, delayMs: 200 }), packetAt({ ms: 1100 })]);
    expect(timesMs(await take(feed.watch(), 2))).toEqual([1000, 1100]);
  });

  it('shares the data of packets among all viewers', async () => {
    const { feed, begin, send } = feeding();
    begin();
    const packets = picturesOf(0, 200);
    send(packets);
    const [[one], [two], [silent]] = await Promise.all([
      take(feed.watch(), 1),
      take(feed.watch(), 1),
      take(feed.watch({ wants: { video: true, audio: false } }), 1),
    ]);
    for (const packet of [one, two, silent]) expect(packet?.data).toBe(packets[0]?.data);
  });

  it('skips a viewer that does not read, and nobody else', async () => {
    const { feed, begin, send } = feeding();
    begin();
    send(picturesOf(0, 100));
    const [slow, quick] = [feed.watch(), feed.watch()];
    expect(await take(slow, 1)).toHaveLength(1);
    const seen: LivePacket[] = [];
    for (const packet of picturesOf(100, 10_000)) {
      send([packet]);
      seen.push(...(await take(quick, seen.length === 0 ? 2 : 1)));
    }
    expect(seen.every(({ skippedFrames }) => skippedFrames === 0)).toBe(true);
    expect(timesMs(seen)).toEqual(timesMs(seen).map((_, index) => index * 100));
    const [next] = await take(slow, 1);
    expect(next).toMatchObject({ isKey: true, skippedFrames: (next?.dtsUs ?? 0) / 100_000 - 1 });
    expect(feed.skippedFrames).toBe(next?.skippedFrames);
  });

  it('goes on in time after the camera was away, with the same tracks where they are the same', async () => {
    const { feed, source, begin, send } = feeding();
    begin();
    send(picturesOf(1000, 1300));
    const viewer = feed.watch();
    const before = await take(viewer, 3);
    source.runEnded();
    const next = take(viewer, 2);
    begin({ video: sampleVideoTrack() });
    send([packetAt({ ms: 900, track: 'audio' }), ...picturesOf(950, 1300, { gopMs: 1050 })]);
    const after = await next;
    expect(after[0]).toMatchObject({ isKey: true, skippedFrames: 0 });
    expect(after[0]?.dtsUs).toBeGreaterThanOrEqual((before[2]?.dtsUs ?? 0) + 100_000);
    expect((after[1]?.dtsUs ?? 0) - (after[0]?.dtsUs ?? 0)).toBe(100_000);
    expect(after[0]?.tracks).toBe(before[0]?.tracks);
  });

  it('says by another object that the tracks are others, to those who hear them', async () => {
    const { feed, begin, send } = feeding();
    begin({ video: sampleVideoTrack(), audio: sampleAudioTrack() });
    send(picturesOf(0, 100));
    const [all, silent] = [feed.watch(), feed.watch({ wants: { video: true, audio: false } })];
    const [[first], [firstSilent]] = await Promise.all([take(all, 1), take(silent, 1)]);
    begin({ video: sampleVideoTrack(), audio: sampleAudioTrack(48_000, 2) });
    send(picturesOf(0, 100));
    const [[second], [secondSilent]] = await Promise.all([take(all, 1), take(silent, 1)]);
    expect(second?.tracks).not.toBe(first?.tracks);
    expect(second?.tracks.audio).toMatchObject({ sampleRate: 48_000 });
    expect(secondSilent?.tracks).toBe(firstSilent?.tracks);
    begin({ video: sampleVideoTrack({ width: 1920, height: 1080 }) });
    send(picturesOf(0, 100));
    const [[third], [thirdSilent]] = await Promise.all([take(all, 1), take(silent, 1)]);
    expect(third?.tracks.video?.width).toBe(1920);
    expect(thirdSilent?.tracks.video?.width).toBe(1920);
  });

  it('gives sound to those who want it', async () => {
    const { feed, begin, send } = feeding();
    begin({ video: sampleVideoTrack(), audio: sampleAudioTrack() });
    const packets = picturesOf(0, 300).flatMap((packet) => [packet, packetAt({ ms: packet.dtsUs / 1000, track: 'audio' })]);
    send(packets);
    const [all, silent] = await Promise.all([take(feed.watch(), 6), take(feed.watch({ wants: { video: true, audio: false } }), 3)]);
    expect(all.map(({ track }) => track)).toEqual(['video', 'audio', 'video', 'audio', 'video', 'audio']);
    expect(silent.map(({ track, tracks }) => [track, tracks.audio])).toEqual([
      ['video', undefined],
      ['video', undefined],
      ['video', undefined],
    ]);
  });

  it('shows nothing of before while the camera is away, and tells why nothing comes', async () => {
    const { feed, source, begin, send } = feeding();
    const told: [CameraStatus, string | undefined][] = [];
    const onWaiting: LiveOptions['onWaiting'] = (status, problem) => told.push([status, problem]);
    source.status('connecting', undefined);
    begin();
    source.status('online', undefined);
    send(picturesOf(0, 300));
    source.runEnded();
    source.status('offline', 'it went away');
    const viewer = feed.watch({ onWaiting });
    const next = take(viewer, 1);
    source.status('stalled', 'it went away again');
    begin();
    source.status('online', undefined);
    send(picturesOf(0, 300));
    expect((await next)[0]?.dtsUs).toBe(300_000);
    expect(told).toEqual([
      ['offline', 'it went away'],
      ['stalled', 'it went away again'],
    ]);
  });

  it('keeps its viewers when another connection takes over, and hears the one before no more', async () => {
    const { feed, source, begin, send, watched } = feeding();
    begin();
    send(picturesOf(0, 200));
    const viewer = feed.watch();
    await take(viewer, 2);
    const next = take(viewer, 2);
    const ring = new PacketRing({ keepMs: 10_000, maxBytes: 1_000_000 });
    const again: boolean[] = [];
    const other = feed.from({ recent: ring, onWatched: (isWatched) => again.push(isWatched) });
    source.push(packetAt({ ms: 200, isKey: true }));
    source.status('offline', 'replaced');
    source.close();
    other.runStarted(packetStream);
    for (const packet of picturesOf(0, 200)) other.push(packet);
    expect(timesMs(await next)).toEqual([200, 300]);
    await viewer.return();
    expect([watched, again]).toEqual([[true], [true, false]]);
  });

  it('ends its viewers when nothing will come any more, and takes others later', async () => {
    const { feed, source, begin, send } = feeding();
    const waiting = feed.watch().next();
    source.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
    begin();
    send(picturesOf(0, 100));
    expect(await take(feed.watch(), 1)).toHaveLength(1);
  });

  it('ends its viewers when the camera is removed, when their signal aborts, and when they leave', async () => {
    const { feed, begin, send, watched } = feeding();
    begin();
    send(picturesOf(0, 200));
    const abort = new AbortController();
    const [aborted, left, removed] = [feed.watch({ signal: abort.signal }), feed.watch(), feed.watch()];
    await Promise.all([aborted, left, removed].map((viewer) => take(viewer, 2)));
    expect(feed.viewers).toBe(3);
    const ends = [aborted, left, removed].map((viewer) => viewer.next());
    abort.abort();
    await left.return();
    expect(feed.viewers).toBe(1);
    feed.close();
    expect(await Promise.all(ends)).toEqual([1, 2, 3].map(() => ({ done: true, value: undefined })));
    expect(feed.viewers).toBe(0);
    expect(watched).toEqual([true, false]);
    expect(await feed.watch().next()).toEqual({ done: true, value: undefined });
    expect(await feed.watch({ signal: AbortSignal.abort() }).next()).toEqual({ done: true, value: undefined });
  });
});
