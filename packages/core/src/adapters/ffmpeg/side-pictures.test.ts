import { PassThrough } from 'node:stream';
import { fakeJpeg } from '@nightjar/testkit';
import { SidePictures } from './side-pictures.ts';

const part = (jpeg: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`--ffmpeg\r\nContent-type: image/jpeg\r\nContent-length: ${jpeg.length}\r\n\r\n`), jpeg, Buffer.from('\r\n')]);

const setUp = (withinMs?: number) => {
  const output = new PassThrough();
  const fed: string[] = [];
  const pictures = new SidePictures(output, withinMs);
  return { output, fed, pictures, ask: (name: string) => pictures.ask(() => fed.push(name)) };
};

describe('SidePictures', () => {
  it('gives each the picture that was asked for, however the stream is cut', async () => {
    const { output, fed, ask } = setUp();
    const asked = Promise.all([ask('a'), ask('b')]);
    const bytes = Buffer.concat([part(fakeJpeg('a')), part(fakeJpeg('b'))]);
    for (let at = 0; at < bytes.length; at += 7) output.write(bytes.subarray(at, at + 7));
    expect(await asked).toEqual([fakeJpeg('a'), fakeJpeg('b')]);
    expect(fed).toEqual(['a', 'b']);
    const next = ask('c');
    output.write(part(fakeJpeg('c')));
    expect(await next).toEqual(fakeJpeg('c'));
  });

  it('gives up for good where one does not come, since nobody could tell whose the next one is', async () => {
    const { output, ask, fed } = setUp(1);
    const late = { code: 'PICTURE_FAILED', message: 'the decoder made no picture within 0.001 s' };
    await expect(Promise.all([ask('a'), ask('b')])).rejects.toMatchObject(late);
    output.write(part(fakeJpeg('a')));
    await expect(ask('c')).rejects.toMatchObject(late);
    expect(fed).toEqual(['a', 'b']);
  });

  it('gives up where what comes is no picture', async () => {
    const { output, ask } = setUp();
    const asked = ask('a');
    output.write('--ffmpeg\r\nContent-length: 99999999999\r\n\r\n');
    await expect(asked).rejects.toMatchObject({ code: 'PICTURE_FAILED', message: 'the decoder printed no picture' });
  });
});
