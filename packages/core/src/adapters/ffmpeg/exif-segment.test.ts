// EXIF written by hand is what a reader of JPEGs finds.
import sharp from 'sharp';
import { wallMs } from '../../model/time.ts';
import { withExif } from './exif-segment.ts';

describe('a picture with its capture time', () => {
  it('is the same picture, and says when it was taken, to the millisecond', async () => {
    const jpeg = await sharp({ create: { width: 16, height: 8, channels: 3, background: '#336699' } })
      .jpeg()
      .toBuffer();
    const marked = withExif(jpeg, wallMs(Date.UTC(2026, 10, 22, 9, 8, 7, 65)));
    const { exif = Buffer.alloc(0), width, height } = await sharp(marked).metadata();
    expect([width, height]).toEqual([16, 8]);
    const text = exif.toString('latin1');
    for (const wanted of ['2026:11:22 09:08:07\0', '065\0', '+00:00\0', 'Nightjar\0']) expect(text).toContain(wanted);
    expect(await sharp(marked).raw().toBuffer()).toEqual(await sharp(jpeg).raw().toBuffer());
  });
});
