// The capture time inside a JPEG, written without encoding the picture again (Exif 2.32 §4.5–4.6, TIFF 6.0).
import type { WallMs } from '../../model/time.ts';

const ASCII = 2;
const LONG = 4;
const UNDEFINED = 7;
const EXIF_IFD_POINTER = 0x8769;
const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;
const START_OF_IMAGE_BYTES = 2;

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly bytes: Uint8Array;
}

const ascii = (tag: number, text: string): Entry => ({ tag, type: ASCII, bytes: new TextEncoder().encode(`${text}\0`) });

const ifdBytes = (entries: readonly Entry[]): number =>
  2 + entries.length * ENTRY_BYTES + 4 + entries.reduce((sum, { bytes }) => sum + (bytes.length > 4 ? bytes.length + (bytes.length & 1) : 0), 0);

/** Writes a directory at `at`: its entries, then the values that are too long for them. */
function writeIfd(tiff: Uint8Array, at: number, entries: readonly Entry[]): void {
  const view = new DataView(tiff.buffer);
  let values = at + 2 + entries.length * ENTRY_BYTES + 4;
  view.setUint16(at, entries.length);
  for (const [index, { tag, type, bytes }] of entries.entries()) {
    const entry = at + 2 + index * ENTRY_BYTES;
    view.setUint16(entry, tag);
    view.setUint16(entry + 2, type);
    view.setUint32(entry + 4, type === LONG ? 1 : bytes.length);
    if (bytes.length <= 4) {
      tiff.set(bytes, entry + 8);
    } else {
      view.setUint32(entry + 8, values);
      tiff.set(bytes, values);
      values += bytes.length + (bytes.length & 1);
    }
  }
}

/** The same picture with its capture time: DateTimeOriginal, SubSecTimeOriginal and OffsetTimeOriginal, in UTC. */
export function withExif(jpeg: Uint8Array, time: WallMs): Uint8Array {
  const iso = new Date(time).toISOString();
  const dateTime = `${iso.slice(0, 10).replaceAll('-', ':')} ${iso.slice(11, 19)}`;
  const own: readonly Entry[] = [
    { tag: 0x9000, type: UNDEFINED, bytes: new TextEncoder().encode('0232') },
    ascii(0x9003, dateTime),
    ascii(0x9011, '+00:00'),
    ascii(0x9291, iso.slice(20, 23)),
  ];
  const pointer = new Uint8Array(4);
  const main: readonly Entry[] = [ascii(0x0131, 'Nightjar'), ascii(0x0132, dateTime), { tag: EXIF_IFD_POINTER, type: LONG, bytes: pointer }];
  const ownAt = HEADER_BYTES + ifdBytes(main);
  new DataView(pointer.buffer).setUint32(0, ownAt);
  const tiff = new Uint8Array(ownAt + ifdBytes(own));
  tiff.set([0x4d, 0x4d, 0, 42, 0, 0, 0, HEADER_BYTES]);
  writeIfd(tiff, HEADER_BYTES, main);
  writeIfd(tiff, ownAt, own);
  const size = 2 + 6 + tiff.length;
  const out = new Uint8Array(jpeg.length + 2 + size);
  out.set(jpeg.subarray(0, START_OF_IMAGE_BYTES));
  out.set([0xff, 0xe1, size >> 8, size & 255, 0x45, 0x78, 0x69, 0x66, 0, 0], START_OF_IMAGE_BYTES);
  out.set(tiff, START_OF_IMAGE_BYTES + 2 + 8);
  out.set(jpeg.subarray(START_OF_IMAGE_BYTES), START_OF_IMAGE_BYTES + 2 + size);
  return out;
}
