import { packetAt, picturesOf } from '../../test/packets.ts';
import type { AlarmState } from '../model/motion.ts';
import type { Packet } from '../model/packet.ts';
import { DecodeGate } from './decode-gate.ts';

/** What each packet brought on its way: times in ms, wanted ones marked. */
const passed = (gate: DecodeGate, packets: readonly Packet[], alarm: AlarmState = 'idle'): string[] =>
  packets.map((packet) =>
    gate
      .take(packet, alarm)
      .map((gated) => `${gated.packet.dtsUs / 1000}${gated.isWanted ? '!' : ''}`)
      .join(' '),
  );

describe('DecodeGate', () => {
  it('lets packets whose frames nobody looks at wait for the next that somebody does', () => {
    expect(passed(new DecodeGate({ mode: 'continuous', fps: 5 }), picturesOf(0, 700))).toEqual(['0!', '', '100 200!', '', '300 400!', '', '500 600!']);
  });

  it('holds nothing back while an alarm is being confirmed', () => {
    const gate = new DecodeGate({ mode: 'continuous', fps: 2 });
    expect(passed(gate, picturesOf(0, 300))).toEqual(['0!', '', '']);
    expect(passed(gate, picturesOf(300, 500), 'prealarm')).toEqual(['100 200 300!', '400!']);
  });

  it('gives out every packet of a stream with B-frames at once, because its frames come out late', () => {
    const packets = [packetAt({ ms: 0, isKey: true }), packetAt({ ms: 100, delayMs: 100 }), packetAt({ ms: 200 }), packetAt({ ms: 300, delayMs: 100 })];
    expect(passed(new DecodeGate({ mode: 'continuous', fps: 5 }), packets)).toEqual(['0!', '100', '200!', '300']);
  });

  it('holds a bounded number of packets', () => {
    const lengths = passed(new DecodeGate({ mode: 'continuous', fps: 0.1 }), picturesOf(0, 4000)).map((words) => (words === '' ? 0 : words.split(' ').length));
    expect(Math.max(...lengths)).toBe(15);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(25);
  });

  it('wants every key picture in key-frame mode, and nothing else', () => {
    const packets = [...picturesOf(0, 400, { gopMs: 200 }), packetAt({ ms: 400, track: 'audio' })];
    expect(passed(new DecodeGate({ mode: 'keyframes', fps: 5 }), packets)).toEqual(['0!', '', '200!', '', '']);
  });

  it('forgets what waits, and says how much that was', () => {
    const gate = new DecodeGate({ mode: 'continuous', fps: 1 });
    passed(gate, picturesOf(0, 400));
    expect(gate.clear()).toBe(3);
    expect(passed(gate, picturesOf(2000, 2100))).toEqual(['2000!']);
  });
});
