// TLV8 as HomeKit's specification describes it.
import { decodeTlv, encodeTlv, float32, littleEndian } from './tlv8.ts';

describe('TLV8', () => {
  it('writes type, length and value', () => {
    expect(encodeTlv([6, 3], [1, 'hello']).toString('hex')).toBe('060103010568656c6c6f');
  });

  it('goes on in items of the same type after 255 bytes, and joins them again', () => {
    const long = Buffer.alloc(300, 7);
    const tlv = encodeTlv([9, long], [10, 1]);
    expect([...tlv.subarray(0, 2), ...tlv.subarray(257, 259)]).toEqual([9, 255, 9, 45]);
    expect(decodeTlv(tlv).bytes(9)).toEqual(long);
    expect(decodeTlv(tlv).number(10)).toBe(1);
  });

  it('keeps an empty item, and values of one type that were not cut apart', () => {
    const tlv = decodeTlv(encodeTlv([1, 'a'], [0, ''], [1, 'b']));
    expect(tlv.all(1).map(String)).toEqual(['a', 'b']);
    expect(tlv.bytes(0)).toHaveLength(0);
  });

  it('reads numbers as little endian', () => {
    const tlv = decodeTlv(encodeTlv([1, littleEndian(0x1234, 2)], [2, littleEndian(4_000_000_000, 4)], [3, littleEndian(1, 8)], [4, float32(0.5)]));
    expect([tlv.number(1), tlv.number(2), tlv.number(3)]).toEqual([0x1234, 4_000_000_000, 1]);
    expect(tlv.bytes(4).readFloatLE(0)).toBe(0.5);
  });

  it('says what is missing, and refuses an item longer than what there is', () => {
    expect(() => decodeTlv(encodeTlv([1, 1], [6, 2])).bytes(7)).toThrow('TLV8 item 7 is missing; there are 1, 6');
    expect(() => decodeTlv(Uint8Array.of(5, 9, 1))).toThrow('TLV8 item 5 says 9 bytes, but 1 are left');
  });
});
