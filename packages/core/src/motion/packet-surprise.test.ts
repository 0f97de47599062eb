import { PacketSurprise } from './packet-surprise.ts';

const packet = (size: number, isKey = false) => ({ data: new Uint8Array(size), isKey });
/** A surprise that has seen so many ordinary packets. */
const settled = (sizes: (index: number) => number, count = 200): PacketSurprise => {
  const surprise = new PacketSurprise();
  for (let index = 0; index < count; index++) surprise.take(packet(sizes(index)));
  return surprise;
};

describe('the surprise in a packet', () => {
  it('is there where it is much larger than the ones before, and not where it is a key packet', () => {
    const surprise = settled(() => 1000);
    expect(surprise.take(packet(40_000, true))).toBe(false);
    expect(surprise.take(packet(1200))).toBe(false);
    expect(surprise.take(packet(2500))).toBe(true);
  });

  it('is measured by how much packets differ anyway', () => {
    const noisy = settled((index) => (index % 2 === 0 ? 800 : 2400));
    expect(noisy.take(packet(2500))).toBe(false);
    expect(noisy.take(packet(9000))).toBe(true);
  });

  it('wears off where large packets go on', () => {
    const surprise = settled(() => 1000);
    const surprises = Array.from({ length: 300 }, () => surprise.take(packet(5000)));
    expect(surprises[0]).toBe(true);
    expect(surprises.slice(-100)).toEqual(Array.from({ length: 100 }, () => false));
  });

  it('is not there before anything can be expected', () => {
    const surprise = new PacketSurprise();
    expect(Array.from({ length: 20 }, (_, index) => surprise.take(packet(100 + 1000 * index)))).not.toContain(true);
  });
});
