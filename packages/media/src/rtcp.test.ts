// RTCP as it is written and read.
import { readRtcp } from './rtcp-reader.ts';
import { shortNtp, writeSenderReport } from './rtcp-writer.ts';
import { isRtcp, readRtpHeader, writeRtpHeader } from './rtp-header.ts';

const u32 = (value: number): readonly number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

describe('an RTP header', () => {
  it('is read as it was written', () => {
    const header = { payloadType: 99, marker: true, sequence: 65_535, timestamp: 4_294_967_295, ssrc: 0xdeadbeef };
    const packet = new Uint8Array(20);
    writeRtpHeader(packet, header);
    expect(readRtpHeader(packet)).toEqual({ ...header, headerBytes: 12 });
    expect(isRtcp(packet)).toBe(false);
  });

  it('says where the payload begins behind contributing sources and an extension', () => {
    const packet = new Uint8Array(12 + 4 + 4 + 8 + 1);
    packet[0] = 0x80 | 0x10 | 1;
    packet[19] = 2;
    expect(readRtpHeader(packet).headerBytes).toBe(28);
    expect(() => readRtpHeader(packet.subarray(0, 20))).toThrow('ends within its header');
    expect(() => readRtpHeader(new Uint8Array(30))).toThrow('no RTP packet');
  });
});

describe('a sender report', () => {
  const report = { ssrc: 0x01020304, wallMs: 1_000_000_500, timestamp: 90_000, packets: 7, bytes: 1234 };

  it('is a compound of report, name and, at the end, good-bye, in whole words', () => {
    for (const name of ['a', 'ab', 'abc', 'abcd', 'nightjar']) {
      const bytes = writeSenderReport(report, name, true);
      expect(bytes.length % 4).toBe(0);
      expect(isRtcp(bytes)).toBe(true);
      expect(readRtcp(bytes)).toEqual([{ kind: 'goodbye', ssrc: report.ssrc }]);
      const at = 28;
      expect([...bytes.subarray(at, at + 2)]).toEqual([0x81, 202]);
      expect(new TextDecoder().decode(bytes.subarray(at + 10, at + 10 + name.length))).toBe(name);
      expect(bytes[at + 10 + name.length]).toBe(0);
    }
  });

  it('says when on the calendar a moment of the media is', () => {
    const view = new DataView(writeSenderReport(report, 'a').buffer);
    expect(view.getUint32(8) - 2_208_988_800).toBe(1_000_000);
    expect(view.getUint32(12)).toBe(2 ** 31);
    expect(shortNtp(report.wallMs)).toBe(((view.getUint32(8) & 0xffff) * 65_536 + (view.getUint32(12) >>> 16)) >>> 0);
  });
});

describe('what a receiver says', () => {
  it('is read from a compound packet', () => {
    const block = [...u32(0xaa), 64, 0xff, 0xff, 0xfe, ...u32(0x00020005), ...u32(90), ...u32(0x12345678), ...u32(65_536)];
    const reports = [0x81, 201, 0, 7, ...u32(1), ...block];
    const description = [0x81, 202, 0, 2, ...u32(1), 1, 1, 65, 0];
    const lost = [0x81, 205, 0, 3, ...u32(1), ...u32(0xaa), 0xff, 0xff, 0, 0b101];
    const picture = [0x81, 206, 0, 2, ...u32(1), ...u32(0xaa)];
    const intra = [0x84, 206, 0, 4, ...u32(1), ...u32(0), ...u32(0xbb), 9, 0, 0, 0];
    expect(readRtcp(Uint8Array.from([...reports, ...description, ...lost, ...picture, ...intra]))).toEqual([
      {
        kind: 'report',
        ssrc: 0xaa,
        fractionLost: 0.25,
        packetsLost: -2,
        highestSequence: 0x00020005,
        jitter: 90,
        lastReport: 0x12345678,
        delay: 65_536,
      },
      { kind: 'lost', ssrc: 0xaa, sequences: [65_535, 0, 2] },
      { kind: 'key-wanted', ssrc: 0xaa },
      { kind: 'key-wanted', ssrc: 0xbb },
    ]);
  });

  it('is refused where it ends too soon, and passed over where it is of another kind', () => {
    expect(() => readRtcp(Uint8Array.of(0x81, 201, 0, 7, 0, 0))).toThrow('ends before its length');
    expect(() => readRtcp(Uint8Array.of(1, 201, 0, 0))).toThrow('no RTCP packet');
    expect(readRtcp(Uint8Array.of(0x80, 204, 0, 0))).toEqual([]);
    expect(readRtcp(Uint8Array.from([0x81, 201, 0, 1, ...u32(1)]))).toEqual([]);
  });
});
