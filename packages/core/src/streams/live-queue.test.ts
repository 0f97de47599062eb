import type { LivePacket } from '@nightjar/client';
import { type PacketShape, packetAt, packetStream, picturesOf } from '../../test/packets.ts';
import { LiveQueue } from './live-queue.ts';
import { livePacket } from './live-viewer.ts';

const live = (shape: PacketShape): LivePacket => livePacket(packetAt(shape), 0, packetStream);
const pictures = (fromMs: number, toMs: number, options: Parameters<typeof picturesOf>[2] = {}): LivePacket[] =>
  picturesOf(fromMs, toMs, options).map((packet) => livePacket(packet, 0, packetStream));

const LIMITS = { mostBytes: 10_000, mostMs: 3000 };

function drain(queue: LiveQueue): { readonly ms: number; readonly skipped: number; readonly isKey: boolean }[] {
  const taken = [];
  for (let packet = queue.shift(); packet !== undefined; packet = queue.shift())
    taken.push({ ms: packet.dtsUs / 1000, skipped: packet.skippedFrames, isKey: packet.isKey });
  return taken;
}

describe('LiveQueue', () => {
  it('begins with a key packet, and counts nothing of what came before as lost', () => {
    const queue = new LiveQueue(LIMITS);
    const lost = [live({ ms: 0, track: 'audio' }), ...pictures(300, 1200)].map((packet) => queue.push(packet));
    expect(lost.every((count) => count === 0)).toBe(true);
    expect(drain(queue)).toEqual([
      { ms: 1000, skipped: 0, isKey: true },
      { ms: 1100, skipped: 0, isKey: false },
    ]);
  });

  it('loses nothing while it is read in time', () => {
    const queue = new LiveQueue(LIMITS);
    const seen = pictures(0, 60_000, { bytes: 5000 }).flatMap((packet) => {
      expect(queue.push(packet)).toBe(0);
      return drain(queue);
    });
    expect(seen).toHaveLength(600);
    expect(queue.bytes).toBe(0);
  });

  it('drops to the newest key packet when too old, and tells there how many frames are missing', () => {
    const queue = new LiveQueue(LIMITS);
    const lost = pictures(0, 3200).reduce((sum, packet) => sum + queue.push(packet), 0);
    expect(lost).toBe(30);
    expect(drain(queue)).toEqual([
      { ms: 3000, skipped: 30, isKey: true },
      { ms: 3100, skipped: 0, isKey: false },
    ]);
  });

  it('drops when too large, and everything where no later key packet waits; then goes on with the next one', () => {
    const queue = new LiveQueue(LIMITS);
    const lost = pictures(0, 1100, { bytes: 2000 }).reduce((sum, packet) => sum + queue.push(packet), 0);
    expect(lost).toBe(10);
    expect(drain(queue)).toEqual([{ ms: 1000, skipped: 10, isKey: true }]);
  });

  it('never holds more than its limits, whatever comes', () => {
    const queue = new LiveQueue(LIMITS);
    let lost = 0;
    for (const packet of pictures(0, 30_000, { bytes: 900, gopMs: 1700 })) {
      lost += queue.push(packet);
      expect(queue.bytes).toBeLessThanOrEqual(LIMITS.mostBytes);
    }
    const rest = drain(queue);
    expect(lost + rest.length).toBe(300);
    expect(rest[0]?.isKey ?? true).toBe(true);
    expect(rest[0]?.skipped ?? lost).toBe(lost);
  });

  it('leaves sound out with the pictures it belongs to, and counts pictures only', () => {
    const queue = new LiveQueue(LIMITS);
    const sound = (ms: number): LivePacket => live({ ms, track: 'audio' });
    const packets = pictures(0, 3200).flatMap((packet) => [packet, sound(packet.dtsUs / 1000)]);
    expect(packets.reduce((sum, packet) => sum + queue.push(packet), 0)).toBe(30);
    expect(drain(queue).map(({ ms }) => ms)).toEqual([3000, 3000, 3100, 3100]);
  });

  it('does not take the past a viewer asked for as a delay of the viewer', () => {
    const queue = new LiveQueue(LIMITS);
    queue.begin(pictures(0, 20_000, { bytes: 500 }));
    expect(pictures(20_000, 21_000, { bytes: 500 }).reduce((sum, packet) => sum + queue.push(packet), 0)).toBe(0);
    expect(drain(queue)).toHaveLength(210);
    // Having caught up, it is held to the ordinary limits.
    expect(pictures(21_000, 24_200).reduce((sum, packet) => sum + queue.push(packet), 0)).toBe(30);
  });

  it('waits for the first key packet of another run', () => {
    const queue = new LiveQueue(LIMITS);
    queue.push(live({ ms: 0, isKey: true }));
    queue.runStarted();
    queue.push(live({ ms: 100 }));
    queue.push(live({ ms: 200, isKey: true }));
    expect(drain(queue).map(({ ms }) => ms)).toEqual([0, 200]);
  });
});
