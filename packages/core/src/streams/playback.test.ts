import type { MediaFile } from '@nightjar/client';
import { FakeClock, sampleAudioTrack, sampleVideoTrack } from '@nightjar/testkit';
import { bytesOf, numbersOf, readMovie } from '../../test/read-movie.ts';
import { EPOCH_MS, FRAME_MS, momentOf, RecordedEvents, soundTrack } from '../../test/recorded-events.ts';
import { wallMs } from '../model/time.ts';
import { Playback } from './playback.ts';

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const CAMERA = 'porch';

describe('Playback', () => {
  let recorded: RecordedEvents;
  let clock: FakeClock;
  let playback: Playback;
  let lost: string[];
  beforeEach(() => {
    recorded = new RecordedEvents();
    clock = new FakeClock();
    lost = [];
    const { events, gaps, videos } = recorded;
    playback = new Playback({ events, gaps, videos, clock, find: (id) => events.get(id), rootOf: (id) => (lost.includes(id) ? undefined : '/events') });
  });
  const span = (from: number, to: number): Promise<MediaFile> => playback.playback(CAMERA, { from: momentOf(from), to: momentOf(to) });
  const shown = async (file: MediaFile): Promise<readonly number[]> => numbersOf(readMovie(await bytesOf(file)));

  it("gives an event's own file where that plays as it is", async () => {
    await recorded.add({ id: 1, from: 0, to: 40, sound: soundTrack });
    const file = await playback.eventVideo(1);
    const own = await recorded.videos.open({ root: '/events', directory: 'porch/1', eventId: 1 });
    const bytes = new Uint8Array(own!.sizeBytes);
    await own!.read(0, bytes);
    expect(Buffer.compare(await bytesOf(file), bytes)).toBe(0);
    expect(file).toMatchObject({ contentType: 'video/mp4', sizeBytes: bytes.length, start: momentOf(0) });
  });

  it('plays an event that is being recorded up to now', async () => {
    const file = await recorded.add({ id: 1, from: 0, to: 25, sound: soundTrack, isOpen: true });
    expect(await shown(await playback.eventVideo(1))).toEqual(numbers(0, 25));
    await recorded.append(file, { from: 25, to: 30, base: 0, hasSound: true });
    await clock.advance(1500);
    expect(await shown(await playback.eventVideo(1))).toEqual(numbers(0, 30));
  });

  it('puts ranges together to the whole, whatever their sizes', async () => {
    await recorded.add({ id: 1, from: 0, to: 200, sound: soundTrack });
    await recorded.add({ id: 2, from: 200, to: 300, sound: soundTrack });
    const file = await span(33, 250);
    const whole = await bytesOf(file);
    expect(whole.length).toBe(file.sizeBytes);
    for (const size of [1, 999, 4096, 70_001]) {
      const parts: Uint8Array[] = [];
      const to = size === 1 ? 300 : file.sizeBytes;
      for (let at = 0; at < to; at += size) parts.push(await bytesOf(file, at, Math.min(to, at + size)));
      expect(Buffer.compare(Buffer.concat(parts), whole.subarray(0, to))).toBe(0);
    }
    expect(recorded.videos.opened).toBe(0);
  });

  it('begins with the key frame at or before a moment and ends with the frame before another', async () => {
    await recorded.add({ id: 1, from: 0, to: 100 });
    expect(await shown(await span(37, 52))).toEqual(numbers(30, 52));
    expect((await span(37, 52)).start).toBe(momentOf(30));
    expect(await shown(await span(40, 41))).toEqual([40]);
    expect(await shown(await span(-500, 5))).toEqual(numbers(0, 5));
    expect(await shown(await span(95, 900))).toEqual(numbers(90, 100));
  });

  it('shows sections that follow each other without a gap or a frame twice', async () => {
    await recorded.add({ id: 1, from: 0, to: 50, sound: soundTrack });
    await recorded.add({ id: 2, from: 50, to: 100, sound: soundTrack });
    await recorded.add({ id: 3, from: 100, to: 150, sound: soundTrack });
    const movie = readMovie(await bytesOf(await span(0, 150)));
    expect(numbersOf(movie)).toEqual(numbers(0, 150));
    movie.video.forEach(({ seconds }, index) => {
      expect(seconds).toBeCloseTo(index / 10, 3);
    });
    expect(movie.audio.map(({ data }) => data[0] === 0x21 && data.length === 3)).not.toContain(false);
    expect(new Set(movie.audio.map(({ data }) => (data[1] ?? 0) * 256 + (data[2] ?? 0))).size).toBe(movie.audio.length);
    movie.audio.forEach(({ seconds }, index) => {
      expect(seconds).toBeCloseTo(index * 0.064, 2);
    });
  });

  it('keeps a pause of a fraction of a second and leaves out longer ones, as the timeline says', async () => {
    await recorded.add({ id: 1, from: 0, to: 54 });
    await recorded.add({ id: 2, from: 60, to: 100 });
    await recorded.add({ id: 3, from: 700, to: 750 });
    const movie = readMovie(await bytesOf(await span(34, 900)));
    const timeline = await playback.timeline(CAMERA, { from: momentOf(34), to: momentOf(900) });
    expect(timeline.spans.map(({ from, to }) => [from, to])).toEqual([
      [momentOf(34), momentOf(100)],
      [momentOf(700), momentOf(750)],
    ]);
    const secondsOf = (n: number): number | undefined => movie.video[numbersOf(movie).indexOf(n)]?.seconds;
    expect(secondsOf(34)).toBe(timeline.spans[0]?.mediaSeconds);
    expect(secondsOf(60)).toBe(3);
    expect(secondsOf(700)).toBe(timeline.spans[1]?.mediaSeconds);
    expect(secondsOf(700)).toBeCloseTo(7, 3);
  });

  it('shows frames once that an event and the pre-roll of the next one both hold', async () => {
    await recorded.add({ id: 1, from: 0, to: 57, sound: soundTrack });
    // Its row is a moment off: two recordings never agree to the millisecond.
    await recorded.add({ id: 2, from: 30, to: 100, sound: soundTrack, changes: { startMs: wallMs(EPOCH_MS + 30 * FRAME_MS + 270) } });
    const movie = readMovie(await bytesOf(await span(0, 200)));
    expect(numbersOf(movie)).toEqual(numbers(0, 100));
    movie.video.forEach(({ seconds }, index) => {
      expect(seconds).toBeCloseTo(index / 10, 3);
    });
    const sound = movie.audio.map(({ data }) => (data[1] ?? 0) * 256 + (data[2] ?? 0));
    expect(new Set(sound).size).toBe(sound.length);
  });

  it('shows an event that lies wholly within another once', async () => {
    await recorded.add({ id: 1, from: 0, to: 100 });
    await recorded.add({ id: 2, from: 30, to: 70 });
    expect(await shown(await span(0, 200))).toEqual(numbers(0, 100));
  });

  it('makes the same file of an event while it is recorded and after', async () => {
    const file = await recorded.add({ id: 1, from: 0, to: 60, sound: soundTrack, isOpen: true });
    const before = await span(13, 45);
    const bytes = await bytesOf(before);
    await file.finish((await recorded.events.get(1))!);
    await recorded.events.put({ ...(await recorded.events.get(1))!, state: 'ready' });
    await clock.advance(5000);
    const after = await span(13, 45);
    expect(after.etag).toBe(before.etag);
    expect(Buffer.compare(await bytesOf(after), bytes)).toBe(0);
  });

  it('is silent where an event has no sound, and in time afterwards', async () => {
    await recorded.add({ id: 1, from: 0, to: 50, sound: soundTrack });
    await recorded.add({ id: 2, from: 50, to: 150 });
    await recorded.add({ id: 3, from: 150, to: 200, sound: soundTrack });
    const { audio } = readMovie(await bytesOf(await span(0, 200)));
    const back = audio.findIndex(({ data }) => data.length === 3 && (data[1] ?? 0) * 256 + (data[2] ?? 0) >= Math.ceil(15_000 / 64));
    expect(audio[back]?.seconds).toBeCloseTo(Math.ceil(15_000 / 64) * 0.064, 3);
    expect(audio.filter(({ data }) => data.length === 6).length).toBeGreaterThan(150);
  });

  it.each([
    { name: 'the first event', events: [false, true, true] },
    { name: 'the first two events', events: [false, false, true] },
  ])('has the sound of later events where $name has none', async ({ events }) => {
    for (const [index, hasSound] of events.entries())
      await recorded.add({ id: index + 1, from: index * 50, to: index * 50 + 50, ...(hasSound ? { sound: soundTrack } : {}) });
    const { audio } = readMovie(await bytesOf(await span(0, 150)));
    const heard = audio.filter(({ data }) => data.length === 3);
    expect(heard.length).toBe(Math.floor((events.filter(Boolean).length * 5000) / 64));
    expect(audio.at(-1)?.seconds).toBeCloseTo(15, 0);
  });

  it('leaves out nothing where the calendar was set back, and the timeline says where it is', async () => {
    await recorded.add({ id: 1, from: 0, to: 100 });
    // Other pictures of the same time of day.
    await recorded.add({ id: 2, from: 500, to: 570, changes: { startMs: wallMs(EPOCH_MS + 20 * FRAME_MS), endMs: wallMs(EPOCH_MS + 90 * FRAME_MS) } });
    await recorded.add({ id: 3, from: 800, to: 820 });
    const movie = readMovie(await bytesOf(await span(0, 900)));
    expect(numbersOf(movie)).toEqual([...numbers(0, 100), ...numbers(500, 570), ...numbers(800, 820)]);
    const { spans } = await playback.timeline(CAMERA, { from: momentOf(0), to: momentOf(900) });
    expect(spans.map(({ from, mediaSeconds }) => [from, mediaSeconds])).toEqual([
      [momentOf(0), 0],
      [momentOf(20), 10],
      [momentOf(800), 17],
    ]);
    expect(movie.video[170]?.seconds).toBeCloseTo(17, 3);
  });

  it('takes the sound there is most of where its kind changes', async () => {
    await recorded.add({ id: 1, from: 0, to: 20, sound: sampleAudioTrack(8000) });
    await recorded.add({ id: 2, from: 20, to: 100, sound: soundTrack });
    const { audio } = readMovie(await bytesOf(await span(0, 100)));
    expect(audio.filter(({ data }) => data.length === 3).length).toBe(125);
    expect(recorded.videos.opened).toBe(0);
  });

  it('says when the codec changes within a span', async () => {
    await recorded.add({ id: 1, from: 0, to: 20 });
    await recorded.add({ id: 2, from: 20, to: 40, video: sampleVideoTrack({ codec: 'h265' }) });
    await expect(span(0, 40)).rejects.toMatchObject({ code: 'PLAYBACK_MIXED', message: expect.stringContaining(momentOf(20)) });
    expect(await shown(await span(0, 20))).toEqual(numbers(0, 20));
  });

  it('plays what is left where an event of the span is gone, and says that nothing is there where nothing is', async () => {
    await recorded.add({ id: 1, from: 0, to: 20 });
    await recorded.add({ id: 2, from: 20, to: 40 });
    await recorded.files.remove('/events', 'porch/1', 1);
    expect(await shown(await span(0, 40))).toEqual(numbers(20, 40));
    await expect(span(100, 200)).rejects.toMatchObject({ code: 'NOTHING_RECORDED' });
    await expect(playback.eventVideo(1)).rejects.toMatchObject({ code: 'NOTHING_RECORDED' });
    await expect(playback.eventVideo(77)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
  });

  it('says so when an event is deleted while it is read', async () => {
    await recorded.add({ id: 1, from: 0, to: 20 });
    const file = await span(0, 20);
    await recorded.files.remove('/events', 'porch/1', 1);
    await expect(bytesOf(file)).rejects.toMatchObject({ code: 'VIDEO_GONE' });
  });

  it('waits for the first fragment of an event, and names an area that is away', async () => {
    await recorded.add({ id: 1, from: 0, to: 0, isOpen: true });
    await expect(playback.eventVideo(1)).rejects.toMatchObject({ code: 'NOT_READY' });
    lost.push('default');
    await expect(playback.eventVideo(1)).rejects.toMatchObject({ code: 'AREA_MISSING' });
  });

  it('gives one reader of a growing event one file, and a new one when it begins anew', async () => {
    const file = await recorded.add({ id: 1, from: 0, to: 25, isOpen: true });
    const first = await playback.eventVideo(1, { reader: 'ann' });
    const whole = await bytesOf(first);
    await recorded.append(file, { from: 25, to: 50, base: 0, hasSound: false });
    await clock.advance(5000);
    const other = await playback.eventVideo(1, { reader: 'bob' });
    const later = await playback.eventVideo(1, { reader: 'ann', isContinued: true });
    expect(later.etag).toBe(first.etag);
    expect(other.sizeBytes).toBeGreaterThan(first.sizeBytes);
    // Also when another file has taken the event's name meanwhile.
    await file.finish((await recorded.events.get(1))!);
    expect(Buffer.compare(await bytesOf(later), whole)).toBe(0);
    expect(await shown(await playback.eventVideo(1, { reader: 'ann' }))).toEqual(numbers(0, 50));
  });

  it('lets go of every file in the end', async () => {
    await recorded.add({ id: 1, from: 0, to: 25, isOpen: true });
    await bytesOf(await playback.eventVideo(1, { reader: 'ann' }));
    expect(recorded.videos.opened).toBe(1);
    await clock.advance(300_000);
    expect(recorded.videos.opened).toBe(0);
    await playback.eventVideo(1);
    playback.close();
    expect(recorded.videos.opened).toBe(0);
  });

  it.each([
    { from: momentOf(10), to: momentOf(10), says: /must be before/ },
    { from: momentOf(10), to: momentOf(9), says: /must be before/ },
    { from: 'yesterday', to: momentOf(9), says: /`from` must be a moment/ },
    { from: '2026-11-22T12:00:00', to: momentOf(9), says: /`from` must be a moment/ },
    { from: '2026-11-22T12:00:00Z', to: '2026-11-24T12:00:00Z', says: /24 hours/ },
  ])('refuses the span $from to $to', async ({ from, to, says }) => {
    await expect(playback.playback(CAMERA, { from, to })).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringMatching(says) });
  });

  it('takes moments of any zone, also with a plus that nobody escaped', async () => {
    await recorded.add({ id: 1, from: 0, to: 20 });
    const file = await playback.playback(CAMERA, { from: '2026-11-22T13:00:00 01:00', to: '2026-11-22T06:00:01.000-06:00' });
    expect(await shown(file)).toEqual(numbers(0, 10));
  });

  it('shows events and gaps with their reasons on the timeline, also an event that is being recorded', async () => {
    await recorded.add({ id: 1, from: 0, to: 20 });
    await recorded.add({ id: 2, from: 100, to: 120, isOpen: true });
    await recorded.gaps.add({ cameraId: CAMERA, fromMs: wallMs(EPOCH_MS + 2000), toMs: wallMs(EPOCH_MS + 10_000), reason: 'camera-offline', lostFrames: 3 });
    const timeline = await playback.timeline(CAMERA, { from: momentOf(-10), to: momentOf(1000) });
    expect(timeline).toMatchObject({
      cameraId: CAMERA,
      truncated: false,
      events: [
        { id: 1, from: momentOf(0), to: momentOf(20), cause: 'motion', maxScore: 40, state: 'ready' },
        { id: 2, state: 'open', to: momentOf(120) },
      ],
      gaps: [{ from: momentOf(20), to: momentOf(100), reason: 'camera-offline', lostFrames: 3 }],
    });
  });
});
