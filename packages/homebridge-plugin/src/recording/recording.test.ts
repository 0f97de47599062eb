import type { Camera, LiveOptions, LivePacket } from '@nightjar/client';
import { FakeClock, fakeCamera } from '@nightjar/testkit';
import type { RecordingPacket } from 'homebridge';
import { readFragments } from '../../test/read-fragments.ts';
import { otherTracks, pictures, ScriptedLive, sounds } from '../../test/scripted-live.ts';
import type { CameraContext } from '../camera-context.ts';
import { SessionBook } from '../session-book.ts';
import { Recording, type RecordingParts } from './recording.ts';
import type { RecordingWish, VideoChoice } from './recording-choice-policy.ts';

const WISH: RecordingWish = { width: 1280, height: 720, fps: 15, kbps: 1000, fragmentMs: 4000, prebufferMs: 4000 };
const ENCODED: VideoChoice = { stream: 'main', form: { codec: 'h264', width: 1280, height: 720, fps: 15, kbps: 1000, gopSeconds: 2 } };
const SOUND = { codec: 'aac', sampleRate: 16_000, channels: 1, kbps: 24 } as const;
/** What the recorder has of the last seconds, when it is asked at live time 10 s. */
const PAST = { from: 6, seconds: 4.2 };

function world(options: { past?: (options: LiveOptions) => readonly LivePacket[]; video?: readonly VideoChoice[]; withSound?: boolean } = {}) {
  const clock = new FakeClock();
  const live = new ScriptedLive();
  live.past = options.past ?? ((wanted) => (wanted.video === false ? sounds(PAST) : pictures(PAST)));
  const state: { camera: Camera } = { camera: fakeCamera('porch') };
  const context = {
    id: 'porch',
    recorder: { live: live.live },
    settings: { maxRecordingKbps: 2000 },
    log: { debug: () => undefined },
    sessions: new SessionBook(),
    camera: () => state.camera,
  } as unknown as CameraContext;
  const parts: RecordingParts = {
    context,
    clock,
    wish: WISH,
    video: options.video ?? [{ stream: 'main' }, ENCODED],
    sound: options.withSound === true ? SOUND : undefined,
  };
  const recording = new Recording(parts);
  const got: { readonly packet: RecordingPacket; readonly atMs: number }[] = [];
  const done = (async () => {
    for await (const packet of recording.packets()) got.push({ packet, atMs: clock.monotonic() });
  })();
  const move = (moving: boolean): void => {
    state.camera = { ...state.camera, state: { ...state.camera.state, motion: moving } };
  };
  const facts = () =>
    readFragments(
      got[0]!.packet.data,
      got.slice(1).map(({ packet }) => packet.data),
    ).fragments;
  const lasts = (): boolean[] => got.map(({ packet }) => packet.isLast);
  /** Sends pictures as a camera does: a second of them each second. */
  const play = async (from: number, seconds: number, changes: { gopSeconds?: number } = {}): Promise<void> => {
    for (let at = from; at < from + seconds - 1e-6; at += 0.5) {
      await clock.advance(500);
      live.newest('video').send(pictures({ from: at, seconds: 0.5, ...changes }));
    }
    await clock.advance(0);
  };
  return { clock, live, recording, got, done, facts, lasts, play, move };
}

