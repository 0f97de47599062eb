import { FakeClock, MemoryEventFiles, sampleEvent, samplesOf, settle } from '@nightjar/testkit';
import { PACKETS_START_MS, packetAt, packetStream, picturesOf } from '../../test/packets.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Packet } from '../model/packet.ts';
import { type Placement, type SectionOwner, SectionWriter } from './section-writer.ts';

const event = sampleEvent(7, { state: 'open' });
const PLACEMENT: Placement = { root: '/events', event };

function write(packets: readonly Packet[], changes: { owner?: Partial<SectionOwner>; maxQueuedBytes?: number } = {}) {
  const clock = new FakeClock();
  const files = new MemoryEventFiles(clock);
  const drops: (readonly [number, number, number])[] = [];
  const progress: number[] = [];
  const owner: SectionOwner = {
    place: async () => PLACEMENT,
    describe: ({ frames, sizeBytes, endMs }) => ({ ...event, frames, sizeBytes, endMs }),
    onProgress: ({ frames }) => progress.push(frames),
    onDropped: (frames, fromMs, toMs) => drops.push([frames, fromMs - PACKETS_START_MS, toMs - PACKETS_START_MS]),
    ...changes.owner,
  };
  const limits = { fragmentMs: 500, syncIntervalMs: 5000, maxQueuedBytes: changes.maxQueuedBytes ?? 1e9 };
  const [first, ...rest] = packets;
  const writer = new SectionWriter({ files, clock, info: packetStream, limits, owner }, first!);
  const push = (more: readonly Packet[]): void => {
    for (const packet of more) writer.push(packet);
  };
  push(rest);
  const video = () => [...files.videos.values()][0]!;
  return { clock, files, writer, drops, progress, push, video };
}

