// Sound of live views, over real ports and in virtual time.
import { waitUntil } from '@nightjar/testkit';
import { liveViews as made } from '../../test/live-views.ts';
import { picture, sound } from '../../test/made-live.ts';

describe('sound', () => {
  it.each([
    [20, 16, 20, 320],
    [20, 24, 20, 480],
    [40, 16, 40, 640],
    [60, 24, 60, 1440],
    [30, 16, 20, 320],
  ] as const)('in packets of %i ms at %i kHz is encoded in packets of %i ms, and has timestamps %i apart', async (packet_time, sample_rate, frameMs, step) => {
    const { live, view, clock, close } = made();
    const viewer = await view({ audio: { packet_time, sample_rate } });
    live.reader('video').send(picture(0));
    expect(live.reader('audio').options).toMatchObject({ video: false, audio: { codec: 'opus', frameMs } });
    for (let index = 0; index < 4; index++) {
      live.reader('audio').send(sound(index, frameMs));
      await clock.advance(frameMs);
    }
    await waitUntil(() => viewer.sound.length === 4);
    expect(viewer.sound.slice(1).map(({ timestamp }, index) => (timestamp - viewer.sound[index]!.timestamp) >>> 0)).toEqual([step, step, step]);
    expect(viewer.sound.map(({ marker }) => marker)).toEqual([true, false, false, false]);
    expect(viewer.sound[0]).toMatchObject({ payloadType: 110, ssrc: viewer.endpoint('audio').ssrc });
    close();
  });

  it('leaves out whole packets where some is missing, and goes on where its clock goes back', async () => {
    const { live, view, clock, close } = made();
    const viewer = await view({ audio: { packet_time: 60 } });
    const reader = live.reader('audio');
    for (const [index, at] of [0, 1, 3.4, 4.4, 2, 3].entries()) {
      reader.send({ ...sound(index, 60), ptsUs: at * 60_000 });
      await clock.advance(60);
    }
    await waitUntil(() => viewer.sound.length === 6);
    const steps = viewer.sound.slice(1).map(({ timestamp }, index) => ((timestamp - viewer.sound[index]!.timestamp) >>> 0) / 1440);
    expect(steps).toEqual([1, 2, 1, 1, 1]);
    close();
  });

  it('that does not come leaves the picture alone, and is tried again', async () => {
    const { live, view, run, clock, close } = made();
    const viewer = await view();
    live.reader('audio').end(new Error('no encoder'));
    await run(0, 3);
    await viewer.packets(4);
    const before = live.readers.length;
    await clock.advance(10_100);
    expect(live.readers.length).toBe(before + 1);
    close();
  });

  it('is not read where the settings, the camera or the request have none', async () => {
    for (const [options, wish] of [
      [{ settings: { audio: false } }, {}],
      [{ camera: { audio: false } }, {}],
      [{}, { audio: { codec: 'AAC-eld' as never } }],
    ] as const) {
      const { live, view, close } = made(options);
      await view(wish);
      expect(live.readers.every(({ options: { video } }) => video !== false)).toBe(true);
      close();
    }
  });

  it('and picture say the same moment of the calendar in their reports', async () => {
    const { live, view, clock, close } = made();
    const viewer = await view();
    for (let index = 0; index < 40; index++) {
      if (index % 2 === 0) live.reader('video').send(picture(index / 2));
      live.reader('audio').send(sound(index));
      await clock.advance(20);
    }
    await viewer.packets(20);
    await waitUntil(() => viewer.sound.length >= 40);
    const ssrcs = (['video', 'audio'] as const).map((track) => viewer.endpoint(track).ssrc);
    const of = (ssrc: number) => viewer.reports.filter((report) => report.readUInt32BE(4) === ssrc);
    await waitUntil(() => ssrcs.every((ssrc) => of(ssrc).length >= 2));
    const [video, audio] = ssrcs.map((ssrc) => of(ssrc).at(-1)!);
    expect(video!.subarray(8, 16)).toEqual(audio!.subarray(8, 16));
    // The same media time on both clocks: the first picture and the first sound were taken together.
    const videoSeconds = ((video!.readUInt32BE(16) - viewer.video[0]!.timestamp) >>> 0) / 90_000;
    const audioSeconds = ((audio!.readUInt32BE(16) - viewer.sound[0]!.timestamp) >>> 0) / 24_000;
    expect(Math.abs(videoSeconds - audioSeconds)).toBeLessThan(0.002);
    expect(new Set(of(ssrcs[0]!).map((report) => report.readUInt32BE(20))).size).toBeGreaterThan(1);
    close();
  });
});
