// Planes of one detector in one WebAssembly memory, and the inner loops that run on them, sixteen or four pixels at a time.
import { KERNEL_CODE } from './kernel-code.ts';
import type { Planes } from './planes.ts';

const ALIGNMENT = 16;
const PAGE_BYTES = 65_536;
/** Bytes a pixel that all planes of a detector take together, generously; what does not fit stays outside. */
const BYTES_A_PIXEL = 16;
/** Pixels a mask word holds. */
const WORD_PIXELS = 32;

interface Exports {
  moved(residual: number, previous: number, deviation: number, words: number, pixels: number): void;
  followLight(luma: number, residual: number, mean: number, pixels: number, share: number): void;
  subtract(luma: number, mean: number, threshold: number, residual: number, words: number, pixels: number, gain: number, offset: number): number;
  learnRow(
    residual: number,
    edge: number,
    mean: number,
    deviation: number,
    threshold: number,
    changed: number,
    things: number,
    factors: number,
    flips: number,
    words: number,
    rate: number,
    tolerance: number,
  ): void;
}

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** What is used of WebAssembly: TypeScript declares it for browsers only. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => Memory;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: { readonly env: { readonly memory: Memory } }) => { readonly exports: unknown };
};

let compiled: object | undefined;

/** Memory for planes of one picture size. Planes made here are ordinary typed arrays; they live as long as this does. */
export class MotionKernels implements Planes {
  readonly #memory: Memory;
  readonly run: Exports;
  #used = 0;

  private constructor(pixels: number) {
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil((pixels * BYTES_A_PIXEL) / PAGE_BYTES) + 1 });
    compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_CODE, 'base64'));
    this.run = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } }).exports as Exports;
  }

  /** Kernels for pictures of this size; `undefined` where rows are no whole mask words, which the plain loops are for. */
  static for(width: number, height: number): MotionKernels | undefined {
    return width % WORD_PIXELS === 0 ? new MotionKernels(width * height) : undefined;
  }

  u8(length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#take(length), length);
  }

  i16(length: number): Int16Array {
    return new Int16Array(this.#memory.buffer, this.#take(length * 2), length);
  }

  i32(length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, this.#take(length * 4), length);
  }

  f32(length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, this.#take(length * 4), length);
  }

  #take(bytes: number): number {
    const at = this.#used;
    this.#used += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    if (this.#used > this.#memory.buffer.byteLength) throw new RangeError(`planes of ${this.#used} bytes do not fit into ${this.#memory.buffer.byteLength}`);
    return at;
  }
}
