// What every `PictureMaker` does.
import { type PictureMaker, type PicturePacket, RecorderError } from '@nightjar/core';
import type { VideoTrack } from '@nightjar/media';
import { isJpeg } from '../fakes/fake-picture-maker.ts';

/** A maker under test. */
export interface PictureMakerUnderTest {
  readonly maker: PictureMaker;
  readonly video: VideoTrack;
  /** One GOP, or its beginning, in decode order. */
  readonly packets: readonly PicturePacket[];
  /** A video file of at least one second; absent: that is not tried. */
  readonly path?: string;
}

/** Declares the suite; call it inside a test file. */
export function describePictureMaker(name: string, create: () => PictureMakerUnderTest | Promise<PictureMakerUnderTest>): void {
  const never = new AbortController().signal;
  const codeOf = (work: Promise<unknown>): Promise<string | undefined> =>
    work.then(
      () => undefined,
      (error: unknown) => RecorderError.of(error)?.code,
    );

  describe(`${name} keeps the picture maker contract`, () => {
    it('makes a JPEG of a GOP', async () => {
      const { maker, video, packets } = await create();
      expect(isJpeg(await maker.render({ video, packets }, never))).toBe(true);
    });

    it('makes a JPEG of a video file', async () => {
      const { maker, path } = await create();
      if (path !== undefined) {
        expect(isJpeg(await maker.renderFromFile(path, 0.5, { maxWidth: 160 }, never))).toBe(true);
        expect(isJpeg(await maker.renderFromFile(path, 0.5, { maxWidth: 160, keyFrame: true }, never))).toBe(true);
      }
    });

    it('says so when there is nothing to make a picture of', async () => {
      const { maker, video } = await create();
      expect(await codeOf(maker.render({ video, packets: [] }, never))).toBe('PICTURE_FAILED');
    });

    it('makes pictures that fit', async () => {
      const { maker, video, packets } = await create();
      const picture = await maker.render({ video, packets }, never);
      const small = await maker.shrink(picture, 64, 20_000);
      expect(isJpeg(small)).toBe(true);
      expect(small.length).toBeLessThanOrEqual(20_000);
    });

    it('says so when what it should make smaller is no picture', async () => {
      const { maker } = await create();
      expect(await codeOf(maker.shrink(Uint8Array.of(1, 2, 3), 64, 20_000))).toBe('PICTURE_FAILED');
    });
  });
}
