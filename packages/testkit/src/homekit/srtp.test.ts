// SRTP against the vectors of RFC 3711 appendix B, and both directions against each other.
import { goodbye, nack, pictureLoss, receiverReport, rtcpParts, saysGoodbye, senderReports } from './rtcp.ts';
import { counterMode, type SrtpMaster, sessionKeys } from './srtp-keys.ts';
import { SrtpReceiver } from './srtp-receiver.ts';
import { SrtpSender } from './srtp-sender.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const MASTER: SrtpMaster = { key: hex('E1F97A0D3E018BE0D64FA32C06DE4139'), salt: hex('0EC675AD498AFEEBB6960B3AABE6') };
const packet = (sequence: number) => ({
  payloadType: 99,
  marker: true,
  sequence,
  timestamp: 90_000,
  ssrc: 0xdecafbad,
  payload: Buffer.from(`picture ${sequence}`),
});

describe('the keys of SRTP', () => {
  it('derive as in RFC 3711 B.3', () => {
    const { cipher, salt, auth } = sessionKeys(MASTER, 'rtp');
    expect(cipher).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
    expect(salt).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
    expect(auth).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'));
  });

  it('encrypt as in RFC 3711 B.2', () => {
    const keys = { cipher: hex('2B7E151628AED2A6ABF7158809CF4F3C'), salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'), auth: Buffer.alloc(20) };
    const expected = hex('E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB');
    expect(counterMode(keys, 0, 0, Buffer.alloc(32))).toEqual(expected);
  });
});

describe('SRTP', () => {
  it('opens what was sealed, also after the sequence numbers began anew', () => {
    const sender = new SrtpSender(MASTER);
    const receiver = new SrtpReceiver(MASTER);
    const opened = [65_534, 65_535, 0, 1].map((sequence) => receiver.openRtp(sender.sealRtp(packet(sequence))));
    expect(opened.map((found) => found?.payload.toString())).toEqual(['picture 65534', 'picture 65535', 'picture 0', 'picture 1']);
    expect(opened[0]).toMatchObject({ payloadType: 99, marker: true, timestamp: 90_000, ssrc: 0xdecafbad });
  });

  it('opens a packet that comes late over the turn', () => {
    const sender = new SrtpSender(MASTER);
    const receiver = new SrtpReceiver(MASTER);
    const [first, second, third] = [65_534, 65_535, 0].map((sequence) => sender.sealRtp(packet(sequence)));
    for (const datagram of [first, third]) receiver.openRtp(datagram ?? Buffer.alloc(0));
    expect(receiver.openRtp(second ?? Buffer.alloc(0))?.sequence).toBe(65_535);
  });

  it('refuses a packet in which one bit differs', () => {
    const sealed = new SrtpSender(MASTER).sealRtp(packet(1));
    sealed[14] = (sealed[14] ?? 0) ^ 1;
    expect(new SrtpReceiver(MASTER).openRtp(sealed)).toBeUndefined();
  });

  it('carries reports, and refuses one in which a bit differs', () => {
    const sealed = new SrtpSender(MASTER).sealRtcp(pictureLoss(1, 2));
    expect(new SrtpReceiver(MASTER).openRtcp(sealed)).toEqual(pictureLoss(1, 2));
    sealed[9] = (sealed[9] ?? 0) ^ 1;
    expect(new SrtpReceiver(MASTER).openRtcp(sealed)).toBeUndefined();
  });
});

describe('RTCP', () => {
  it('writes compounds that begin with a report', () => {
    const compounds = [
      receiverReport({ ssrc: 1, senderSsrc: 2, fractionLost: 0.5, lost: 3, highestSequence: 70_000 }),
      nack(1, 2, [100, 101, 116]),
      pictureLoss(1, 2),
      goodbye(1),
    ];
    expect(compounds.map((compound) => rtcpParts(compound).map(({ type }) => type))).toEqual([
      [201, 202],
      [201, 205],
      [201, 206],
      [201, 203],
    ]);
    expect(compounds.map(saysGoodbye)).toEqual([false, false, false, true]);
  });

  it('names lost packets by the first and a mask', () => {
    const body = rtcpParts(nack(1, 2, [100, 101, 116]))[1]?.body;
    expect([body?.readUInt16BE(8), body?.readUInt16BE(10)]).toEqual([100, 0b1000_0000_0000_0001]);
  });

  it('reads what a sender says of itself', () => {
    const report = hex(`80c80006${'00000007'}${'00000010'}${'80000000'}${'00015f90'}${'0000000a'}${'00001000'}`);
    expect(senderReports(report)).toEqual([{ ssrc: 7, ntpSeconds: 16.5, timestamp: 90_000, packets: 10, bytes: 4096 }]);
  });

  it('refuses a compound that ends too early', () => {
    expect(() => rtcpParts(hex('80c90007'))).toThrow('ends at 32 of 4 bytes');
  });
});
