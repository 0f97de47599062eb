import { PassThrough } from 'node:stream';
import { fakeJpeg } from '@nightjar/testkit';
import { SMJPEG_HEADER, smjpegChunk } from '../../../test/smjpeg.ts';
import { SidePictures } from './side-pictures.ts';

const setUp = (withinMs?: number) => {
  const output = new PassThrough();
  output.write(SMJPEG_HEADER);
  const fed: number[] = [];
  const pictures = new SidePictures(output, withinMs);
  const ask = (timeMs: number) =>
    pictures.ask(() => {
      fed.push(timeMs);
      return timeMs;
    });
  return { output, fed, ask };
};

describe('SidePictures', () => {
  it('gives each the picture that was asked for, however the stream is cut', async () => {
    const { output, fed, ask } = setUp();
    const asked = Promise.all([ask(1), ask(2 ** 32 + 7)]);
    const bytes = Buffer.concat([smjpegChunk(1, fakeJpeg('a')), smjpegChunk(7, fakeJpeg('b'))]);
    for (let at = 0; at < bytes.length; at += 7) output.write(bytes.subarray(at, at + 7));
    expect(await asked).toEqual([fakeJpeg('a'), fakeJpeg('b')]);
    expect(fed).toEqual([1, 2 ** 32 + 7]);
    const next = ask(2 ** 32 + 8);
    output.write(smjpegChunk(8, fakeJpeg('c')));
    expect(await next).toEqual(fakeJpeg('c'));
  });

  it('gives nobody the picture of another frame where one is swallowed', async () => {
    const { output, ask } = setUp();
    const swallowed = expect(ask(1)).rejects.toMatchObject({ code: 'PICTURE_FAILED', message: 'the decoder made no picture of the frame' });
    const shown = ask(2);
    output.write(smjpegChunk(2, fakeJpeg('b')));
    expect(await shown).toEqual(fakeJpeg('b'));
    await swallowed;
  });

  it('gives up for good where one does not come in time', async () => {
    const { output, ask, fed } = setUp(1);
    const late = { code: 'PICTURE_FAILED', message: 'the decoder made no picture within 0.001 s' };
    await expect(Promise.all([ask(1), ask(2)])).rejects.toMatchObject(late);
    output.write(smjpegChunk(1, fakeJpeg('a')));
    await expect(ask(3)).rejects.toMatchObject(late);
    expect(fed).toEqual([1, 2]);
  });

  it('gives up where what comes is no picture', async () => {
    const { output, ask } = setUp();
    const asked = ask(1);
    output.write('--ffmpeg\r\nContent-length: 99999999999\r\n\r\n');
    await expect(asked).rejects.toMatchObject({ code: 'PICTURE_FAILED', message: 'the decoder printed no picture' });
  });
});
