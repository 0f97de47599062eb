// Cuts access units into RTP payloads: H.264 (RFC 6184), H.265 (RFC 7798), AAC-hbr (RFC 3640), G.711 (RFC 3551).

/** Largest payload of one RTP packet, in bytes: fits an Ethernet frame with every header around it. */
export const MAX_PAYLOAD_BYTES = 1400;

/**
 * Payloads of one access unit, in order; the last one carries the marker.
 *
 * Small NAL units in front of the picture (parameter sets, SEI) travel together in one aggregation packet, large ones in fragments.
 */
export function packetizeVideo(codec: 'h264' | 'h265', nals: readonly Uint8Array[], maxBytes = MAX_PAYLOAD_BYTES): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let group: Uint8Array[] = [];
  const flush = (): void => {
    if (group.length === 1 && group[0] !== undefined) payloads.push(group[0]);
    else if (group.length > 1) payloads.push(aggregate(codec, group));
    group = [];
  };
  for (const nal of nals) {
    if (nal.length > maxBytes) {
      flush();
      payloads.push(...fragment(codec, nal, maxBytes));
      continue;
    }
    const size = group.reduce((sum, other) => sum + 2 + other.length, headerBytes(codec));
    if (size + 2 + nal.length > maxBytes) flush();
    group.push(nal);
  }
  flush();
  return payloads;
}

/** The payload of one AAC frame: an AU header section with one header, and the frame. */
export function packetizeAac(frame: Uint8Array): Uint8Array {
  const payload = new Uint8Array(4 + frame.length);
  payload.set([0, 16, frame.length >> 5, (frame.length & 31) << 3]);
  payload.set(frame, 4);
  return payload;
}

const headerBytes = (codec: 'h264' | 'h265'): number => (codec === 'h264' ? 1 : 2);

function aggregate(codec: 'h264' | 'h265', nals: readonly Uint8Array[]): Uint8Array {
  const header = headerBytes(codec);
  const payload = new Uint8Array(header + nals.reduce((sum, nal) => sum + 2 + nal.length, 0));
  if (codec === 'h264') payload[0] = 24 | Math.max(...nals.map((nal) => (nal[0] ?? 0) & 0x60));
  else payload.set([48 << 1, 1]);
  let at = header;
  for (const nal of nals) {
    payload.set([nal.length >> 8, nal.length & 255], at);
    payload.set(nal, at + 2);
    at += 2 + nal.length;
  }
  return payload;
}

function fragment(codec: 'h264' | 'h265', nal: Uint8Array, maxBytes: number): Uint8Array[] {
  const header = headerBytes(codec);
  const first = nal[0] ?? 0;
  const second = nal[1] ?? 0;
  const type = codec === 'h264' ? first & 31 : (first >> 1) & 63;
  const indicator = codec === 'h264' ? [(first & 0xe0) | 28] : [(first & 0x81) | (49 << 1), second];
  const room = maxBytes - header - 1;
  const payloads: Uint8Array[] = [];
  for (let at = header; at < nal.length; at += room) {
    const part = nal.subarray(at, at + room);
    const flags = (at === header ? 0x80 : 0) | (at + room >= nal.length ? 0x40 : 0);
    const payload = new Uint8Array(header + 1 + part.length);
    payload.set([...indicator, flags | type]);
    payload.set(part, header + 1);
    payloads.push(payload);
  }
  return payloads;
}
