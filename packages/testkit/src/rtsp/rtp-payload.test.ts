// RTP payloads carry every byte of every NAL unit.
import { packetizeAac, packetizeVideo } from './rtp-payload.ts';

/** Puts NAL units together again, as a receiver does. */
function depacketize(codec: 'h264' | 'h265', payloads: readonly Uint8Array[]): Uint8Array[] {
  const header = codec === 'h264' ? 1 : 2;
  const nals: Uint8Array[] = [];
  let parts: number[] = [];
  for (const payload of payloads) {
    const type = codec === 'h264' ? payload[0]! & 31 : (payload[0]! >> 1) & 63;
    if (type === (codec === 'h264' ? 24 : 48)) {
      for (let at = header; at < payload.length; ) {
        const size = (payload[at]! << 8) | payload[at + 1]!;
        nals.push(payload.slice(at + 2, at + 2 + size));
        at += 2 + size;
      }
    } else if (type === (codec === 'h264' ? 28 : 49)) {
      const flags = payload[header]!;
      if (flags & 0x80) parts = codec === 'h264' ? [(payload[0]! & 0xe0) | (flags & 31)] : [(payload[0]! & 0x81) | ((flags & 63) << 1), payload[1]!];
      parts.push(...payload.subarray(header + 1));
      if (flags & 0x40) nals.push(Uint8Array.from(parts));
    } else nals.push(payload.slice());
  }
  return nals;
}

const nal = (first: number, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, index) => (index === 0 ? first : index === 1 ? 1 : index & 255));

describe('RTP payloads', () => {
  it.each([
    ['h264', [nal(0x67, 20), nal(0x68, 4), nal(0x65, 5000)]],
    ['h264', [nal(0x41, 100)]],
    ['h264', [nal(0x65, 1400), nal(0x65, 1401), nal(0x65, 2797)]],
    ['h265', [nal(0x40, 24), nal(0x42, 40), nal(0x44, 8), nal(0x26, 9000)]],
    ['h265', [nal(0x02, 700), nal(0x02, 700), nal(0x02, 700)]],
  ] as const)('%s comes out as it went in (case %#)', (codec, nals) => {
    const payloads = packetizeVideo(codec, nals);
    expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(1400);
    expect(depacketize(codec, payloads)).toEqual(nals);
  });

  it('sends parameter sets in one aggregation packet', () => {
    expect(packetizeVideo('h264', [nal(0x67, 20), nal(0x68, 4), nal(0x65, 1500)])[0]![0]! & 31).toBe(24);
  });

  it('puts the size of an AAC frame before it', () => {
    expect([...packetizeAac(new Uint8Array(300)).subarray(0, 4)]).toEqual([0, 16, 300 >> 5, (300 & 31) << 3]);
  });
});
