// A box of ours in which a file says what it is: a `uuid` box with UTF-8 JSON. Players skip it.

import { parseBoxHeader } from './box.ts';
import { BoxWriter } from './box-writer.ts';

const USER_TYPE = Uint8Array.of(0x6e, 0x69, 0x67, 0x68, 0x74, 0x6a, 0x4a, 0x72, 0x9d, 0x1b, 0x5c, 0x0e, 0x2f, 0x83, 0xd4, 0x61);

/** Wraps JSON text into the box. */
export const writeIdentityBox = (json: Uint8Array): Uint8Array => {
  const writer = new BoxWriter();
  writer.box('uuid', () => {
    writer.bytes(USER_TYPE);
    writer.bytes(json);
  });
  return writer.finish();
};

/**
 * The JSON text inside the box.
 *
 * @param box - One whole box, of whatever type.
 * @returns A view of `box`; `undefined` where it is not ours.
 */
export const readIdentityBox = (box: Uint8Array): Uint8Array | undefined => {
  const header = parseBoxHeader(box);
  if (header === undefined || header.type !== 'uuid' || header.size !== box.length) return undefined;
  const body = header.headerSize + USER_TYPE.length;
  if (box.length < body || !USER_TYPE.every((byte, index) => box[header.headerSize + index] === byte)) return undefined;
  return box.subarray(body);
};
