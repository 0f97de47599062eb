// SRTP against the vectors of RFC 3711 appendix B, and against itself.
import { createCipheriv } from 'node:crypto';
import { writeRtpHeader, writeSenderReport } from '@nightjar/media';
import { deriveSrtpKey, writeSrtpIv } from './srtp-keys.ts';
import { SrtpReceiver } from './srtp-receiver.ts';
import { SrtpSender } from './srtp-sender.ts';

const MASTER = { key: Buffer.from('E1F97A0D3E018BE0D64FA32C06DE4139', 'hex'), salt: Buffer.from('0EC675AD498AFEEBB6960B3AABE6', 'hex') };

function packet(sequence: number, text: string): Buffer {
  const bytes = Buffer.alloc(12 + text.length + 10);
  writeRtpHeader(bytes, { payloadType: 99, marker: false, sequence, timestamp: 5, ssrc: 0xcafebabe });
  bytes.write(text, 12);
  return bytes;
}

function protect(sender: SrtpSender, sequence: number, text = 'picture'): Buffer {
  const bytes = packet(sequence, text);
  expect(sender.protect(bytes, bytes.length - 10)).toBe(bytes.length);
  return bytes;
}

describe('keys and key stream', () => {
  it('are those of RFC 3711 B.3', () => {
    expect(deriveSrtpKey(MASTER, 0, 16).toString('hex')).toBe('c61e7a93744f39ee10734afe3ff7a087');
    expect(deriveSrtpKey(MASTER, 2, 14).toString('hex')).toBe('30cbbc08863d8c85d49db34a9ae1');
    expect(deriveSrtpKey(MASTER, 1, 94).toString('hex')).toBe(
      'cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbcee049646c43d9327ad175578ef72270986371c10c9a369ac2f94a8c5fbcdddc256d6e919a48b610ef17c2041e474035766b68642c59bbfc2f34db60dbdfb2',
    );
  });

  it('are those of RFC 3711 B.2', () => {
    const iv = Buffer.alloc(16);
    writeSrtpIv(iv, Buffer.from('F0F1F2F3F4F5F6F7F8F9FAFBFCFD', 'hex'), { ssrc: 0, indexHigh: 0, indexLow: 0 });
    expect(iv.toString('hex')).toBe('f0f1f2f3f4f5f6f7f8f9fafbfcfd0000');
    const stream = createCipheriv('aes-128-ctr', Buffer.from('2B7E151628AED2A6ABF7158809CF4F3C', 'hex'), iv).update(Buffer.alloc(0xff02 * 16));
    expect(stream.subarray(0, 48).toString('hex')).toBe('e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0');
    expect(stream.subarray(0xfeff * 16, 0xff02 * 16).toString('hex')).toBe(
      'ec8cdf7398607cb0f2d21675ea9ea1e4362b7c3c6773516318a077d7fc5073ae6a2cc3787889374fbeb4c81b17ba6c44',
    );
  });

  it('are refused with another length', () => {
    expect(() => new SrtpSender({ key: Buffer.alloc(15), salt: Buffer.alloc(14) })).toThrow('15 bytes');
  });
});

describe('SRTP', () => {
  it('keeps to the packet a widely used implementation is tested with', () => {
    const plain = Buffer.alloc(12 + 16 + 10);
    Buffer.from('800f1234decafbadcafebabe', 'hex').copy(plain);
    plain.fill(0xab, 12, 28);
    new SrtpSender(MASTER).protect(plain, 28);
    expect(plain.toString('hex')).toBe('800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb');
  });

  it('is opened by whoever has the key, and shows nothing before', () => {
    const sent = protect(new SrtpSender(MASTER), 7);
    expect(sent.includes('picture')).toBe(false);
    expect(new SrtpReceiver(MASTER).open(sent)).toMatchObject({
      sequence: 7,
      payloadType: 99,
      timestamp: 5,
      ssrc: 0xcafebabe,
      payload: Buffer.from('picture'),
    });
  });

  it('goes on when sequence numbers begin anew, also where packets change places there', () => {
    const sender = new SrtpSender(MASTER);
    const sent = new Map([65_533, 65_534, 65_535, 0, 1, 2].map((sequence) => [sequence, protect(sender, sequence)]));
    const receiver = new SrtpReceiver(MASTER);
    for (const sequence of [65_533, 65_534, 0, 65_535, 2, 1]) expect(receiver.open(sent.get(sequence)!)?.sequence).toBe(sequence);
    expect(receiver.refused).toBe(0);
  });

  it('goes on over many times 65536 packets', () => {
    const sender = new SrtpSender(MASTER);
    const receiver = new SrtpReceiver(MASTER);
    for (let index = 0; index < 65_536 * 3; index += 16_384) expect(receiver.open(protect(sender, index % 65_536))?.payload.toString()).toBe('picture');
  });

  it('refuses what was changed, came already, is too old or too short', () => {
    const sender = new SrtpSender(MASTER);
    const receiver = new SrtpReceiver(MASTER);
    const first = protect(sender, 100);
    const changed = Buffer.from(first);
    changed[13]! ^= 1;
    expect(receiver.open(changed)).toBeUndefined();
    expect(receiver.open(first)).toBeDefined();
    expect(receiver.open(first)).toBeUndefined();
    const late = protect(sender, 101);
    expect(receiver.open(protect(sender, 400))).toBeDefined();
    expect(receiver.open(late)).toBeUndefined();
    expect(receiver.open(Buffer.alloc(20, 0x80))).toBeUndefined();
    expect(receiver.refused).toBe(4);
  });
});

describe('SRTCP', () => {
  const report = writeSenderReport({ ssrc: 0xcafebabe, wallMs: 1, timestamp: 2, packets: 3, bytes: 4 }, 'name');

  it('counts an index up, hides all but the head, and is opened once', () => {
    const sender = new SrtpSender(MASTER);
    const receiver = new SrtpReceiver(MASTER);
    const [one, two] = [sender.protectRtcp(report), sender.protectRtcp(report)];
    expect([one, two].map((bytes) => bytes.readUInt32BE(report.length) & 0x7fffffff)).toEqual([1, 2]);
    expect(one.subarray(0, 8)).toEqual(Buffer.from(report.subarray(0, 8)));
    expect(one.subarray(8, report.length)).not.toEqual(Buffer.from(report.subarray(8)));
    for (const bytes of [two, one]) expect(receiver.openRtcp(bytes)).toEqual(Buffer.from(report));
    expect(receiver.openRtcp(one)).toBeUndefined();
    const forged = sender.protectRtcp(report);
    forged[20]! ^= 1;
    expect(receiver.openRtcp(forged)).toBeUndefined();
    expect(receiver.openRtcp(forged.subarray(0, 12))).toBeUndefined();
  });
});
