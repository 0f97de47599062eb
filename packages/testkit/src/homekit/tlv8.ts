// TLV8 as HomeKit writes it: type, length and up to 255 bytes; what is longer goes on in items of the same type.

/** What an item holds: bytes, a text in UTF-8, or one byte as a number. */
export type TlvValue = Uint8Array | string | number;

/** One item to be written. */
export type TlvItem = readonly [type: number, value: TlvValue];

/** A decoded list; an item that occurs more often is kept once for every separator between. */
export class Tlv {
  readonly #items: ReadonlyMap<number, readonly Buffer[]>;

  constructor(items: ReadonlyMap<number, readonly Buffer[]>) {
    this.#items = items;
  }

  /** The first value of a type. @throws Error where there is none. */
  bytes(type: number): Buffer {
    const value = this.find(type);
    if (value === undefined) throw new Error(`TLV8 item ${type} is missing; there are ${[...this.#items.keys()].join(', ') || 'none'}`);
    return value;
  }

  find(type: number): Buffer | undefined {
    return this.#items.get(type)?.[0];
  }

  /** Every value of a type, in order. */
  all(type: number): readonly Buffer[] {
    return this.#items.get(type) ?? [];
  }

  /** Unsigned, little endian, 1 to 6 bytes. @throws Error where it is missing. */
  number(type: number): number {
    const value = this.bytes(type);
    return value.readUIntLE(0, Math.min(value.length, 6));
  }

  /** A list within an item. @throws Error where it is missing. */
  list(type: number): Tlv {
    return decodeTlv(this.bytes(type));
  }

  text(type: number): string {
    return this.bytes(type).toString('utf8');
  }
}

/** Writes items in the order given. */
export function encodeTlv(...items: readonly TlvItem[]): Buffer {
  return Buffer.concat(items.flatMap(([type, value]) => fragments(type, bytesOf(value))));
}

/** Reads a list. @throws Error where an item is longer than what there is. */
export function decodeTlv(data: Uint8Array): Tlv {
  const items = new Map<number, Buffer[]>();
  let goesOn: number | undefined;
  for (let at = 0; at < data.length; ) {
    const type = data[at] ?? 0;
    const length = data[at + 1] ?? 0;
    if (at + 2 + length > data.length) throw new Error(`TLV8 item ${type} says ${length} bytes, but ${data.length - at - 2} are left`);
    append(items, type, Buffer.from(data.subarray(at + 2, at + 2 + length)), goesOn === type);
    goesOn = length === 255 ? type : undefined;
    at += 2 + length;
  }
  return new Tlv(items);
}

/** Little endian. @param bytes - 1, 2, 4 or 8. */
export function littleEndian(value: number, bytes: 1 | 2 | 4 | 8): Buffer {
  const data = Buffer.alloc(bytes);
  if (bytes === 8) data.writeBigUInt64LE(BigInt(value));
  else data.writeUIntLE(value, 0, bytes);
  return data;
}

/** IEEE 754 with 32 bits, little endian. */
export function float32(value: number): Buffer {
  const data = Buffer.alloc(4);
  data.writeFloatLE(value);
  return data;
}

function append(items: Map<number, Buffer[]>, type: number, value: Buffer, goesOn: boolean): void {
  const values = items.get(type) ?? [];
  const last = values.at(-1);
  if (goesOn && last !== undefined) values[values.length - 1] = Buffer.concat([last, value]);
  else values.push(value);
  items.set(type, values);
}

function fragments(type: number, value: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at === 0 || at < value.length; at += 255) {
    const part = value.subarray(at, at + 255);
    parts.push(Buffer.from([type, part.length]), part);
  }
  return parts;
}

function bytesOf(value: TlvValue): Buffer {
  if (typeof value === 'number') return Buffer.from([value]);
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value);
}
