// Forms that viewers share: one encoder for each stream and form, while somebody wants it.
import type { AudioForm, LiveOptions, LivePacket, VideoForm } from '@nightjar/client';
import { FakeClock, FakeStreamEncoderFactory, RecordingLogger, sampleAudioTrack, sampleVideoTrack, settle } from '@nightjar/testkit';
import { packetAt, picturesOf } from '../../test/packets.ts';
import { PacketRing } from '../capture/packet-ring.ts';
import { EncoderSlots } from './encoder-slots.ts';
import { LiveCamera } from './live-camera.ts';

const HD: VideoForm = { codec: 'h264', width: 320, height: 320, fps: 10, kbps: 300, gopSeconds: 2 };
const OPUS: AudioForm = { codec: 'opus', sampleRate: 24_000, channels: 1, kbps: 24, frameMs: 20 };

function watching(limits = { maxVideo: 4, maxSound: 4 }) {
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const encoders = new FakeStreamEncoderFactory();
  const live = new LiveCamera({ clock, log, encoders, slots: new EncoderSlots(limits) });
  const ring = new PacketRing({ keepMs: 60_000, maxBytes: 1_000_000 });
  const source = live.main.from({ recent: ring });
  const begin = (info = { video: sampleVideoTrack(), audio: sampleAudioTrack() }): void => {
    ring.clear();
    source.runStarted(info);
    source.status('online', undefined);
  };
  /** Ten pictures a second, and sound with each. */
  const send = async (fromMs: number, toMs: number): Promise<void> => {
    for (const picture of picturesOf(fromMs, toMs)) {
      for (const packet of [picture, packetAt({ ms: picture.dtsUs / 1000, track: 'audio' })]) {
        ring.push(packet);
        source.push(packet);
      }
      await settle();
    }
  };
  const watch = (options: LiveOptions) => {
    const viewer = live.watch(options);
    const packets: LivePacket[] = [];
    const failures: unknown[] = [];
    const over = (async () => {
      for await (const packet of viewer) packets.push(packet);
    })().catch((error: unknown) => failures.push(error));
    const leave = async (): Promise<void> => {
      await viewer.return();
      await over;
    };
    return { packets, failures, leave, over };
  };
  return { clock, log, encoders, live, source, begin, send, watch };
}

const timesMs = (packets: readonly LivePacket[]): readonly number[] => packets.map(({ ptsUs }) => ptsUs / 1000);

