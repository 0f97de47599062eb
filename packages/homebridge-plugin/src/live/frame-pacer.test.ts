// The pace at which pictures leave, and packets as they are kept.
import type { RtpPayload } from '@nightjar/media';
import { FakeClock } from '@nightjar/testkit';
import { FramePacer, type PacedFrame } from './frame-pacer.ts';
import { RtpStream } from './rtp-stream.ts';
import { SrtpReceiver } from './srtp-receiver.ts';

const MASTER = { key: Buffer.alloc(16, 1), salt: Buffer.alloc(14, 2) };
const payload = (text: string): RtpPayload => ({ head: Uint8Array.of(1), body: Buffer.from(text) });
const frame = (name: string, count: number): PacedFrame => ({
  payloads: Array.from({ length: count }, (_, index) => payload(`${name}${index}`)),
  timestamp: 7,
  isKey: false,
});

function sending(firstSequence = 0) {
  const sent: Buffer[] = [];
  const port = { waiting: 0, send: (buffer: Uint8Array, length: number) => void sent.push(Buffer.from(buffer.subarray(0, length))) };
  const options = { to: { address: '127.0.0.1', port: 1 }, ssrc: 5, master: MASTER, payloadType: 99, maxBytes: 1200, firstSequence, cname: 'name' };
  const stream = new RtpStream({ ...options, port });
  const clock = new FakeClock();
  const done: PacedFrame[] = [];
  const pacer = new FramePacer({ stream, clock, limits: { datagramsPerMs: 8, burst: 24, longestWaitMs: 3000 }, onSent: (one) => done.push(one) });
  const receiver = new SrtpReceiver(MASTER);
  const opened = () => sent.splice(0).map((datagram) => receiver.open(datagram));
  return { sent, port, stream, clock, pacer, done, opened };
}

describe('pictures', () => {
  it('leave at 8 datagrams a millisecond after the first 24, in order, the last of each marked', async () => {
    const { sent, clock, pacer, done, opened } = sending();
    pacer.push(frame('a', 60));
    pacer.push(frame('b', 2));
    expect(sent).toHaveLength(24);
    await clock.advance(1);
    expect(sent).toHaveLength(32);
    await clock.advance(3);
    expect([sent.length, done.length]).toEqual([56, 0]);
    await clock.advance(2);
    expect([sent.length, done.length, clock.pendingTimers]).toEqual([62, 2, 0]);
    const packets = opened();
    expect(packets.map((packet) => packet?.sequence)).toEqual(Array.from({ length: 62 }, (_, index) => index));
    expect(packets.flatMap((packet, index) => (packet?.marker === true ? [index] : []))).toEqual([59, 61]);
    expect(packets[60]?.payload.toString()).toBe('\u0001b0');
  });

  it('leave no faster where the process was late', async () => {
    const { sent, clock, pacer } = sending();
    pacer.push(frame('a', 200));
    await clock.freeze(500);
    expect(sent).toHaveLength(48);
  });

  it('wait while the kernel takes nothing, and are said to be stuck then', async () => {
    const { sent, port, clock, pacer } = sending();
    port.waiting = 400;
    pacer.push(frame('a', 2));
    await clock.advance(2900);
    expect([sent.length, pacer.isStuck]).toEqual([0, false]);
    await clock.advance(200);
    expect(pacer.isStuck).toBe(true);
    expect(pacer.drop()).toBe(1);
    port.waiting = 0;
    pacer.push(frame('b', 1));
    await clock.advance(1);
    expect(sent).toHaveLength(1);
  });

  it('that have begun to leave are finished where the others are left out', async () => {
    const { sent, clock, pacer, done } = sending();
    pacer.push(frame('a', 30));
    pacer.push(frame('b', 3));
    expect(pacer.drop()).toBe(1);
    pacer.push(frame('c', 1));
    await clock.advance(5);
    expect([sent.length, done.map(({ payloads }) => payloads.length)]).toEqual([31, [30, 1]]);
    pacer.push(frame('d', 100));
    pacer.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('packets', () => {
  it('go on over the end of sequence numbers, and are kept for a while', () => {
    const { sent, stream, opened } = sending(65_500);
    for (let index = 0; index < 100; index++) stream.send(payload('x'), index, true);
    const [first, ...rest] = opened();
    expect([first?.sequence, rest.at(-1)?.sequence]).toEqual([65_500, 63]);
    expect(rest.every((packet) => packet !== undefined)).toBe(true);
    expect([stream.resend(65_535), stream.resend(3), stream.resend(64)]).toEqual([true, true, false]);
    for (let index = 0; index < 512; index++) stream.send(payload('y'), index, true);
    sent.length = 0;
    expect(stream.resend(3)).toBe(false);
    expect([stream.packets, stream.payloadBytes, stream.resent, sent.length]).toEqual([612, 1224, 2, 0]);
  });
});
