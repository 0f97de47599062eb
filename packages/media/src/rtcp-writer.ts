// Writes what a sender says over RTCP: sender reports, its name, good-bye (RFC 3550 §6.4, §6.5, §6.6).

const SENDER_REPORT = 200;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const CNAME = 1;
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_EPOCH_SECONDS = 2_208_988_800;

/** What a sender report says. */
export interface SenderReport {
  readonly ssrc: number;
  /** Milliseconds since 1970 at which `timestamp` is (or would be) shown; of both tracks of a viewer on the same clock. */
  readonly wallMs: number;
  /** The same moment in ticks of the media's clock, 32 bits. */
  readonly timestamp: number;
  readonly packets: number;
  /** Of payload, without headers; 32 bits. */
  readonly bytes: number;
}

/** A compound packet of a sender report and the sender's name; with `isLast` also the good-bye. `cname`: at most 255 ASCII letters. */
export function writeSenderReport(report: SenderReport, cname: string, isLast = false): Uint8Array {
  const name = new TextEncoder().encode(cname).subarray(0, 255);
  // SSRC, item type, length, text, and a null octet that ends the list, filled up to whole words.
  const chunkBytes = Math.ceil((4 + 2 + name.length + 1) / 4) * 4;
  const bytes = new Uint8Array(28 + 4 + chunkBytes + (isLast ? 8 : 0));
  const view = new DataView(bytes.buffer);
  writeHead(view, 0, { type: SENDER_REPORT, count: 0, bytes: 28 });
  view.setUint32(4, report.ssrc);
  const ntp = ntpTime(report.wallMs);
  view.setUint32(8, ntp.seconds);
  view.setUint32(12, ntp.fraction);
  view.setUint32(16, report.timestamp);
  view.setUint32(20, report.packets);
  view.setUint32(24, report.bytes);
  writeHead(view, 28, { type: SOURCE_DESCRIPTION, count: 1, bytes: 4 + chunkBytes });
  view.setUint32(32, report.ssrc);
  view.setUint8(36, CNAME);
  view.setUint8(37, name.length);
  bytes.set(name, 38);
  if (isLast) {
    writeHead(view, 32 + chunkBytes, { type: GOODBYE, count: 1, bytes: 8 });
    view.setUint32(36 + chunkBytes, report.ssrc);
  }
  return bytes;
}

/** The middle 32 bits of an NTP time, in 1/65536 s: how receivers name the report they answer (RFC 3550 §6.4.1, LSR). */
export const shortNtp = (wallMs: number): number => {
  const { seconds, fraction } = ntpTime(wallMs);
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
};

function ntpTime(wallMs: number): { readonly seconds: number; readonly fraction: number } {
  const whole = Math.floor(wallMs / 1000);
  return { seconds: (whole + NTP_EPOCH_SECONDS) % 2 ** 32, fraction: Math.floor(((wallMs - whole * 1000) / 1000) * 2 ** 32) };
}

function writeHead(view: DataView, at: number, head: { readonly type: number; readonly count: number; readonly bytes: number }): void {
  view.setUint8(at, 0x80 | head.count);
  view.setUint8(at + 1, head.type);
  view.setUint16(at + 2, head.bytes / 4 - 1);
}
