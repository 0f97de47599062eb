// Makes pictures of pictures, and pictures of words.

/** A size in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Words for people who expected a picture. */
export interface Notice {
  readonly title: string;
  /** Below the title, from the most important one on. */
  readonly lines: readonly string[];
}

/** Scales and draws. */
export interface PicturePainter {
  /** A JPEG again, as large as fits into `size`: its shape stays, and it never becomes larger. @throws RecorderError `PICTURE_FAILED`. */
  fit(jpeg: Uint8Array, size: PictureSize): Promise<Uint8Array>;
  /**
   * A JPEG of exactly `size` that shows the notice, whatever characters it holds and whatever fonts the machine has.
   *
   * @param background - A JPEG that is shown behind the words, dimmed.
   * @throws RecorderError `PICTURE_FAILED`.
   */
  draw(notice: Notice, size: PictureSize, background?: Uint8Array): Promise<Uint8Array>;
  /** The JPEG with a line of words near its lower left corner, legible on light and dark; its size and its EXIF stay. @throws RecorderError `PICTURE_FAILED`. */
  label(jpeg: Uint8Array, text: string): Promise<Uint8Array>;
}
