import type { Message } from './outbox.ts';
import { packetBytes } from './packet-bytes.ts';

const plain: Message = { topic: 'nightjar/é', payload: 'ON', retain: true, qos: 1, keep: 'state' };

describe('packetBytes', () => {
  it('counts bytes, not letters, and what comes with a message', () => {
    expect(packetBytes({ ...plain, payload: 'éé' }) - packetBytes(plain)).toBe(2);
    expect(packetBytes({ ...plain, payload: Buffer.alloc(100_000) }) - packetBytes(plain)).toBe(99_998);
    expect(packetBytes({ ...plain, userProperties: { ts: '12345' } }) - packetBytes(plain)).toBe(12);
    expect(packetBytes({ ...plain, contentType: 'image/jpeg', correlationData: Buffer.alloc(8) }) - packetBytes(plain)).toBe(24);
  });

  it('is never less than what goes over the network', () => {
    // Kind, length, topic, id, properties (an expiry), payload.
    expect(packetBytes(plain)).toBeGreaterThanOrEqual(1 + 1 + (2 + 11) + 2 + (1 + 5) + 2);
  });
});
