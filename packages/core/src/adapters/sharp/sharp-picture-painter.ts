// Scales JPEGs and draws notices with sharp. Its text comes from a font file that is installed with the recorder.
import { createRequire } from 'node:module';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Notice, PicturePainter, PictureSize } from '../../ports/picture-painter.ts';
import { Slots } from '../../util/slots.ts';
import { loadSharp } from './load-sharp.ts';
import { labelMarkup, noticeMarkup } from './notice-markup.ts';

/** sharp works in the threads that also write to disk: most of them stay free for that. */
const MOST_AT_ONCE = 2;
const QUALITY = 80;
/** Narrower ones are drawn at this width and made smaller, since letters of few pixels can't be drawn. */
const NARROWEST_DRAWN = 320;
/** Of a picture, the part that words may take. */
const WORDS_SHARE = 0.92;
const DARK = { r: 24, g: 29, b: 36 };
const BACKGROUND = { share: 1 / 4, blur: 2, brightness: 0.42 };

/** Shares of the picture: from the edge, around the words (of a sixteenth of its width), and the most it may cover. */
const LABEL = { margin: 0.025, padding: 0.15, width: 0.9, height: 0.4, box: { r: 12, g: 15, b: 20, alpha: 0.66 } };

const fontFile = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const FONT = 'DejaVu Sans';

/** Scales and draws with sharp. */
export class SharpPicturePainter implements PicturePainter {
  readonly #slots = new Slots(MOST_AT_ONCE);

  fit(jpeg: Uint8Array, size: PictureSize): Promise<Uint8Array> {
    return this.#work('the picture could not be made smaller', async () => {
      const sharp = await loadSharp();
      return sharp(jpeg)
        .resize({ ...size, fit: 'inside', withoutEnlargement: true })
        .jpeg({ quality: QUALITY })
        .toBuffer();
    });
  }

  draw(notice: Notice, size: PictureSize, background?: Uint8Array): Promise<Uint8Array> {
    return this.#work('the notice could not be drawn', async () => {
      const sharp = await loadSharp();
      const factor = Math.max(1, NARROWEST_DRAWN / size.width);
      const drawn = { width: Math.round(size.width * factor), height: Math.max(1, Math.round(size.height * factor)) };
      const canvas = (background && (await dimmed(background, drawn).catch(() => undefined))) ?? (await plain(drawn));
      const words = await wordsOf(notice, drawn);
      const picture = await sharp(canvas, { raw: { ...drawn, channels: 3 } })
        .composite(words === undefined ? [] : [{ input: words, gravity: 'centre' }])
        .jpeg({ quality: QUALITY })
        .toBuffer();
      return factor === 1
        ? picture
        : sharp(picture)
            .resize({ ...size, fit: 'fill' })
            .jpeg({ quality: QUALITY })
            .toBuffer();
    });
  }

  label(jpeg: Uint8Array, text: string): Promise<Uint8Array> {
    return this.#work('the words could not be drawn', async () => {
      const sharp = await loadSharp();
      const { width, height } = await sharp(jpeg).metadata();
      const label = await labelOf(text, { width, height });
      if (label === undefined) return Buffer.from(jpeg);
      const left = Math.round(Math.min(width, height) * LABEL.margin);
      return sharp(jpeg)
        .composite([{ input: label.png, left: Math.min(left, width - label.width), top: Math.max(0, height - left - label.height) }])
        .keepExif()
        .jpeg({ quality: QUALITY })
        .toBuffer();
    });
  }

  async #work(what: string, work: () => Promise<Buffer>): Promise<Uint8Array> {
    try {
      return new Uint8Array(await this.#slots.run(work));
    } catch (error) {
      throw RecorderError.wrap(error, 'PICTURE_FAILED', what);
    }
  }
}

async function plain({ width, height }: PictureSize): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp({ create: { width, height, channels: 3, background: DARK } })
    .raw()
    .toBuffer();
}

/** Blurred where it is small, which costs little. */
async function dimmed(jpeg: Uint8Array, { width, height }: PictureSize): Promise<Buffer> {
  const sharp = await loadSharp();
  const small = { width: Math.max(1, Math.round(width * BACKGROUND.share)), height: Math.max(1, Math.round(height * BACKGROUND.share)) };
  const blurred = await sharp(jpeg)
    .resize({ ...small, fit: 'cover' })
    .toColourspace('srgb')
    .removeAlpha()
    .blur(BACKGROUND.blur)
    .linear(BACKGROUND.brightness, 0)
    .raw()
    .toBuffer();
  return sharp(blurred, { raw: { ...small, channels: 3 } })
    .resize({ width, height, fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
}

/** The words as a picture that fits. */
async function wordsOf(notice: Notice, { width, height }: PictureSize): Promise<Buffer | undefined> {
  const markup = noticeMarkup(notice, Math.min(width / 16, height / 9));
  if (markup === undefined) return undefined;
  const sharp = await loadSharp();
  const most = { width: Math.max(1, Math.floor(width * WORDS_SHARE)), height: Math.max(1, Math.floor(height * WORDS_SHARE)) };
  const text = { text: markup, font: FONT, fontfile: fontFile, width: most.width, align: 'centre', wrap: 'word-char', rgba: true, dpi: 72 } as const;
  const words = await sharp({ text }).png().toBuffer();
  return sharp(words)
    .resize({ ...most, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
}

/** White words on a dark box that lets the picture through. */
async function labelOf(text: string, { width, height }: PictureSize): Promise<(PictureSize & { readonly png: Buffer }) | undefined> {
  const unitPx = Math.min(width / 16, height / 9);
  const markup = labelMarkup(text, unitPx);
  if (markup === undefined) return undefined;
  const sharp = await loadSharp();
  const most = { width: Math.max(1, Math.floor(width * LABEL.width)), height: Math.max(1, Math.floor(height * LABEL.height)) };
  const drawn = await sharp({ text: { text: markup, font: FONT, fontfile: fontFile, width: most.width, wrap: 'word-char', rgba: true, dpi: 72 } })
    .png()
    .toBuffer();
  const { data, info } = await sharp(drawn)
    .resize({ ...most, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true });
  const padding = Math.round(unitPx * LABEL.padding);
  const size = { width: Math.min(width, info.width + 2 * padding), height: Math.min(height, info.height + 2 * padding) };
  const png = await sharp({ create: { ...size, channels: 4, background: LABEL.box } })
    .composite([{ input: data, gravity: 'centre' }])
    .png()
    .toBuffer();
  return { png, ...size };
}