describe('SectionWriter', () => {
  it('writes fragments of half a second, with times from the start of the file', async () => {
    const { writer, video, progress, push } = write(picturesOf(4000, 6050));
    await settle();
    expect(progress).toEqual([5, 10, 15, 20]);
    push(picturesOf(6100, 6300));
    writer.finish();
    const end = await writer.ended;
    expect(video().fragments.map((fragment) => fragment.length)).toEqual([5, 5, 5, 5, 3]);
    expect(samplesOf(video()).map(({ dtsUs }) => dtsUs)).toEqual(Array.from({ length: 23 }, (_, index) => index * 100_000));
    expect(end).toMatchObject({
      placement: PLACEMENT,
      frames: 23,
      failure: undefined,
      startMs: PACKETS_START_MS + 4000,
      endMs: PACKETS_START_MS + 6300,
      facts: { frames: 23, identity: { frames: 23, sizeBytes: 2300 } },
    });
  });

  it('makes a fragment of each picture of a slow camera', async () => {
    const slow = [0, 2000, 4000].map((ms) => packetAt({ ms, isKey: ms === 0, durationMs: 2000 }));
    const { writer, video } = write(slow);
    writer.finish();
    await writer.ended;
    expect(video().fragments.map((fragment) => fragment.length)).toEqual([1, 1, 1]);
  });

  it('leaves out sound from before its first picture, and keeps the rest in its order', async () => {
    const { writer, video, push } = write([packetAt({ ms: 1000, isKey: true })]);
    push([packetAt({ ms: 960, track: 'audio' }), packetAt({ ms: 1024, track: 'audio' }), packetAt({ ms: 1100 })]);
    writer.finish();
    await writer.ended;
    expect(samplesOf(video()).map(({ track, dtsUs }) => `${track} ${dtsUs / 1000}`)).toEqual(['video 0', 'audio 24', 'video 100']);
  });

  it('syncs as often as it should', async () => {
    const { writer, clock, push, video } = write(picturesOf(0, 1100));
    await settle();
    expect(video().syncedFragments).toBe(0);
    await clock.advance(5000);
    push(picturesOf(1100, 1700));
    await settle();
    expect(video().syncedFragments).toBe(video().fragments.length);
    writer.finish();
    await writer.ended;
  });

  it('takes nothing after its end', async () => {
    const { writer, push, video } = write(picturesOf(0, 300));
    writer.finish();
    push(picturesOf(300, 900));
    await writer.ended;
    expect(samplesOf(video())).toHaveLength(3);
    expect(writer.startMs).toBe(PACKETS_START_MS);
  });

  it('drops what is left of a GOP and whole GOPs while the disk is slow, counts them, and goes on with a key picture', async () => {
    const { writer, clock, files, drops, push, video } = write(picturesOf(0, 500), { maxQueuedBytes: 2000 });
    files.faults.appendMs = 60_000;
    push(picturesOf(500, 1500));
    await settle();
    push(picturesOf(1500, 6000));
    delete files.faults.appendMs;
    await clock.advance(60_000);
    push(picturesOf(6000, 7000));
    writer.finish();
    const end = await writer.ended;
    const frames = samplesOf(video()).filter(({ track }) => track === 'video');
    expect(drops).toHaveLength(1);
    expect(drops[0]?.[0]).toBe(70 - frames.length);
    expect(end.frames).toBe(frames.length);
    const jump = frames.findIndex(({ dtsUs }, index) => index > 0 && dtsUs - frames[index - 1]!.dtsUs > 100_000);
    expect(frames[jump]).toMatchObject({ isKey: true, dtsUs: 6_000_000 });
    expect(drops[0]?.[2]).toBe(6000);
  });

  it('counts what was dropped up to its end', async () => {
    const { writer, drops, push } = write(picturesOf(0, 500), { maxQueuedBytes: 1000 });
    push([...picturesOf(500, 2000), packetAt({ ms: 1999, track: 'audio', bytes: 1000 })]);
    writer.finish();
    await writer.ended;
    expect(drops).toEqual([[10, 1000, 2000]]);
  });

  it('does not tell of sound alone that was dropped', async () => {
    const { writer, drops } = write([packetAt({ ms: 0, isKey: true, bytes: 900 }), packetAt({ ms: 10, track: 'audio', bytes: 200 })], { maxQueuedBytes: 1000 });
    writer.finish();
    await writer.ended;
    expect(drops).toEqual([]);
  });

  it('keeps what it has while it waits for a place', async () => {
    let found: (place: Placement) => void = () => undefined;
    const { writer, push, video } = write(picturesOf(0, 1000), { owner: { place: () => new Promise((resolve) => (found = resolve)) } });
    await settle();
    push(picturesOf(1000, 30_000));
    writer.finish();
    found(PLACEMENT);
    await writer.ended;
    expect(samplesOf(video())).toHaveLength(300);
  });

  it.each<[string, Partial<SectionOwner>, string]>([
    ['there is no place', { place: async () => undefined }, 'DISK_FAILED'],
    ['finding a place fails', { place: () => Promise.reject(new RecorderError('DISK_FULL', 'full')) }, 'DISK_FULL'],
  ])('ends when %s', async (_, owner, code) => {
    const { writer, files, push } = write(picturesOf(0, 1000), { owner });
    const end = await writer.ended;
    expect(end).toMatchObject({ placement: undefined, facts: undefined, frames: 0, failure: { code }, endMs: PACKETS_START_MS });
    push(picturesOf(1000, 2000));
    expect(files.videos.size).toBe(0);
  });

  it('ends when its file cannot be made', async () => {
    const { writer, files } = write(picturesOf(0, 1000));
    files.faults.failCreate = true;
    expect(await writer.ended).toMatchObject({ placement: PLACEMENT, facts: undefined, frames: 0, failure: { code: 'DISK_FAILED' } });
  });

  it('keeps what was written when the disk is full', async () => {
    const { writer, files, push, video } = write(picturesOf(0, 2000));
    await settle();
    files.faults.fullAfterBytes = 1700;
    push(picturesOf(2000, 4000));
    const end = await writer.ended;
    expect(end).toMatchObject({ frames: 15, facts: { frames: 15 }, failure: { code: 'DISK_FULL' }, endMs: PACKETS_START_MS + 1500 });
    expect(video().state).toBe('finished');
  });

  it('has nothing where the first write failed', async () => {
    const { writer, files, video } = write(picturesOf(0, 2000));
    files.faults.failAppend = true;
    expect(await writer.ended).toMatchObject({ frames: 0, facts: undefined, failure: { code: 'DISK_FAILED' } });
    expect(video().state).toBe('abandoned');
  });

  it('keeps a file that cannot be finished, fragmented as it is', async () => {
    const { writer, files } = write(picturesOf(0, 2000));
    files.faults.failFinish = true;
    writer.finish();
    expect(await writer.ended).toMatchObject({ frames: 20, facts: { frames: 20 }, failure: { code: 'DISK_FAILED' } });
  });

  it('says so when the disk does not even tell what is in the file', async () => {
    const { writer, files } = write(picturesOf(0, 2000), { owner: { describe: () => undefined } });
    files.faults.failFinish = true;
    files.inspect = () => Promise.reject(new RecorderError('DISK_FAILED', 'gone'));
    writer.finish();
    expect(await writer.ended).toMatchObject({ frames: 20, facts: undefined, failure: { code: 'DISK_FAILED' } });
  });
});
