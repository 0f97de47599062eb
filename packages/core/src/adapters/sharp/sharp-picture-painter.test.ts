// Scaling and drawing, also on a machine without fonts.
import { execFileSync } from 'node:child_process';
import { describePicturePainter } from '@nightjar/testkit';
import sharp from 'sharp';
import { SharpPicturePainter } from './sharp-picture-painter.ts';

const photo = await sharp({ create: { width: 640, height: 360, channels: 3, background: { r: 90, g: 120, b: 60 } } })
  .jpeg()
  .toBuffer();
const NOTICE = { title: 'Front porch', lines: ['offline since 12:03 (UTC+01:00)', 'the camera closed the connection'] };

/** Pixels brighter than anything but letters. */
async function brightPixels(jpeg: Uint8Array): Promise<number> {
  const levels = await sharp(jpeg).greyscale().raw().toBuffer();
  return levels.reduce((count, level) => count + (level > 180 ? 1 : 0), 0);
}

describePicturePainter('SharpPicturePainter', () => ({ painter: new SharpPicturePainter(), jpeg: photo }));

describe('SharpPicturePainter', () => {
  const painter = new SharpPicturePainter();

  it('keeps the shape of what it makes smaller, and enlarges nothing', async () => {
    expect(await sharp(await painter.fit(photo, { width: 320, height: 320 })).metadata()).toMatchObject({ width: 320, height: 180 });
    expect(await sharp(await painter.fit(photo, { width: 4000, height: 4000 })).metadata()).toMatchObject({ width: 640, height: 360 });
  });

  it.each([
    [16, 9],
    [320, 180],
    [1280, 720],
    [480, 854],
  ])('draws exactly %i x %i', async (width, height) => {
    expect(await sharp(await painter.draw(NOTICE, { width, height }, photo)).metadata()).toMatchObject({ width, height, format: 'jpeg' });
  });

  it('shows the last picture darker behind words that can be read', async () => {
    const drawn = await painter.draw(NOTICE, { width: 640, height: 360 }, photo);
    expect(await brightPixels(drawn)).toBeGreaterThan(1000);
    const { channels } = await sharp(await sharp(drawn).extract({ left: 0, top: 0, width: 20, height: 20 }).toBuffer()).stats();
    expect(channels.map(({ mean }) => Math.round(mean / 8))).toEqual([38, 50, 25].map((level) => Math.round(level / 8)));
  });

  it('puts words on pictures that are light, dark or busy, near their lower left corner, where they can be read', async () => {
    for (const background of ['#ffffff', '#000000', '#808080']) {
      const plain = await sharp({ create: { width: 640, height: 360, channels: 3, background } })
        .jpeg()
        .toBuffer();
      const labelled = await painter.label(plain, 'Front door: 21.5 °C');
      expect(await sharp(labelled).metadata()).toMatchObject({ width: 640, height: 360, format: 'jpeg' });
      const box = await sharp(await sharp(labelled).extract({ left: 12, top: 325, width: 150, height: 22 }).toBuffer())
        .greyscale()
        .stats();
      // Letters and what is around them are far apart.
      expect(box.channels[0]!.max).toBeGreaterThan(225);
      expect(box.channels[0]!.min).toBeLessThan(105);
      const elsewhere = await sharp(await sharp(labelled).extract({ left: 320, top: 0, width: 320, height: 300 }).toBuffer()).stats();
      expect(Math.round(elsewhere.channels[0]!.stdev)).toBe(0);
    }
  });

  it('covers a part of the picture only, whatever the words, and keeps its EXIF', async () => {
    const dated = await sharp(photo)
      .withExif({ IFD0: { DateTime: '2026:11:22 12:00:03' } })
      .toBuffer();
    const labelled = await painter.label(dated, 'word '.repeat(80));
    expect((await sharp(labelled).metadata()).exif).toBeDefined();
    const { channels } = await sharp(await sharp(labelled).extract({ left: 0, top: 0, width: 640, height: 190 }).toBuffer()).stats();
    expect(Math.round(channels[0]!.mean / 8)).toBe(Math.round(90 / 8));
    for (const [width, height] of [
      [16, 9],
      [90, 160],
      [800, 8],
      [3840, 2160],
    ] as const) {
      const plain = await sharp({ create: { width, height, channels: 3, background: '#446688' } })
        .jpeg()
        .toBuffer();
      expect(await sharp(await painter.label(plain, 'DOOR')).metadata()).toMatchObject({ width, height });
    }
  });

  it('draws words of every length inside the picture', async () => {
    const endless = { title: 'W'.repeat(100), lines: Array.from({ length: 6 }, () => 'word '.repeat(40)) };
    const drawn = await painter.draw(endless, { width: 320, height: 180 });
    const edge = await sharp(drawn).extract({ left: 0, top: 0, width: 320, height: 4 }).toBuffer();
    expect(await brightPixels(edge)).toBe(0);
    expect(await brightPixels(drawn)).toBeGreaterThan(500);
  });

  it('draws the same letters where no fonts are installed and fontconfig finds no configuration', async () => {
    const module = JSON.stringify(new URL('./sharp-picture-painter.ts', import.meta.url).href);
    const program = `const { SharpPicturePainter } = await import(${module});
      const jpeg = await new SharpPicturePainter().draw(${JSON.stringify(NOTICE)}, { width: 640, height: 360 });
      process.stdout.write(Buffer.from(jpeg).toString('base64'));`;
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', FONTCONFIG_FILE: '/dev/null', FONTCONFIG_PATH: '/nonexistent' };
    const args = ['--conditions=source', '--no-warnings', '--input-type=module', '-e', program];
    const bare = Buffer.from(execFileSync(process.execPath, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }), 'base64');
    const here = await painter.draw(NOTICE, { width: 640, height: 360 });
    expect(await brightPixels(bare)).toBeGreaterThan(1000);
    expect(Math.abs((await brightPixels(bare)) - (await brightPixels(here)))).toBeLessThan(50);
  });
});
