import { sampleAudioTrack, sampleVideoTrack } from '@nightjar/testkit';
import { packetAt, packetStream } from '../../test/packets.ts';
import { LiveClock } from './live-clock.ts';

describe('LiveClock', () => {
  it('leaves the first run where it is', () => {
    const clock = new LiveClock();
    clock.runStarted(packetStream);
    clock.take(packetAt({ ms: 1000, isKey: true }));
    expect(clock.offsetUs).toBe(0);
  });

  it('puts the next run behind the end of the one before, without a gap where ticks allow', () => {
    const clock = new LiveClock();
    clock.runStarted(packetStream);
    for (const ms of [1000, 1100, 1200]) clock.take(packetAt({ ms }));
    clock.runStarted(packetStream);
    clock.take(packetAt({ ms: 40, isKey: true }));
    expect(clock.offsetUs + 40_000).toBe(1_300_000);
    clock.take(packetAt({ ms: 140 }));
    clock.runStarted(packetStream);
    clock.take(packetAt({ ms: 0, isKey: true }));
    expect(clock.offsetUs).toBe(1_500_000);
  });

  it('begins after the later end of both tracks, by whole ticks of both', () => {
    const info = { video: { ...sampleVideoTrack(), timescale: 15_360 }, audio: sampleAudioTrack(44_100) };
    const clock = new LiveClock();
    clock.runStarted(info);
    clock.take(packetAt({ ms: 1000 }));
    clock.take(packetAt({ ms: 1100, track: 'audio', durationMs: 64 }));
    clock.runStarted(info);
    clock.take(packetAt({ ms: 7 }));
    const { offsetUs } = clock;
    expect(offsetUs + 7000).toBeGreaterThanOrEqual(1_164_000);
    expect(offsetUs + 7000).toBeLessThan(1_164_000 + 1_000_000 / 60 + 1);
    for (const timescale of [15_360, 44_100]) {
      const ticks = (offsetUs * timescale) / 1e6;
      expect(Math.abs(ticks - Math.round(ticks))).toBeLessThan(0.05);
    }
  });
});
