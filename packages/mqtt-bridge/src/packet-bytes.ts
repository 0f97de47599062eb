// How large a message becomes on the network, for brokers that take only so much at a time.
import type { Message } from './outbox.ts';

/** Kind and length of a packet, length of a topic, packet id, length of the properties. */
const FRAME_BYTES = 5 + 2 + 2 + 4;
const EXPIRY_BYTES = 5;
/** What a property of bytes or text has besides them. */
const TEXT_BYTES = 3;
const PAIR_BYTES = 5;

/** Bytes of a PUBLISH of MQTT 5, or a few more than it has. */
export function packetBytes({ topic, payload, contentType, userProperties = {}, correlationData }: Message): number {
  const pairs = Object.entries(userProperties).map(([key, value]) => PAIR_BYTES + Buffer.byteLength(key) + Buffer.byteLength(value));
  return [
    FRAME_BYTES + EXPIRY_BYTES,
    Buffer.byteLength(topic),
    typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength,
    contentType === undefined ? 0 : TEXT_BYTES + Buffer.byteLength(contentType),
    correlationData === undefined ? 0 : TEXT_BYTES + correlationData.byteLength,
    ...pairs,
  ].reduce((sum, bytes) => sum + bytes, 0);
}
