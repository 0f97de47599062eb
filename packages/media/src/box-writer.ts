// Writes ISO BMFF boxes into one growing buffer; sizes are filled in when a box is complete.
import { MediaError } from './media-error.ts';

const INITIAL_BYTES = 1024;
const MAX_BOX_BYTES = 2 ** 32 - 1;

/** Big-endian numbers and boxes, one after the other. */
export class BoxWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** @param expectedBytes - About how much will be written, so that a large box is not copied again and again while it grows. */
  constructor(expectedBytes: number = INITIAL_BYTES) {
    this.#bytes = new Uint8Array(Math.max(INITIAL_BYTES, expectedBytes));
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value);
  }

  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value);
  }

  i32(value: number): void {
    const at = this.#grow(4);
    this.#view.setInt32(at, value);
  }

  u64(value: number): void {
    const at = this.#grow(8);
    this.#view.setUint32(at, Math.floor(value / 2 ** 32));
    this.#view.setUint32(at + 4, value % 2 ** 32);
  }

  /** Writes `value` as 64 bits where `wide`, else as 32. */
  u32or64(value: number, wide: boolean): void {
    if (wide) this.u64(value);
    else this.u32(value);
  }

  zeros(count: number): void {
    this.#grow(count);
  }

  ascii(text: string): void {
    const at = this.#grow(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[at + i] = text.charCodeAt(i);
  }

  bytes(part: Uint8Array): void {
    const at = this.#grow(part.length);
    this.#bytes.set(part, at);
  }

  /** Overwrites four bytes written earlier. */
  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  /** Writes a box of `type`; `body` writes what is inside. */
  box(type: string, body: () => void): void {
    const start = this.#length;
    this.u32(0);
    this.ascii(type);
    body();
    const size = this.#length - start;
    if (size > MAX_BOX_BYTES) throw new MediaError(`The box ${type} would be larger than 4 GiB.`);
    this.patchU32(start, size);
  }

  /** Writes a box with version and flags. */
  fullBox(type: string, version: number, flags: number, body: () => void): void {
    this.box(type, () => {
      this.u32(version * 2 ** 24 + flags);
      body();
    });
  }

  /** Everything written, not copied: the writer is of no further use. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(count: number): number {
    const at = this.#length;
    const length = at + count;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = length;
    return at;
  }
}
