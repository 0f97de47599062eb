// Reads bits and Exp-Golomb codes of a NAL unit's payload, without its emulation prevention bytes.
import { MediaError } from './media-error.ts';

/** Copies a NAL unit's payload without the 03 of each 00 00 03; at most `limit` bytes of it. */
export const unescapeNal = (nal: Uint8Array, headerBytes: number, limit = nal.length): Uint8Array => {
  const end = Math.min(nal.length, headerBytes + limit);
  const out = new Uint8Array(Math.max(0, end - headerBytes));
  let length = 0;
  let zeros = 0;
  for (let i = headerBytes; i < end; i++) {
    const byte = nal[i] ?? 0;
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
};

/** A position in a stretch of bits; every read moves it. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #bit = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** @param count - At most 32. */
  bits(count: number): number {
    if (this.#bit + count > this.#bytes.length * 8) throw new MediaError('A parameter set or slice header ends too early.');
    let value = 0;
    for (let i = 0; i < count; i++) {
      const byte = this.#bytes[this.#bit >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.#bit & 7))) & 1);
      this.#bit += 1;
    }
    return value;
  }

  skip(count: number): void {
    this.#bit += count;
  }

  /** Unsigned Exp-Golomb. */
  ue(): number {
    let zeros = 0;
    while (!this.flag()) {
      zeros += 1;
      if (zeros > 31) throw new MediaError('A parameter set or slice header is damaged.');
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** Signed Exp-Golomb. */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -(code / 2);
  }
}
