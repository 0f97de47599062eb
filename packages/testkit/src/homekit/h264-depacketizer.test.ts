// Pictures out of RTP, against the packetizer of the RTSP cameras.
import { packetizeVideo } from '../rtsp/rtp-payload.ts';
import { annexB, H264Depacketizer } from './h264-depacketizer.ts';

const SPS = Buffer.from([0x67, 1, 2, 3]);
const PPS = Buffer.from([0x68, 4]);
const IDR = Buffer.concat([Buffer.from([0x65]), Buffer.alloc(5000, 9)]);
const SLICE = Buffer.concat([Buffer.from([0x41]), Buffer.alloc(300, 8)]);
const payloadsOf = (...nals: readonly Buffer[]): Buffer[] => packetizeVideo('h264', nals).map((payload) => Buffer.from(payload));

function push(depacketizer: H264Depacketizer, payloads: readonly Buffer[], timestamp: number) {
  return payloads.map((payload, index) => depacketizer.push(payload, timestamp, index === payloads.length - 1)).filter((unit) => unit !== undefined);
}

describe('the depacketizer of H.264', () => {
  it('puts parameter sets, fragments and single units together', () => {
    const depacketizer = new H264Depacketizer();
    const units = [...push(depacketizer, payloadsOf(SPS, PPS, IDR), 0), ...push(depacketizer, payloadsOf(SLICE), 3000)];
    expect(units).toEqual([
      { timestamp: 0, nals: [SPS, PPS, IDR], isKey: true, hasParameterSets: true },
      { timestamp: 3000, nals: [SLICE], isKey: false, hasParameterSets: false },
    ]);
    expect(annexB({ timestamp: 0, nals: [SPS, PPS], isKey: false, hasParameterSets: true }).toString('hex')).toBe('0000000167010203000000016804');
  });

  it('gives up a unit of which a part is missing, and goes on with the next', () => {
    const depacketizer = new H264Depacketizer();
    const [first = Buffer.alloc(0), , ...rest] = payloadsOf(IDR);
    depacketizer.push(first, 0, false);
    depacketizer.lose();
    expect(push(depacketizer, rest, 0)).toEqual([]);
    expect(depacketizer.broken).toBeGreaterThan(0);
    expect(push(depacketizer, payloadsOf(SLICE), 3000)).toMatchObject([{ timestamp: 3000, nals: [SLICE] }]);
  });

  it('ends a picture whose last packet was lost when the next one begins', () => {
    const depacketizer = new H264Depacketizer();
    depacketizer.push(SLICE, 0, false);
    expect(depacketizer.push(SLICE, 3000, false)).toMatchObject({ timestamp: 0, nals: [SLICE] });
  });

  it('refuses what no controller of HomeKit knows', () => {
    expect(() => new H264Depacketizer().push(Buffer.from([29, 0]), 0, true)).toThrow('has type 29');
  });
});
