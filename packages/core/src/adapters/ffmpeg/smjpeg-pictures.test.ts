import { SMJPEG_HEADER, smjpegChunk } from '../../../test/smjpeg.ts';
import { SmjpegPictures } from './smjpeg-pictures.ts';

function read() {
  const seen: string[] = [];
  let nonsense = 0;
  const pictures = new SmjpegPictures(
    (jpeg, timeMs) => seen.push(`${timeMs}: ${Buffer.from(jpeg).toString('latin1')}`),
    () => (nonsense += 1),
  );
  return { pictures, seen, nonsense: () => nonsense };
}

describe('SmjpegPictures', () => {
  it('finds pictures and their times, however the bytes arrive', () => {
    const stream = Buffer.concat([SMJPEG_HEADER, smjpegChunk(7, Buffer.from('one')), smjpegChunk(2 ** 32 - 1, Buffer.from('vidDHEND')), Buffer.from('DONE')]);
    for (const step of [1, 5, 13, stream.length]) {
      const { pictures, seen, nonsense } = read();
      for (let at = 0; at < stream.length; at += step) pictures.push(stream.subarray(at, at + step));
      expect(seen).toEqual(['7: one', '4294967295: vidDHEND']);
      expect(nonsense()).toBe(0);
    }
  });

  it.each([
    ['something else than pictures', Buffer.concat([SMJPEG_HEADER, Buffer.from('sndD\0\0\0\0\0\0\0\x01x', 'latin1')])],
    ['a picture of 4 GiB', Buffer.concat([SMJPEG_HEADER, Buffer.from('vidD\0\0\0\0\xff\xff\xff\xff', 'latin1')])],
    ['no header', Buffer.alloc(2000)],
  ])('says so when it finds %s', (_what, stream) => {
    const { pictures, seen, nonsense } = read();
    pictures.push(stream);
    expect([seen, nonsense()]).toEqual([[], 1]);
  });
});
