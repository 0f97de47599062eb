// Pictures of an event are numbered by its frames, and trouble with them stays theirs.
import { MemoryEventFiles, RecordingLogger, sampleEvent, sampleVideoTrack } from '@nightjar/testkit';
import type { CameraSettings } from '../model/camera.ts';
import type { Packet } from '../model/packet.ts';
import { parseSource } from '../model/source.ts';
import { mediaUs, wallMs } from '../model/time.ts';
import type { PictureStreamFactory, PictureStreamRequest } from '../ports/picture-stream.ts';
import { captureName, EventPictures } from './event-pictures.ts';

const packet = (index: number): Packet => ({
  track: 'video',
  data: Uint8Array.of(index),
  ptsUs: mediaUs(index * 100_000),
  dtsUs: mediaUs(index * 100_000),
  durationUs: 100_000,
  isKey: index % 5 === 0,
  wallMs: wallMs(index * 100),
});

/** A stream that makes its pictures at once and refuses the frames in `refused`. */
class InstantStreams implements PictureStreamFactory {
  requests: PictureStreamRequest[] = [];
  fed: number[] = [];
  refused: readonly number[] = [];

  open(request: PictureStreamRequest): ReturnType<PictureStreamFactory['open']> {
    this.requests.push(request);
    return {
      feed: (_, frame) => {
        if (this.refused.includes(frame)) return false;
        if (this.fed.push(frame) % request.everyNth === 1 % request.everyNth) request.onPicture({ jpeg: Uint8Array.of(frame), frame });
        return true;
      },
      end: () => Promise.resolve(),
    };
  }
}

const start = async (url: string, frameSkip: number) => {
  const streams = new InstantStreams();
  const files = new MemoryEventFiles();
  const log = new RecordingLogger();
  const event = sampleEvent(1);
  const info = { video: sampleVideoTrack() };
  await files.create('/area', event, info);
  const camera = { source: parseSource(url), frameSkip, exif: false } as CameraSettings;
  const pictures = new EventPictures({ camera, streams, files, log, info, event, root: '/area' });
  const has = async (frame: number): Promise<boolean> => (await files.readAttachment('/area', event.directory, captureName(frame))) !== undefined;
  return { streams, log, pictures, has };
};

describe('pictures of an event', () => {
  it('are numbered by the frames they show, from 1, one of every frameSkip + 1', async () => {
    const { pictures, has } = await start('rtsp://camera/main', 2);
    pictures.take([0, 1, 2, 3, 4, 5, 6].map(packet));
    await pictures.end();
    expect(await Promise.all([1, 2, 3, 4, 7].map(has))).toEqual([true, false, false, true, true]);
  });

  it('show every frame of a source that is thinned out already', async () => {
    const { streams } = await start('synthetic:visitor', 9);
    expect(streams.requests[0]?.everyNth).toBe(1);
  });

  it('go on at a key frame after a frame was refused, with the right number, and that is said', async () => {
    const { streams, log, pictures, has } = await start('rtsp://camera/main', 0);
    streams.refused = [3];
    pictures.take([0, 1, 2, 3, 4, 5, 6].map(packet));
    await pictures.end();
    expect(streams.fed).toEqual([1, 2, 6, 7]);
    expect(await has(6)).toBe(true);
    expect(log.lines.some((line) => line.message.includes('lacks pictures'))).toBe(true);
  });

  it('end when their decoder dies', async () => {
    const { streams, pictures } = await start('rtsp://camera/main', 0);
    pictures.take([packet(0)]);
    streams.requests[0]?.onFailure(new Error('killed'));
    pictures.take([1, 2, 3].map(packet));
    await pictures.end();
    expect(streams.fed).toEqual([1]);
  });
});
