// H.264 out of RTP (RFC 6184, packetization mode 1): single NAL units, STAP-A and FU-A become access units.

const STAP_A = 24;
const FU_A = 28;
const START_CODE = Buffer.from([0, 0, 0, 1]);
const IDR = 5;
const SPS = 7;
const PPS = 8;

/** One picture. */
export interface AccessUnit {
  /** Of RTP, 90 kHz. */
  readonly timestamp: number;
  readonly nals: readonly Buffer[];
  /** It is an IDR picture. */
  readonly isKey: boolean;
  /** Sequence and picture parameter sets come with it. */
  readonly hasParameterSets: boolean;
}

/** Puts pictures together. */
export class H264Depacketizer {
  #nals: Buffer[] = [];
  #parts: Buffer[] | undefined;
  #timestamp = 0;
  #broken = 0;

  /** NAL units given up because a part of them was missing or came without its beginning. */
  get broken(): number {
    return this.#broken;
  }

  /** @returns The picture that this packet completes. @throws Error where its payload is of a kind HomeKit does not know. */
  push(payload: Buffer, timestamp: number, marker: boolean): AccessUnit | undefined {
    // A picture whose end was lost goes with what there is of it.
    const ended = this.#nals.length > 0 && timestamp !== this.#timestamp ? this.#end() : undefined;
    this.#timestamp = timestamp;
    this.#take(payload);
    if (!marker) return ended;
    return this.#nals.length === 0 ? ended : this.#end();
  }

  /** A packet is missing: what was begun cannot be completed. */
  lose(): void {
    if (this.#parts === undefined) return;
    this.#parts = undefined;
    this.#broken++;
  }

  #take(payload: Buffer): void {
    const type = (payload[0] ?? 0) & 31;
    if (type > 0 && type < STAP_A) this.#nals.push(payload);
    else if (type === STAP_A) this.#nals.push(...aggregated(payload));
    else if (type === FU_A) this.#takeFragment(payload);
    else throw new Error(`a payload of H.264 has type ${type}; HomeKit's controllers know 1 to 24 and 28`);
  }

  #takeFragment(payload: Buffer): void {
    const indicator = payload[0] ?? 0;
    const header = payload[1] ?? 0;
    if ((header & 0x80) !== 0) this.#parts = [Buffer.from([(indicator & 0xe0) | (header & 31)])];
    if (this.#parts === undefined) {
      this.#broken++;
      return;
    }
    this.#parts.push(payload.subarray(2));
    if ((header & 0x40) === 0) return;
    this.#nals.push(Buffer.concat(this.#parts));
    this.#parts = undefined;
  }

  #end(): AccessUnit {
    const nals = this.#nals;
    this.#nals = [];
    const types = new Set(nals.map((nal) => (nal[0] ?? 0) & 31));
    return { timestamp: this.#timestamp, nals, isKey: types.has(IDR), hasParameterSets: types.has(SPS) && types.has(PPS) };
  }
}

/** A picture as a decoder reads it from a file: each NAL unit after a start code (H.264 annex B). */
export const annexB = (unit: AccessUnit): Buffer => Buffer.concat(unit.nals.flatMap((nal) => [START_CODE, nal]));

function aggregated(payload: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  for (let at = 1; at + 2 <= payload.length; ) {
    const length = payload.readUInt16BE(at);
    if (at + 2 + length > payload.length) throw new Error('a STAP-A payload names a NAL unit longer than itself');
    nals.push(payload.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return nals;
}
