// How HomeKit Data Streams write dictionaries: each value after a tag; a value that came before may be named by its number instead.

/** A dictionary of the stream. */
export type HdsDictionary = Readonly<Record<string, HdsValue>>;

/** What the stream can carry. */
export type HdsValue = string | number | boolean | null | Uint8Array | readonly HdsValue[] | { readonly [key: string]: HdsValue };

const TRUE = 1;
const FALSE = 2;
const TERMINATOR = 3;
const NULL = 4;
const MINUS_ONE = 7;
const SMALL_INTEGER = { first: 8, last: 46 };
const INTEGERS: Readonly<Record<number, number>> = { 48: 1, 49: 2, 50: 4, 51: 8 };
const INT64 = 51;
const FLOAT32 = 53;
const FLOAT64 = 54;
const TEXT = { first: 64, last: 96, sized: 97 };
const BYTES = { first: 112, last: 144, sized: 145 };
const SIZES = [1, 2, 4, 8] as const;
const NUMBERED = { first: 160, last: 207 };
const LIST = { first: 208, last: 222, terminated: 223 };
const DICTIONARY = { first: 224, last: 238, terminated: 239 };
const MAX_SHORT = 32;

/** Writes a value, every integer with 64 bits and nothing by number, which every reader understands. */
export function encodeHds(value: HdsValue): Buffer {
  if (value === null) return Buffer.from([NULL]);
  if (typeof value === 'boolean') return Buffer.from([value ? TRUE : FALSE]);
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'string') return sized(TEXT, Buffer.from(value, 'utf8'));
  if (value instanceof Uint8Array) return sized(BYTES, Buffer.from(value));
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([LIST.terminated]), ...value.map(encodeHds), Buffer.from([TERMINATOR])]);
  const entries = Object.entries(value).flatMap(([key, item]) => [encodeHds(key), encodeHds(item)]);
  return Buffer.concat([Buffer.from([DICTIONARY.terminated]), ...entries, Buffer.from([TERMINATOR])]);
}

/** Reads one dictionary. @throws Error where the bytes are none. */
export function decodeHds(data: Buffer): HdsDictionary {
  const value = new HdsReader(data).read();
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw new Error('a message of the data stream is no dictionary');
  return value as HdsDictionary;
}

/** Reads values one after the other, and remembers those that may be named by number. */
class HdsReader {
  readonly #data: Buffer;
  readonly #known: HdsValue[] = [];
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  read(): HdsValue {
    const tag = this.#data.readUInt8(this.#at++);
    if (tag === TRUE || tag === FALSE) return tag === TRUE;
    if (tag === NULL) return null;
    if (tag === MINUS_ONE) return -1;
    if (isIn(tag, SMALL_INTEGER)) return tag - SMALL_INTEGER.first;
    if (isIn(tag, NUMBERED)) return this.#named(tag - NUMBERED.first);
    if (isIn(tag, LIST)) return Array.from({ length: tag - LIST.first }, () => this.read());
    if (tag === LIST.terminated) return this.#untilEnd(() => this.read());
    if (isIn(tag, DICTIONARY)) return Object.fromEntries(Array.from({ length: tag - DICTIONARY.first }, () => this.#entry()));
    if (tag === DICTIONARY.terminated) return Object.fromEntries(this.#untilEnd(() => this.#entry()));
    const value = this.#number(tag) ?? this.#text(tag) ?? this.#bytes(tag);
    if (value === undefined) throw new Error(`the data stream has an unknown tag ${tag} at ${this.#at - 1}`);
    this.#known.push(value);
    return value;
  }

  #number(tag: number): number | undefined {
    if (tag === FLOAT32) return this.#take(4).readFloatLE(0);
    if (tag === FLOAT64) return this.#take(8).readDoubleLE(0);
    const bytes = INTEGERS[tag];
    if (bytes === undefined) return undefined;
    return bytes === 8 ? Number(this.#take(8).readBigInt64LE(0)) : this.#take(bytes).readIntLE(0, bytes);
  }

  #text(tag: number): string | undefined {
    const length = this.#length(tag, TEXT);
    return length === undefined ? undefined : this.#take(length).toString('utf8');
  }

  #bytes(tag: number): Buffer | undefined {
    const length = this.#length(tag, BYTES);
    return length === undefined ? undefined : this.#take(length);
  }

  #length(tag: number, { first, last, sized: firstSized }: typeof TEXT): number | undefined {
    if (tag >= first && tag <= last) return tag - first;
    const size = SIZES[tag - firstSized];
    if (size === undefined) return undefined;
    return size === 8 ? Number(this.#take(8).readBigUInt64LE(0)) : this.#take(size).readUIntLE(0, size);
  }

  #named(number: number): HdsValue {
    const value = this.#known[number];
    if (value === undefined) throw new Error(`the data stream names value ${number}, but ${this.#known.length} came`);
    return value;
  }

  #entry(): readonly [string, HdsValue] {
    return [String(this.read()), this.read()];
  }

  #untilEnd<T>(read: () => T): T[] {
    const values: T[] = [];
    while (this.#data.readUInt8(this.#at) !== TERMINATOR) values.push(read());
    this.#at++;
    return values;
  }

  #take(bytes: number): Buffer {
    if (this.#at + bytes > this.#data.length) throw new Error(`the data stream ends ${this.#at + bytes - this.#data.length} bytes too early`);
    this.#at += bytes;
    return this.#data.subarray(this.#at - bytes, this.#at);
  }
}

const isIn = (tag: number, { first, last }: { readonly first: number; readonly last: number }): boolean => tag >= first && tag <= last;

function encodeNumber(value: number): Buffer {
  const data = Buffer.alloc(9);
  data[0] = Number.isInteger(value) ? INT64 : FLOAT64;
  if (Number.isInteger(value)) data.writeBigInt64LE(BigInt(value), 1);
  else data.writeDoubleLE(value, 1);
  return data;
}

function sized(kind: typeof TEXT, value: Buffer): Buffer {
  if (value.length <= MAX_SHORT) return Buffer.concat([Buffer.from([kind.first + value.length]), value]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return Buffer.concat([Buffer.from([kind.sized + SIZES.indexOf(4)]), length, value]);
}
