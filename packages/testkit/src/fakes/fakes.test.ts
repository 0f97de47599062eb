// The fakes keep the contracts of their ports, and fail when and how a test wants.
import { mediaUs, parseSource, type RunSink, type SourceRequest } from '@nightjar/core';
import { describeCameraSource } from '../contracts/camera-source-contract.ts';
import { describeEventFiles } from '../contracts/event-files-contract.ts';
import { describeFrameDecoder } from '../contracts/frame-decoder-contract.ts';
import { describePictureDecoder } from '../contracts/picture-decoder-contract.ts';
import { describePictureMaker } from '../contracts/picture-maker-contract.ts';
import { describePicturePainter } from '../contracts/picture-painter-contract.ts';
import { describeRecordedVideos } from '../contracts/recorded-videos-contract.ts';
import { FakeCameraSource, type RunScript } from './fake-camera-source.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeFrameDecoderFactory } from './fake-frame-decoder.ts';
import { FakePictureDecoderFactory } from './fake-picture-decoder.ts';
import { FakePictureMaker, fakeJpeg } from './fake-picture-maker.ts';
import { FakePicturePainter } from './fake-picture-painter.ts';
import { MemoryEventFiles, samplesOf } from './memory-event-files.ts';
import { MemoryRecordedVideos } from './memory-recorded-videos.ts';
import { RecordingLogger } from './recording-logger.ts';
import { sampleEvent } from './sample-event.ts';
import { sampleVideoTrack } from './sample-track.ts';

const request: SourceRequest = { source: parseSource('synthetic:visitor')!, audio: true, frameSkip: 0, pace: 'live', connectTimeoutMs: 1000 };

describeCameraSource('FakeCameraSource', () => {
  const clock = new FakeClock();
  return { source: new FakeCameraSource(clock, [{ audio: true, bFrames: 2 }]), request, pass: (ms) => clock.advance(ms) };
});

describeCameraSource('FakeCameraSource that gathers', () => {
  const clock = new FakeClock();
  return { source: new FakeCameraSource(clock, [{ audio: true, gathers: true }]), request, pass: (ms) => clock.advance(ms) };
});

describeCameraSource('FakeCameraSource that refuses', () => {
  const clock = new FakeClock();
  const refusing = new FakeCameraSource(clock, [{ refuse: 'CAPTURE_CONNECT_TIMEOUT' }]);
  const source = new FakeCameraSource(clock);
  return {
    source: { open: (wanted, sink, signal) => (wanted.source === request.source ? source : refusing).open(wanted, sink, signal) },
    request,
    unreachable: { ...request, source: parseSource('rtsp://192.0.2.1/none')! },
    pass: (ms) => clock.advance(ms),
  };
});

const packetsOf = async (script: RunScript): Promise<FakeCameraSource> => {
  const clock = new FakeClock();
  const source = new FakeCameraSource(clock, [script]);
  const silent: RunSink = { onInfo: () => {}, onPacket: () => {} };
  const run = source.open(request, silent, new AbortController().signal);
  run.done.catch(() => {});
  await clock.advance(60_000);
  return source;
};

describeFrameDecoder('FakeFrameDecoder', async () => {
  const { sent } = await packetsOf({ bFrames: 2, steps: [{ kind: 'play', seconds: 3 }] });
  return { factory: new FakeFrameDecoderFactory(), video: sampleVideoTrack(), packets: sent };
});

describePictureMaker('FakePictureMaker', () => ({
  maker: new FakePictureMaker(),
  video: sampleVideoTrack(),
  packets: [{ data: Uint8Array.of(0, 0, 0, 1, 0x65), ptsUs: mediaUs(0), isKey: true }],
  path: '/clip.mp4',
}));

describePictureDecoder('FakePictureDecoder', async () => {
  const { sent } = await packetsOf({ bFrames: 2, steps: [{ kind: 'play', seconds: 3 }] });
  return { factory: new FakePictureDecoderFactory(), video: sampleVideoTrack(), packets: sent };
});

describePicturePainter('FakePicturePainter', () => ({ painter: new FakePicturePainter(), jpeg: fakeJpeg('any') }));

describeEventFiles('MemoryEventFiles', () => ({ files: new MemoryEventFiles(), root: '/area' }));

describeRecordedVideos('MemoryRecordedVideos', () => {
  const files = new MemoryEventFiles();
  return { videos: new MemoryRecordedVideos(files), files, root: '/area' };
});

