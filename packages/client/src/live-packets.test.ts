import { type Sample, writeFragment, writeInitSegment } from '@nightjar/media';
import { sampleAudioTrack, sampleVideoTrack } from '@nightjar/testkit';
import { LivePackets } from './live-packets.ts';
import type { LivePacket } from './media.ts';

const VIDEO = sampleVideoTrack();
const AUDIO = sampleAudioTrack();
const FRAME = VIDEO.timescale / 10;

const init = (): Uint8Array => writeInitSegment([VIDEO, AUDIO]);
const frame = (number: number, options: Partial<Sample> = {}): Uint8Array => {
  const sample = { trackId: VIDEO.trackId, dts: number * FRAME, pts: number * FRAME, duration: FRAME, isKey: number % 10 === 0, data: Uint8Array.of(number) };
  return writeFragment(number + 1, [{ ...sample, ...options }], [VIDEO, AUDIO]);
};
const large = new Uint8Array(20 * 1024 * 1024);

function reading() {
  const packets = new LivePackets();
  const queue: LivePacket[] = [];
  const take = (...messages: readonly (string | Uint8Array)[]): void => {
    for (const message of messages) packets.take(message, queue);
  };
  const drain = (): LivePacket[] => {
    const all = queue.splice(0);
    for (const packet of all) packets.given(packet);
    return all;
  };
  packets.connected();
  return { packets, take, drain };
}

describe('packets of a live stream', () => {
  it('come with their times, their tracks and whether decoding may begin there', () => {
    const { take, drain } = reading();
    take('{"type":"init"}', init(), frame(0), frame(1, { pts: FRAME * 3 }));
    const [first, second] = drain();
    expect(first).toMatchObject({ track: 'video', ptsUs: 0, dtsUs: 0, durationUs: 100_000, isKey: true, skippedFrames: 0, data: Uint8Array.of(0) });
    expect(second).toMatchObject({ ptsUs: 300_000, dtsUs: 100_000, isKey: false });
    expect(first?.tracks.video?.parameterSets).toEqual(VIDEO.parameterSets);
    expect(first?.tracks.audio?.sampleRate).toBe(16_000);
    expect(second?.tracks).toBe(first?.tracks);
  });

  it('have sound among them, with its own clock', () => {
    const { take, drain } = reading();
    take(init(), frame(0), writeFragment(2, [{ trackId: 2, dts: 1024, pts: 1024, duration: 1024, isKey: true, data: Uint8Array.of(9) }], [VIDEO, AUDIO]));
    expect(drain()[1]).toMatchObject({ track: 'audio', dtsUs: 64_000, durationUs: 64_000, isKey: true });
  });

  it('say how many frames the recorder left out', () => {
    const { take, drain } = reading();
    take(init(), frame(0), '{"type":"skipped","frames":9}', frame(10), frame(11));
    expect(drain().map(({ skippedFrames }) => skippedFrames)).toEqual([0, 9, 0]);
  });

  it('have other tracks after the stream changed', () => {
    const { take, drain } = reading();
    take(init(), frame(0), '{"type":"init"}', writeInitSegment([sampleVideoTrack({ width: 1280, height: 720 })]), frame(10));
    const [before, after] = drain();
    expect([before?.tracks.video?.width, after?.tracks.video?.width]).toEqual([640, 1280]);
  });

  it('nobody reads are dropped up to a key frame, and counted', () => {
    const { take, drain } = reading();
    take(init(), frame(0, { data: large }), frame(1, { data: large }), frame(2), frame(3));
    take(frame(10), frame(11));
    expect(drain().map(({ dtsUs, skippedFrames }) => [dtsUs, skippedFrames])).toEqual([
      [1_000_000, 4],
      [1_100_000, 0],
    ]);
  });

  it('come once, also where a new connection begins with some of them again', () => {
    const { packets, take, drain } = reading();
    take(init(), frame(0), frame(1), frame(2));
    packets.connected();
    take(init(), frame(0), frame(1), frame(2), frame(3));
    expect(drain().map(({ dtsUs }) => dtsUs)).toEqual([0, 100_000, 200_000, 300_000]);
  });

  it('go on behind the newest one where the recorder started anew', () => {
    const { packets, take, drain } = reading();
    take(init(), frame(9000));
    packets.connected();
    take(init(), frame(0), frame(1));
    const [before, ...after] = drain().map(({ dtsUs }) => dtsUs);
    expect(after.map((timeUs) => timeUs - (before ?? 0))).toEqual([1, 100_001]);
  });

  it('end with what the recorder says', () => {
    const { take } = reading();
    expect(() => take('{"type":"error","error":{"code":"CAMERA_NOT_FOUND","message":"gone"}}')).toThrow('gone');
  });
});
