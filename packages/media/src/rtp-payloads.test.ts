// RTP payloads carry every byte of every NAL unit, and fit.
import fc from 'fast-check';
import { type RtpPayload, rtpPayloads } from './rtp-payloads.ts';

const joined = ({ head, body }: RtpPayload): Uint8Array => Uint8Array.from([...head, ...body]);

/** Puts NAL units together again, as RFC 6184 says for receivers. */
function depacketize(payloads: readonly Uint8Array[]): Uint8Array[] {
  const nals: Uint8Array[] = [];
  let parts: number[] = [];
  for (const payload of payloads) {
    const type = payload[0]! & 31;
    if (type === 24) {
      for (let at = 1; at < payload.length; ) {
        const size = (payload[at]! << 8) | payload[at + 1]!;
        nals.push(payload.slice(at + 2, at + 2 + size));
        at += 2 + size;
      }
    } else if (type === 28) {
      if (payload[1]! & 0x80) parts = [(payload[0]! & 0xe0) | (payload[1]! & 31)];
      parts.push(...payload.subarray(2));
      if (payload[1]! & 0x40) nals.push(Uint8Array.from(parts));
    } else nals.push(payload);
  }
  return nals;
}

const unit = (first: number, bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, index) => (index === 0 ? first : index & 255));
const types = (payloads: readonly RtpPayload[]): readonly number[] => payloads.map((payload) => joined(payload)[0]! & 31);

describe('RTP payloads of H.264', () => {
  it('come out as they went in, each within the limit', () => {
    const first = fc.constantFrom(0x67, 0x68, 0x06, 0x65, 0x41, 0x01);
    const nals = fc.array(fc.tuple(first, fc.integer({ min: 2, max: 5000 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(nals, fc.integer({ min: 64, max: 1400 }), (made, maxBytes) => {
        const given = made.map(([head, bytes]) => unit(head, bytes));
        const payloads = rtpPayloads('h264', given, maxBytes).map(joined);
        expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThanOrEqual(maxBytes);
        expect(depacketize(payloads)).toEqual(given);
      }),
      { numRuns: 60 },
    );
  });

  it('send parameter sets in one packet and a slice that fits as it is', () => {
    expect(types(rtpPayloads('h264', [unit(0x67, 20), unit(0x68, 6), unit(0x65, 100), unit(0x65, 100)], 1000))).toEqual([24, 5, 5]);
    expect(types(rtpPayloads('h264', [unit(0x67, 20), unit(0x65, 1800)], 1000))).toEqual([7, 28, 28]);
  });

  it('copy nothing of a slice, and leave out units without content', () => {
    const slice = unit(0x41, 3000);
    for (const { body } of rtpPayloads('h264', [slice, unit(0x41, 1)], 1000)) expect(body.buffer).toBe(slice.buffer);
    expect(rtpPayloads('h264', [unit(0x41, 1), new Uint8Array(0)], 1000)).toEqual([]);
  });
});