describe('Recording', () => {
  it('asks for the past, and sends the header and the prebuffer at once', async () => {
    const { clock, live, got, recording, facts } = world();
    await clock.advance(0);
    expect(live.newest('video').options).toMatchObject({ stream: 'main', video: true, audio: false, preRollSeconds: 4 });
    expect(got.map(({ atMs }) => atMs)).toEqual([0, 0]);
    expect(facts()).toMatchObject([{ startSeconds: 0, endSeconds: 4, beginsWithIdr: true, pictures: 40 }]);
    expect(recording.figures).toMatchObject({ headerMs: 0, firstFragmentMs: 0, fragments: 1, mediaSeconds: 4 });
  });

  it.each([1, 2, 4, 1.5])('then sends fragments as they are complete, at most 4 s apart, with groups of %d s', async (gopSeconds) => {
    const { clock, live, got, facts, play } = world({ past: () => pictures({ from: 12, seconds: 4.5, gopSeconds }) });
    await clock.advance(0);
    await play(16.5, 30, { gopSeconds });
    const times = got.map(({ atMs }) => atMs);
    expect(Math.max(...times.map((time, index) => time - (times[index - 1] ?? 0)))).toBeLessThanOrEqual(4000);
    const fragments = facts();
    expect(fragments.every(({ beginsWithIdr, startSeconds, endSeconds }) => beginsWithIdr && endSeconds - startSeconds <= 4)).toBe(true);
    expect(fragments.every(({ startSeconds }, index) => startSeconds === (fragments[index - 1]?.endSeconds ?? 0))).toBe(true);
    expect(fragments.at(-1)!.endSeconds).toBeGreaterThan(29);
    expect(live.open).toBe(1);
  });

  it('makes its first fragment of the groups that are whole where it takes long to fill, and goes on behind them', async () => {
    const { clock, got, facts, play } = world({ past: () => pictures({ from: 6, seconds: 1.2, gopSeconds: 1 }) });
    await clock.advance(0);
    await play(7.2, 7, { gopSeconds: 1 });
    expect(got[1]?.atMs).toBe(1500);
    const [first, second] = facts();
    expect([first?.endSeconds, second?.startSeconds]).toEqual([2, 2]);
    expect(second?.endSeconds).toBe(6);
  });

  it('ends after three minutes, and lets go of everything', async () => {
    const { clock, live, got, done, recording, play, move, lasts } = world();
    move(true);
    await play(10.2, 180);
    await done;
    expect(lasts().indexOf(true)).toBe(got.length - 1);
    expect(recording.end).toBe('it is 180 s long');
    expect(recording.figures.mediaSeconds).toBe(180);
    expect([live.open, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('ends where nothing moved for a minute', async () => {
    const { clock, done, recording, play, move } = world();
    move(true);
    await play(10.2, 20);
    move(false);
    await play(30.2, 70);
    await done;
    expect(recording.end).toBe('nothing moved for 60 s');
    expect(clock.monotonic()).toBeGreaterThanOrEqual(79_000);
  });

  it('ends at once when the hub is gone, in the middle of a fragment', async () => {
    const { clock, live, got, done, recording, play } = world();
    await play(10.2, 2);
    recording.cancel('the connection of the hub is gone');
    await done;
    expect([live.open, clock.pendingTimers, got.length]).toEqual([0, 0, 2]);
    expect(recording.end).toBe('the connection of the hub is gone');
  });

  it('stops with what is there as the last fragment', async () => {
    const { done, recording, play, facts, lasts } = world();
    await play(10.2, 2);
    recording.stop('recording was switched off in Home');
    await done;
    expect(lasts()).toEqual([false, false, true]);
    expect(facts()[1]).toMatchObject({ startSeconds: 4, beginsWithIdr: true });
    expect(facts()[1]!.endSeconds).toBeCloseTo(6.2);
  });

  it('gives up before the hub does when nothing comes at all, and says why', async () => {
    const { clock, live, done, got, recording } = world({ past: () => [] });
    await clock.advance(0);
    live.newest('video').options.onWaiting?.('offline', 'the camera does not answer');
    await clock.advance(4500);
    await done;
    expect([got.length, recording.end]).toEqual([0, 'nothing came from the camera (the camera does not answer)']);
    expect([live.open, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('sends what is whole when the camera is silent, and the rest as the last fragment when it stays so', async () => {
    const { clock, got, done, recording, play, facts, lasts } = world();
    await play(10.2, 1.5);
    await clock.advance(3000);
    expect(got.map(({ atMs }) => atMs)).toEqual([0, 0, 4500]);
    await clock.advance(4500);
    await done;
    expect(lasts()).toEqual([false, false, false, true]);
    expect(facts().map(({ endSeconds }) => Math.round(endSeconds * 10) / 10)).toEqual([4, 5, 5.7]);
    expect(recording.end).toBe('the camera sent too little for 4.5 s');
  });

  it('goes on when the camera is back in time', async () => {
    const { clock, recording, play, facts } = world();
    await play(10.2, 1.5);
    await clock.advance(4000);
    await play(16, 8);
    expect(recording.end).toBeUndefined();
    const fragments = facts();
    expect(fragments.every(({ beginsWithIdr, startSeconds }, index) => beginsWithIdr && startSeconds === (fragments[index - 1]?.endSeconds ?? 0))).toBe(true);
  });

  it.each([
    ['fails', new Error('the recorder said nothing for 45 s'), 'the recorder ended the stream: the recorder said nothing for 45 s'],
    ['is removed', undefined, 'the camera is gone'],
  ])('ends with a last fragment when the stream %s', async (_, failure, words) => {
    const { live, done, recording, play, lasts } = world();
    await play(10.2, 2);
    live.newest('video').end(failure);
    await done;
    expect([lasts().at(-1), recording.end]).toEqual([true, words]);
  });

  it('ends with a last fragment when the camera sends another form of video', async () => {
    const { clock, live, done, recording, play, lasts } = world();
    await play(10.2, 2);
    live.newest('video').send(pictures({ from: 13, seconds: 1, tracks: otherTracks() }));
    await clock.advance(0);
    await done;
    expect([lasts().at(-1), recording.end, recording.unfit]).toEqual([true, 'the camera began to send another form of video', undefined]);
  });

  it.each<[string, (options: LiveOptions) => LivePacket[], string]>([
    ['its key frames are too far apart', () => pictures({ from: 0, seconds: 8, gopSeconds: 10 }), 'the key frames of the camera are too far apart'],
    ['it sends no IDR pictures', () => pictures({ from: 0, seconds: 8, nalType: 1 }), 'the camera sent no key frame'],
    ['it has B-frames', () => pictures(PAST).map((packet, index) => ({ ...packet, ptsUs: packet.ptsUs + (index % 3 === 1 ? 200_000 : 0) })), 'it has B-frames'],
  ])('encodes instead, without the hub knowing, where %s', async (_, past, why) => {
    const { clock, live, recording, facts } = world({
      past: (options) => (options.video === true ? past(options) : pictures(PAST)),
      video: [{ stream: 'sub' }, { ...ENCODED, stream: 'sub' }],
    });
    await clock.advance(0);
    expect(live.newest('video').options).toMatchObject({ stream: 'sub', preRollSeconds: 4, video: { codec: 'h264', width: 1280, kbps: 1000, gopSeconds: 2 } });
    expect(recording.choice.why).toBe(why);
    expect([recording.unfit, live.open]).toEqual(['sub', 1]);
    expect(facts()).toMatchObject([{ endSeconds: 4 }]);
  });

  it('copies after all what is only too much, where nothing can be encoded', async () => {
    const past = ({ video }: LiveOptions) => (video === true ? pictures(PAST) : []);
    const { clock, live, recording, facts } = world({ video: [ENCODED, { stream: 'main', why: 'it is too much' }], past });
    await clock.advance(0);
    live.newest('video').end(new Error('no encoder'));
    await clock.advance(0);
    expect([live.newest('video').options.video, recording.choice.why]).toEqual([true, 'it is too much; the recorder ended the stream: no encoder']);
    expect([facts().length, recording.unfit]).toEqual([1, undefined]);
  });

  it('takes the main stream where the sub stream sends nothing for 1.5 s', async () => {
    const choices: VideoChoice[] = [{ stream: 'sub' }, { ...ENCODED, stream: 'sub' }, { stream: 'main' }];
    const { clock, live, recording, got } = world({ video: choices, past: ({ stream }) => (stream === 'sub' ? [] : pictures(PAST)) });
    await clock.advance(1499);
    expect(recording.choice.stream).toBe('sub');
    await clock.advance(1);
    expect([recording.choice, got.length, live.open, live.streams.length]).toEqual([{ stream: 'main', why: 'the sub stream sends nothing' }, 2, 1, 2]);
  });

  it('gives up where there is no way left', async () => {
    const { live, done, got, recording } = world({ past: () => [] });
    for (const failure of ['no stream', 'no encoder']) {
      await new Promise(setImmediate);
      live.newest('video').end(new Error(failure));
    }
    await done;
    expect([got.length, recording.end]).toEqual([0, 'the recorder ended the stream: no encoder']);
  });

  it('ends where groups of pictures become too long later, and knows of it the next time', async () => {
    const { done, recording, play, facts, lasts } = world();
    await play(10.2, 0.8);
    await play(11, 5, { gopSeconds: 11 });
    await done;
    expect([recording.end, recording.unfit]).toEqual(['the key frames of the camera are too far apart', 'main']);
    expect(facts().every(({ beginsWithIdr, startSeconds, endSeconds }) => beginsWithIdr && endSeconds - startSeconds <= 4.25)).toBe(true);
    expect(lasts().at(-1)).toBe(true);
  });

  it('does not take the time a slow hub needs for a silence of the camera, nor keep what it does not take', async () => {
    const clock = new FakeClock();
    const live = new ScriptedLive();
    live.past = () => pictures(PAST);
    const context = {
      id: 'porch',
      recorder: { live: live.live },
      settings: { maxRecordingKbps: 2000 },
      log: { debug: () => undefined },
      camera: () => undefined,
    };
    const recording = new Recording({ context: context as unknown as CameraContext, clock, wish: WISH, video: [{ stream: 'main' }], sound: undefined });
    const packets = recording.packets();
    await packets.next();
    await packets.next();
    live.newest('video').send(pictures({ from: 10.2, seconds: 30 }));
    await clock.advance(30_000);
    expect(live.newest('video').waiting).toBeGreaterThan(290);
    expect((await packets.next()).value).toMatchObject({ isLast: false });
    await packets.return();
    expect([live.open, clock.pendingTimers, recording.end]).toEqual([0, 0, 'the hub wanted no more']);
  });
});

describe('the sound of a Recording', () => {
  it('is asked for on the clock of the pictures, and comes with them', async () => {
    const { clock, live, facts } = world({ withSound: true, video: [{ stream: 'sub' }] });
    await clock.advance(0);
    expect(live.newest('audio').options).toMatchObject({ stream: 'sub', video: false, audio: SOUND, preRollSeconds: 8 });
    expect(facts()[0]!.audio.filter(({ data }) => data[0] === 1).length).toBe(63);
  });

  it('delays the pictures by a second at most, and then no more until it has caught up', async () => {
    const { clock, live, got, play, recording } = world({ withSound: true, past: ({ video }) => (video === false ? [] : pictures(PAST)) });
    await clock.advance(999);
    expect(got.length).toBe(1);
    await clock.advance(1);
    expect(got.length).toBe(2);
    await play(10.2, 4);
    expect(got.map(({ atMs }) => atMs)).toEqual([0, 1000, 5000]);
    live.newest('audio').send(sounds({ from: 6, seconds: 12.2 }));
    await play(14.2, 4);
    expect(recording.figures.soundFrames).toBeGreaterThan(55);
  });

  it('that fails leaves silence and no delay', async () => {
    const { clock, live, got, facts, recording } = world({ withSound: true, past: ({ video }) => (video === false ? [] : pictures(PAST)) });
    live.newest('audio').end(new Error('no encoder'));
    await clock.advance(0);
    expect(got.length).toBe(2);
    expect([facts()[0]!.audio.length, recording.figures.soundFrames, recording.end]).toEqual([63, 0, undefined]);
  });
});
