import { FakeClock, MemoryEventFiles, sampleEvent, samplesOf, sampleVideoTrack } from '@nightjar/testkit';
import { PACKETS_START_MS, packetAt, packetStream, picturesOf } from '../../test/packets.ts';
import type { Packet } from '../model/packet.ts';
import { type WallMs, wallMs } from '../model/time.ts';
import { Recorder } from './recorder.ts';
import type { SectionEnd } from './section-writer.ts';

const at = (ms: number): WallMs => wallMs(PACKETS_START_MS + ms);

function record() {
  const files = new MemoryEventFiles();
  const seen: Packet[] = [];
  const ends: (readonly [number, SectionEnd])[] = [];
  const preRoll = {
    cut: (from: WallMs) => {
      const first = seen.findLastIndex((packet) => packet.isKey && packet.wallMs <= from);
      return seen.slice(Math.max(0, first));
    },
  };
  const recorder = new Recorder({
    files,
    clock: new FakeClock(),
    limits: { fragmentMs: 500, syncIntervalMs: 5000, maxQueuedBytes: 1e9 },
    preRoll,
    owner: (section) => ({
      place: async () => ({ root: '/events', event: sampleEvent(section) }),
      describe: () => undefined,
      onProgress: () => undefined,
      onDropped: () => undefined,
    }),
    onSectionEnd: (section, end) => ends.push([section, end]),
  });
  const push = (packets: readonly Packet[]): void => {
    for (const packet of packets) {
      seen.push(packet);
      recorder.push(packet);
    }
  };
  /** Seconds of media of each file, by section. */
  const recorded = async () => {
    await recorder.stop();
    const starts = new Map(ends.map(([section, end]) => [section, (end.startMs - PACKETS_START_MS) / 1000]));
    return Object.fromEntries(
      [...files.videos.values()].map((file) => [
        file.identity.id,
        samplesOf(file).map(({ dtsUs }) => Math.round((starts.get(file.identity.id)! + dtsUs / 1e6) * 10) / 10),
      ]),
    );
  };
  recorder.runStarted(packetStream);
  return { recorder, files, push, ends, recorded, seen };
}

const tenths = (from: number, to: number): number[] =>
  Array.from({ length: Math.round((to - from) * 10) }, (_, index) => Math.round((from + index / 10) * 10) / 10);

describe('Recorder', () => {
  it('records nothing without a demand', async () => {
    const { recorder, push, recorded } = record();
    push(picturesOf(0, 5000));
    expect(recorder.recording).toBe(false);
    expect(await recorded()).toEqual({});
  });

  it('begins with the key picture before the time asked for, and ends when nothing is wanted', async () => {
    const { recorder, push, recorded } = record();
    push(picturesOf(0, 5500));
    recorder.setDemand({ section: 1, from: at(3300) });
    expect(recorder.recording).toBe(true);
    push(picturesOf(5500, 7000));
    recorder.setDemand(undefined);
    push(picturesOf(7000, 9000));
    expect(await recorded()).toEqual({ 1: tenths(3, 7) });
  });

  it('changes files at a key picture without losing or doubling one', async () => {
    const { recorder, push, recorded } = record();
    push(picturesOf(0, 1000));
    recorder.setDemand({ section: 1, from: 'next-key' });
    expect(recorder.recording).toBe(false);
    push(picturesOf(1000, 2500));
    recorder.setDemand({ section: 2, from: 'next-key' });
    push(picturesOf(2500, 4200));
    recorder.setDemand({ section: 3, from: 'next-key' });
    push(picturesOf(4200, 6000));
    expect(await recorded()).toEqual({ 1: tenths(1, 3), 2: tenths(3, 5), 3: tenths(5, 6) });
  });

  it('may be asked twice for the same', async () => {
    const { recorder, push, recorded } = record();
    push(picturesOf(0, 1500));
    recorder.setDemand({ section: 1, from: at(0) });
    recorder.setDemand({ section: 1, from: at(0) });
    push(picturesOf(1500, 2000));
    expect(await recorded()).toEqual({ 1: tenths(0, 2) });
  });

  it('does not begin with sound or a picture that needs another', async () => {
    const { recorder, push, recorded } = record();
    recorder.setDemand({ section: 1, from: at(0) });
    push([packetAt({ ms: 0, track: 'audio' }), packetAt({ ms: 10 }), ...picturesOf(1000, 2000)]);
    expect(await recorded()).toEqual({ 1: tenths(1, 2) });
  });

  it('waits with a demand until a stream comes', async () => {
    const { recorder, push, recorded } = record();
    recorder.runEnded();
    recorder.setDemand({ section: 1, from: at(0) });
    push(picturesOf(0, 1000));
    expect(recorder.recording).toBe(false);
    recorder.runStarted(packetStream);
    push(picturesOf(1000, 2000));
    expect(recorder.recording).toBe(true);
    expect(await recorded()).toEqual({ 1: tenths(1, 2) });
  });

  it('closes its file when the run ends, and begins another for another picture', async () => {
    const { recorder, push, ends, files, seen } = record();
    recorder.setDemand({ section: 1, from: 'next-key' });
    push(picturesOf(0, 1000));
    recorder.runEnded();
    expect(recorder.recording).toBe(false);
    recorder.setDemand({ section: 2, from: 'next-key' });
    recorder.runStarted({ video: sampleVideoTrack({ width: 1920, height: 1080 }) });
    seen.length = 0;
    push(picturesOf(5000, 6000));
    await recorder.stop();
    expect(ends.map(([section, { frames }]) => [section, frames])).toEqual([
      [1, 10],
      [2, 10],
    ]);
    expect([...files.videos.values()].map(({ video, state }) => `${video.width} ${state}`)).toEqual(['640 finished', '1920 finished']);
  });

  it('is not recording any more when writing failed, and tells why', async () => {
    const { recorder, push, files, ends } = record();
    files.faults.failAppend = true;
    recorder.setDemand({ section: 1, from: 'next-key' });
    push(picturesOf(0, 2000));
    await recorder.stop();
    expect(recorder.recording).toBe(false);
    expect(ends).toMatchObject([[1, { frames: 0, failure: { code: 'DISK_FAILED' } }]]);
  });

  it('stops when every file is closed', async () => {
    const { recorder, push, files } = record();
    recorder.setDemand({ section: 1, from: 'next-key' });
    push(picturesOf(0, 2000));
    await recorder.stop();
    expect([...files.videos.values()].map(({ state }) => state)).toEqual(['finished']);
    await recorder.stop();
  });
});
