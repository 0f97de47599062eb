// What every `PicturePainter` does.
import { type PicturePainter, RecorderError } from '@nightjar/core';
import { isJpeg } from '../fakes/fake-picture-maker.ts';

/** A painter under test. */
export interface PicturePainterUnderTest {
  readonly painter: PicturePainter;
  /** Any JPEG of at least 160x90. */
  readonly jpeg: Uint8Array;
}

/** Names and reasons that cameras have, or might. */
const WORDS: readonly string[] = [
  'Front porch',
  'Haustür – Straße',
  '<b>&amp;</b> "Tor" \'2\' &nosuch;',
  '🚗🏠 garage',
  'בית / مدخل',
  '大門',
  'x'.repeat(100),
  'a '.repeat(400),
  '\u0000\u0007\ud800\u202e\n\r\n',
  '',
];

/** Declares the suite; call it inside a test file. */
export function describePicturePainter(name: string, create: () => PicturePainterUnderTest | Promise<PicturePainterUnderTest>): void {
  describe(`${name} keeps the picture painter contract`, () => {
    it('makes a JPEG fit', async () => {
      const { painter, jpeg } = await create();
      expect(isJpeg(await painter.fit(jpeg, { width: 80, height: 44 }))).toBe(true);
    });

    it('says so when what should fit is no picture', async () => {
      const { painter } = await create();
      const failure = await painter.fit(Uint8Array.of(1, 2, 3), { width: 80, height: 45 }).catch((error: unknown) => error);
      expect(RecorderError.of(failure)?.code).toBe('PICTURE_FAILED');
    });

    it.each(WORDS)('draws %j, with and without a picture behind it', async (words) => {
      const { painter, jpeg } = await create();
      const notice = { title: words, lines: ['offline since 12:03 (UTC+01:00)', words] };
      expect(isJpeg(await painter.draw(notice, { width: 320, height: 180 }, jpeg))).toBe(true);
      expect(isJpeg(await painter.draw({ title: words, lines: [] }, { width: 320, height: 180 }))).toBe(true);
    });

    it.each(WORDS)('puts %j on a picture', async (words) => {
      const { painter, jpeg } = await create();
      expect(isJpeg(await painter.label(jpeg, words))).toBe(true);
    });

    it('says so when what should have words is no picture', async () => {
      const { painter } = await create();
      const failure = await painter.label(Uint8Array.of(1, 2, 3), 'DOOR').catch((error: unknown) => error);
      expect(RecorderError.of(failure)?.code).toBe('PICTURE_FAILED');
    });

    it('draws in any size, and on a background that is none', async () => {
      const { painter } = await create();
      const notice = { title: 'Front porch', lines: ['offline since 12:03 (UTC)'] };
      for (const size of [
        { width: 16, height: 9 },
        { width: 90, height: 160 },
        { width: 1920, height: 1080 },
        { width: 800, height: 8 },
      ])
        expect(isJpeg(await painter.draw(notice, size, Uint8Array.of(1, 2, 3)))).toBe(true);
    });
  });
}
