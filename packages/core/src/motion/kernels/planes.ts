// Where planes of pixels come from: the heap, or the memory of the kernels that run over them.

/** Makes planes, all zero. */
export interface Planes {
  u8(length: number): Uint8Array;
  i16(length: number): Int16Array;
  i32(length: number): Int32Array;
  f32(length: number): Float32Array;
}

/** Planes of their own. */
export const HEAP_PLANES: Planes = {
  u8: (length) => new Uint8Array(length),
  i16: (length) => new Int16Array(length),
  i32: (length) => new Int32Array(length),
  f32: (length) => new Float32Array(length),
};
