import { MultipartPictures } from './multipart-pictures.ts';

const part = (jpeg: string): Buffer =>
  Buffer.from(`--ffmpeg\r\nContent-type: image/jpeg\r\nContent-length: ${Buffer.byteLength(jpeg, 'latin1')}\r\n\r\n${jpeg}\r\n`, 'latin1');

function read() {
  const seen: string[] = [];
  let nonsense = 0;
  const pictures = new MultipartPictures(
    (jpeg) => seen.push(Buffer.from(jpeg).toString('latin1')),
    () => (nonsense += 1),
  );
  return { pictures, seen, nonsense: () => nonsense };
}

describe('MultipartPictures', () => {
  it('finds pictures, however the bytes arrive', () => {
    const stream = Buffer.concat([part('one'), part('--ffmpeg\r\n\r\n'), part('')]);
    for (const step of [1, 7, stream.length]) {
      const { pictures, seen, nonsense } = read();
      for (let at = 0; at < stream.length; at += step) pictures.push(stream.subarray(at, at + step));
      expect(seen).toEqual(['one', '--ffmpeg\r\n\r\n', '']);
      expect(nonsense()).toBe(0);
    }
  });

  it.each([
    ['a header without end', Buffer.alloc(2000, 'x')],
    ['a header longer than any', Buffer.concat([Buffer.alloc(2000, 'x'), part('one')])],
    ['a header without length', Buffer.from('--ffmpeg\r\nContent-type: image/jpeg\r\n\r\n')],
    ['a picture of 99 GB', Buffer.from('--ffmpeg\r\nContent-length: 99999999999\r\n\r\n')],
  ])('says so when it finds %s', (_what, stream) => {
    const { pictures, seen, nonsense } = read();
    pictures.push(stream);
    expect([seen, nonsense()]).toEqual([[], 1]);
  });
});
