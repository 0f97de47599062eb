// The part of the `RecorderApi` contract about pictures and video.
import type { AudioForm, LiveOptions, LivePacket, MediaFile, TimeSpan, VideoForm } from '@nightjar/client';
import type { RecorderUnderTest } from './recorder-api-contract.ts';

/** A span that holds everything there is. */
const ALWAYS: TimeSpan = { from: '2025-12-01T00:00:00.000Z', to: '2026-12-31T00:00:00.000Z' };
const DAY_MS = 86_400_000;
const HD: VideoForm = { codec: 'h264', width: 1280, height: 720, fps: 30, kbps: 2000, gopSeconds: 2 };
const OPUS: AudioForm = { codec: 'opus', sampleRate: 24_000, channels: 1, kbps: 24, frameMs: 20 };

/** Declares the tests; `subject` is the recorder of the test that runs. */
export function describeRecorderVideo(subject: () => RecorderUnderTest): void {
  it('gives the newest picture of a camera as JPEG, and another mark for another picture', async () => {
    const { api, cameraId, passTime = (work) => work } = subject();
    const picture = await passTime(api.snapshot(cameraId, { width: 320 }));
    expect([...picture.jpeg.slice(0, 2)]).toEqual([0xff, 0xd8]);
    expect(new Date(picture.at).toISOString()).toBe(picture.at);
    expect(picture.etag).not.toBe('');
    await expect(passTime(api.snapshot('no-such-camera'))).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
  });

  it('begins live video with a key frame and goes on frame by frame until the reader leaves', async () => {
    const { api, cameraId, sendVideo } = subject();
    const abort = new AbortController();
    await sendVideo(12);
    const reading = readPackets(api.live(cameraId, { audio: false, signal: abort.signal }), 15);
    const sending = keepSending(sendVideo, abort.signal);
    const packets = await reading;
    abort.abort();
    await sending;
    expect(packets[0]).toMatchObject({ track: 'video', isKey: true, skippedFrames: 0 });
    const [first] = packets;
    expect(first?.tracks.video?.parameterSets.length).toBeGreaterThan(0);
    const steps = packets.slice(1).map(({ dtsUs }, index) => dtsUs - (packets[index]?.dtsUs ?? 0));
    expect(steps.every((stepUs) => stepUs > 0)).toBe(true);
    expect(packets.every(({ tracks }) => tracks === first?.tracks)).toBe(true);
  });

  it('gives the main stream where a camera has no sub stream', async () => {
    const { api, cameraId, sendVideo } = subject();
    const camera = await api.camera(cameraId);
    expect(camera.streams?.map(({ stream }) => stream)).toEqual(['main']);
    const abort = new AbortController();
    await sendVideo(12);
    const reading = readPackets(api.live(cameraId, { stream: 'sub', audio: false, signal: abort.signal }), 3);
    const sending = keepSending(sendVideo, abort.signal);
    const [first] = await reading;
    abort.abort();
    await sending;
    expect(first).toMatchObject({ track: 'video', isKey: true });
  });

  it('gives video in another form alone, beginning with a key frame', async () => {
    const { api, cameraId, sendVideo } = subject();
    const abort = new AbortController();
    await sendVideo(12);
    const reading = readPackets(api.live(cameraId, { video: { ...HD, width: 320, height: 320 }, signal: abort.signal }), 5);
    const sending = keepSending(sendVideo, abort.signal);
    const packets = await reading;
    abort.abort();
    await sending;
    expect(packets[0]).toMatchObject({ track: 'video', isKey: true, tracks: { video: { codec: 'h264', width: 320, height: 180 } } });
    expect(packets.every(({ track, tracks }) => track === 'video' && tracks.audio === undefined)).toBe(true);
  });

  it.each<[string, LiveOptions]>([
    ['neither video nor sound', { video: false, audio: false }],
    ['encoded video together with sound', { video: HD, audio: true }],
    ['encoded sound together with video', { audio: OPUS, video: true }],
    ['video of no size', { video: { ...HD, width: 0 } }],
    ['sound of an odd rate', { audio: { ...OPUS, sampleRate: 12_345 as 48_000 } }],
    ['frames of AAC of a length', { audio: { ...OPUS, codec: 'aac', frameMs: 20 } }],
  ])('refuses %s', async (_name, options) => {
    const { api, cameraId } = subject();
    await expect(readPackets(api.live(cameraId, options), 1)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('ends live video when the signal aborts, also while nothing comes', async () => {
    const { api, cameraId } = subject();
    const abort = new AbortController();
    const reading = readPackets(api.live(cameraId, { signal: abort.signal }), 1000);
    abort.abort();
    await expect(reading).resolves.toEqual(expect.any(Array));
  });

  it('gives pictures as they come, each with its mark, and live video until the camera is removed', async () => {
    const { api, sendVideo, passTime = (work) => work } = subject();
    await passTime(api.createCamera({ id: 'garden', source: 'synthetic:visitor', function: 'monitor' }));
    const [pictures, packets] = [api.pictures('garden')[Symbol.asyncIterator](), api.live('garden')[Symbol.asyncIterator]()];
    const sent = new AbortController();
    const sending = keepSending((frames) => sendVideo(frames, 'garden'), sent.signal);
    const [picture, packet] = await Promise.all([pictures.next(), packets.next()]);
    sent.abort();
    await sending;
    expect(picture.value).toMatchObject({ etag: expect.stringMatching(/./) });
    expect(packet.value).toMatchObject({ isKey: true });
    await passTime(api.deleteCamera('garden'));
    for (const stream of [pictures, packets]) await passTime(lastOf(stream));
  });

  it('says by a code that there is no such camera to watch', async () => {
    const { api } = subject();
    const [pictures, packets] = [api.pictures('no-such-camera'), api.live('no-such-camera')].map(async (stream) => lastOf(stream[Symbol.asyncIterator]()));
    await expect(pictures).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    await expect(packets).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
  });

  it('gives the video of an event in any parts, which are the whole', async () => {
    const { api, eventId } = subject();
    const file = await api.eventVideo(eventId);
    expect(file).toMatchObject({ contentType: 'video/mp4', etag: expect.stringMatching(/./) });
    expect(Date.parse(file.start)).toBeGreaterThan(0);
    const whole = await readAll(file, 0, file.sizeBytes);
    expect(whole.length).toBe(file.sizeBytes);
    const cuts = [0, 1, Math.floor(file.sizeBytes / 3), file.sizeBytes - 1, file.sizeBytes];
    const parts = await Promise.all(cuts.slice(1).map((end, index) => readAll(file, cuts[index] ?? 0, end)));
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
  });

  it('plays a span of a camera, and says where nothing was recorded', async () => {
    const { api, cameraId, eventId } = subject();
    const event = await api.event(eventId);
    const file = await api.playback(cameraId, { from: event.start, to: event.end ?? event.start });
    expect((await readAll(file, 0, file.sizeBytes)).length).toBe(file.sizeBytes);
    await expect(api.playback(cameraId, { from: '1999-01-01T00:00:00.000Z', to: '1999-01-02T00:00:00.000Z' })).rejects.toMatchObject({
      code: 'NOTHING_RECORDED',
    });
  });

  it('tells what there is of a camera in a span', async () => {
    const { api, cameraId, eventId } = subject();
    const event = await api.event(eventId);
    const from = new Date(Date.parse(event.start) - DAY_MS / 24).toISOString();
    const to = new Date(Date.parse(event.end ?? event.start) + DAY_MS / 24).toISOString();
    const timeline = await api.timeline(cameraId, { from, to });
    expect(timeline).toMatchObject({ cameraId, from, to, truncated: false });
    expect(timeline.events.find(({ id }) => id === eventId)).toMatchObject({ from: event.start, to: event.end, state: 'ready' });
    expect(timeline.spans.length).toBeGreaterThan(0);
    await expect(api.timeline('no-such-camera', ALWAYS)).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
  });

  it('lets go of whoever does not want an answer any more', async () => {
    const { api, cameraId, eventId } = subject();
    const { start, end = start } = await api.event(eventId);
    const span: TimeSpan = { from: start, to: end };
    const calls: readonly ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => api.eventSnapshot(eventId, { signal }),
      (signal) => api.eventAlarmPicture(eventId, { signal }),
      (signal) => api.eventVideo(eventId, { signal }),
      (signal) => api.playback(cameraId, span, { signal }),
      (signal) => api.timeline(cameraId, span, { signal }),
      (signal) => api.reload({ signal }),
    ];
    for (const call of calls) await expect(call(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it('knows no video of an event there is not', async () => {
    const { api } = subject();
    await expect(api.eventVideo(999_999_999)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    await expect(api.eventAlarmPicture(999_999_999)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
  });
}

async function readPackets(packets: AsyncIterable<LivePacket>, count: number): Promise<readonly LivePacket[]> {
  const seen: LivePacket[] = [];
  for await (const packet of packets) {
    seen.push(packet);
    if (seen.length === count) break;
  }
  return seen;
}

/** Reads to the end. */
async function lastOf(stream: AsyncIterator<unknown>): Promise<void> {
  while ((await stream.next()).done !== true);
}

/** Frames go on coming until nobody wants them. */
async function keepSending(send: RecorderUnderTest['sendVideo'], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await send(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function readAll(file: MediaFile, start: number, end: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.read(start, end)) pieces.push(piece);
  return Buffer.concat(pieces);
}