describe('FakeCameraSource', () => {
  it('plays, stalls, jumps and breaks as its script says', async () => {
    const source = await packetsOf({
      steps: [{ kind: 'play', seconds: 1 }, { kind: 'stall', seconds: 5 }, { kind: 'jump', seconds: 60 }, { kind: 'play', seconds: 1 }, { kind: 'drop' }],
    });
    const times = source.sent.map((packet) => packet.dtsUs / 1_000_000);
    expect(times).toHaveLength(20);
    expect(times.slice(9, 11)).toEqual([0.9, 61]);
    expect((source.sent[10]!.wallMs - source.sent[9]!.wallMs) / 1000).toBeCloseTo(5.1);
    expect(source.live).toBe(0);
  });

  it('gives every run its own picture', async () => {
    const clock = new FakeClock();
    const source = new FakeCameraSource(clock, [{ steps: [{ kind: 'play', seconds: 1 }, { kind: 'change' }] }, { codec: 'h265', width: 1920, height: 1080 }]);
    const codecs: string[] = [];
    const sink: RunSink = { onInfo: (info) => codecs.push(`${info.video.codec} ${info.video.width}`), onPacket: () => {} };
    const first = source.open(request, sink, new AbortController().signal);
    const failed = expect(first.done).rejects.toMatchObject({ code: 'CAPTURE_STREAM_CHANGED' });
    await clock.advance(2000);
    await failed;
    const abort = new AbortController();
    source.open(request, sink, abort.signal);
    await clock.advance(100);
    abort.abort();
    expect(codecs).toEqual(['h264 640', 'h265 1920']);
  });

  it('holds back while paused, for analysis at full speed only', async () => {
    const clock = new FakeClock();
    const source = new FakeCameraSource(clock, [{ steps: [{ kind: 'play', seconds: 10 }] }]);
    const run = source.open({ ...request, pace: 'fast' }, { onInfo: () => {}, onPacket: () => run.pause() }, new AbortController().signal);
    await clock.advance(0);
    expect(source.sent).toHaveLength(1);
    run.resume();
    await clock.advance(0);
    expect(source.sent).toHaveLength(2);
  });
});

describe('FakeFrameDecoder', () => {
  it('dies at the packet it was told to', async () => {
    const { sent } = await packetsOf({ steps: [{ kind: 'play', seconds: 1 }] });
    const failures: Error[] = [];
    const decoder = new FakeFrameDecoderFactory({ failAtPacket: 3 }).open({
      video: sampleVideoTrack(),
      width: 4,
      height: 4,
      live: true,
      onFrame: () => {},
      onFailure: (error) => failures.push(error),
    });
    for (const packet of sent) decoder.feed(packet, true);
    expect(failures).toHaveLength(1);
  });
});

describe('MemoryEventFiles', () => {
  it('is full after so many bytes', async () => {
    const files = new MemoryEventFiles();
    const file = await files.create('/area', sampleEvent(1), { video: sampleVideoTrack() });
    const sample = { track: 'video', data: new Uint8Array(600), ptsUs: 0, dtsUs: 0, durationUs: 1, isKey: true } as const;
    files.faults.fullAfterBytes = 1000;
    await file.append([sample]);
    await expect(file.append([sample])).rejects.toMatchObject({ code: 'DISK_FULL' });
    delete files.faults.fullAfterBytes;
    await file.append([sample]);
    expect(samplesOf([...files.videos.values()][0]!)).toHaveLength(2);
  });

  it('loses what was not synced when the power goes', async () => {
    const clock = new FakeClock();
    const files = new MemoryEventFiles(clock);
    const file = await files.create('/area', sampleEvent(1), { video: sampleVideoTrack() });
    const sample = { track: 'video', data: new Uint8Array(6), ptsUs: 0, dtsUs: 0, durationUs: 1, isKey: true } as const;
    await file.append([sample]);
    await file.sync();
    files.faults.appendMs = 500;
    const slow = file.append([sample]);
    await clock.advance(500);
    await slow;
    files.cutPower();
    expect(await files.repair(file.path)).toMatchObject({ frames: 1 });
    files.faults.failSync = true;
    await expect(file.sync()).rejects.toMatchObject({ code: 'DISK_FAILED' });
  });
});

describe('RecordingLogger', () => {
  it('keeps lines of children with the fields of their parents', () => {
    const log = new RecordingLogger();
    log.child({ camera: 'porch' }).warn('stalled', { seconds: 10 });
    expect(log.expectLine(/stall/, 'warn').fields).toEqual({ camera: 'porch', seconds: 10 });
    log.expectNoLine('s3cret');
    expect(() => log.expectLine('online')).toThrow('stalled');
    expect(() => log.expectNoLine('stalled')).toThrow('stalled');
  });
});
