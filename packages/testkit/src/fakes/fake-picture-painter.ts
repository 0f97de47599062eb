// Scaled and drawn pictures without an image library: small grey JPEGs whose comments say what they should show.
import { type Notice, type PicturePainter, type PictureSize, RecorderError } from '@nightjar/core';
import { fakeJpeg, isJpeg } from './fake-picture-maker.ts';

/** One call of a fake painter. */
export type PaintCall =
  | { readonly kind: 'fit'; readonly size: PictureSize }
  | { readonly kind: 'draw'; readonly notice: Notice; readonly size: PictureSize; readonly hasBackground: boolean }
  | { readonly kind: 'label'; readonly text: string };

/** A `PicturePainter` that remembers its calls, and fails while it is told to. */
export class FakePicturePainter implements PicturePainter {
  /** Every call, in order. */
  readonly calls: PaintCall[] = [];
  /** While true, every call rejects with `PICTURE_FAILED`. */
  isFailing = false;

  async fit(jpeg: Uint8Array, size: PictureSize): Promise<Uint8Array> {
    this.calls.push({ kind: 'fit', size });
    if (this.isFailing || !isJpeg(jpeg)) throw new RecorderError('PICTURE_FAILED', 'the picture could not be made smaller');
    return fakeJpeg(`${size.width}x${size.height}`);
  }

  async draw(notice: Notice, size: PictureSize, background?: Uint8Array): Promise<Uint8Array> {
    this.calls.push({ kind: 'draw', notice, size, hasBackground: background !== undefined });
    if (this.isFailing) throw new RecorderError('PICTURE_FAILED', 'the notice could not be drawn');
    return fakeJpeg([notice.title, ...notice.lines].join('; '));
  }

  async label(jpeg: Uint8Array, text: string): Promise<Uint8Array> {
    this.calls.push({ kind: 'label', text });
    if (this.isFailing || !isJpeg(jpeg)) throw new RecorderError('PICTURE_FAILED', 'the words could not be drawn');
    return fakeJpeg(`with ${text}`);
  }
}