describe('a form of a live stream', () => {
  it('is encoded once for all who want it, in the time of the stream, and not for others', async () => {
    const { encoders, live, begin, send, watch } = watching();
    begin();
    await send(0, 2500);
    const copied = watch({ audio: false });
    const [one, two, other] = [watch({ video: HD }), watch({ video: HD }), watch({ video: { ...HD, kbps: 100 } })];
    await send(2500, 3000);
    expect(encoders.live).toBe(2);
    expect([live.viewers, live.encoders]).toEqual([4, 2]);
    expect(timesMs(one.packets)).toEqual(timesMs(copied.packets));
    expect(timesMs(two.packets)).toEqual(timesMs(one.packets));
    expect(one.packets[0]).toMatchObject({ track: 'video', isKey: true, tracks: { video: { width: 320, height: 180 } } });
    for (const { leave } of [copied, one, two, other]) await leave();
    expect(live.viewers).toBe(0);
  });

  it('begins as far back as is asked for, and gives whoever comes later the newest key frame of its own at once', async () => {
    const { begin, send, watch } = watching();
    begin();
    await send(0, 6500);
    const first = watch({ video: HD, preRollSeconds: 4 });
    await settle();
    await send(6500, 6600);
    expect(timesMs(first.packets)[0]).toBe(2000);
    const [now, back] = [watch({ video: HD }), watch({ video: HD, preRollSeconds: 3 })];
    await settle();
    expect(now.packets[0]).toMatchObject({ isKey: true });
    expect(timesMs(now.packets)[0]).toBeGreaterThan(4500);
    expect(timesMs(back.packets)[0]).toBeLessThanOrEqual(3500);
    for (const { leave } of [first, now, back]) await leave();
  });

  it('ends soon after the last viewer, and lasts for one who comes again at once', async () => {
    const { clock, encoders, live, begin, send, watch } = watching();
    begin();
    await send(0, 500);
    const one = watch({ audio: OPUS });
    await send(500, 600);
    await one.leave();
    await clock.advance(900);
    const two = watch({ audio: OPUS });
    await send(600, 700);
    expect(encoders.opened).toHaveLength(1);
    await two.leave();
    await clock.advance(1000);
    expect([encoders.live, live.encoders, live.main.viewers]).toEqual([0, 0, 0]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is passed on where the camera sends it already', async () => {
    const { encoders, begin, send, watch } = watching();
    begin();
    const { packets, leave } = watch({ audio: { codec: 'aac', sampleRate: 16_000, channels: 1, kbps: 24 } });
    await settle();
    await send(0, 500);
    expect(encoders.opened).toEqual([]);
    expect(packets).toHaveLength(5);
    expect(packets[0]?.tracks).toMatchObject({ audio: { codec: 'aac' } });
    await leave();
  });

  it('goes on with a key frame behind what was given when its encoder dies, and waits longer each time', async () => {
    const { clock, log, encoders, begin, send, watch } = watching();
    begin();
    await send(0, 1500);
    const told: unknown[] = [];
    const { packets, leave } = watch({ video: HD, onWaiting: (...words) => told.push(words) });
    await send(1500, 1900);
    encoders.opened[0]?.die();
    await settle();
    log.expectLine('the encoder stopped: killed; it is started again in 0.5 s', 'warn');
    expect(told).toEqual([['online', 'the encoder stopped: killed']]);
    const before = packets.length;
    await clock.advance(500);
    await send(1900, 2500);
    expect(encoders.opened).toHaveLength(2);
    expect(packets[before]).toMatchObject({ isKey: true });
    const times = timesMs(packets);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(packets.at(-1)?.tracks).toBe(packets[0]?.tracks);
    encoders.opened[1]?.die();
    await settle();
    log.expectLine('the encoder stopped: killed; it is started again in 1 s', 'warn');
    await leave();
    await clock.advance(2000);
    expect([encoders.live, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('begins anew where the camera sends other tracks', async () => {
    const { encoders, begin, send, watch } = watching();
    begin();
    await send(0, 500);
    const { packets, leave } = watch({ video: { ...HD, width: 1280, height: 1280 } });
    await send(500, 800);
    begin({ video: sampleVideoTrack({ width: 320, height: 240 }), audio: sampleAudioTrack() });
    await send(0, 300);
    expect([encoders.opened.length, encoders.live]).toEqual([2, 1]);
    expect(packets[0]?.tracks.video).toMatchObject({ width: 640, height: 360 });
    expect(packets.at(-1)?.tracks.video).toMatchObject({ width: 320, height: 240 });
    await leave();
  });

  it('is refused beyond the bound, and to be had again when one is free', async () => {
    const { clock, begin, send, watch } = watching({ maxVideo: 1, maxSound: 0 });
    begin();
    await send(0, 500);
    const one = watch({ video: HD });
    await settle();
    const [two, sound] = [watch({ video: { ...HD, fps: 5 } }), watch({ audio: OPUS })];
    await settle();
    expect(two.failures).toMatchObject([{ code: 'ENCODERS_EXHAUSTED', message: '1 encoders of video run already, as many as encoding.maxVideo allows' }]);
    expect(sound.failures).toMatchObject([{ code: 'ENCODERS_EXHAUSTED' }]);
    await one.leave();
    await clock.advance(1000);
    const three = watch({ video: { ...HD, fps: 5 } });
    await send(500, 1500);
    expect(three.packets.length).toBeGreaterThan(0);
    await three.leave();
  });

  it('ends with its camera', async () => {
    const { encoders, live, begin, send, watch } = watching();
    begin();
    await send(0, 500);
    const [video, sound] = [watch({ video: HD }), watch({ audio: OPUS })];
    await send(500, 700);
    live.close();
    await Promise.all([video.over, sound.over]);
    await settle();
    expect([encoders.live, live.viewers, live.encoders]).toEqual([0, 0, 0]);
  });

  it('is told why nothing comes', async () => {
    const { source, begin, send, watch } = watching();
    begin();
    await send(0, 500);
    const told: unknown[] = [];
    const { leave } = watch({ video: HD, onWaiting: (...words) => told.push(words) });
    await send(500, 700);
    source.runEnded();
    source.status('offline', 'it went away');
    const late: unknown[] = [];
    const other = watch({ video: HD, onWaiting: (...words) => late.push(words) });
    await settle();
    expect([told, late]).toEqual([[['offline', 'it went away']], [['offline', 'it went away']]]);
    expect(other.packets).toEqual([]);
    await leave();
    await other.leave();
  });
});
