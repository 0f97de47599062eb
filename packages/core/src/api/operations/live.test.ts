import type { LiveOptions, RecorderApi } from '@nightjar/client';
import { Fmp4Reader } from '@nightjar/media';
import { FakeClock, sampleAudioTrack, sampleVideoTrack, settle } from '@nightjar/testkit';
import { packetAt, packetStream, picturesOf } from '../../../test/packets.ts';
import { PacketRing } from '../../capture/packet-ring.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import { type Principal, ROLES } from '../../model/permission.ts';
import { LiveFeed } from '../../streams/live-feed.ts';
import type { AccountDesk } from '../account-desk.ts';
import type { Operation } from '../operation.ts';
import { OperationRunner } from '../run-operation.ts';
import { getLiveMp4, watchLive } from './live.ts';

/** A recorder with one camera, whose packets the test sends. */
function watching() {
  const ring = new PacketRing({ keepMs: 60_000, maxBytes: 1_000_000 });
  const clock = new FakeClock();
  const feed = new LiveFeed(clock, { mostBytes: 1_000_000, mostMs: 2000 });
  const source = feed.from({ recent: ring });
  const asked: LiveOptions[] = [];
  const abort = new AbortController();
  const recorder = {
    live: (_id: string, options: LiveOptions) => {
      asked.push(options);
      return feed.watch({ ...options, wants: { video: options.video !== false, audio: options.audio !== false } });
    },
  } as unknown as RecorderApi;
  const principal: Principal = { name: 'ann', permissions: ROLES.viewer, cameras: null };
  const run = async <T>(operation: Operation, input: Record<string, unknown> = {}): Promise<AsyncIterable<T>> => {
    const context = { principal, recorder, accounts: {} as AccountDesk, peer: { address: '127.0.0.1' }, isContinued: false, signal: abort.signal };
    return (await new OperationRunner().run(operation, { ...context, input: { id: 'porch', ...input } })) as AsyncIterable<T>;
  };
  const begin = (info = packetStream): void => {
    ring.clear();
    source.runStarted(info);
    source.status('online', undefined);
  };
  /** Every picture has a size of its own. */
  const send = (fromMs: number, toMs: number): void => {
    for (const [index, picture] of picturesOf(fromMs, toMs).entries()) {
      const packet = { ...picture, data: new Uint8Array(sizeAt(fromMs + index * 100)) };
      ring.push(packet);
      source.push(packet);
    }
  };
  return { clock, feed, source, ring, asked, abort, run, begin, send };
}

/** Of the picture at so many milliseconds. */
const sizeAt = (ms: number): number => 100 + ms / 100;

async function take<T>(from: AsyncIterator<T>, count: number): Promise<T[]> {
  const items: T[] = [];
  while (items.length < count) {
    const { done, value } = await from.next();
    if (done === true) break;
    items.push(value);
  }
  return items;
}

const kinds = (items: readonly (string | Uint8Array)[]): readonly unknown[] =>
  items.map((item) => (typeof item === 'string' ? (JSON.parse(item) as unknown) : Buffer.from(item.subarray(4, 8)).toString()));

describe('getLiveMp4', () => {
  it('is a file that begins with the newest key frame', async () => {
    const { run, begin, send } = watching();
    begin();
    send(0, 2300);
    const bytes = await take((await run<Uint8Array>(getLiveMp4))[Symbol.asyncIterator](), 4);
    const items = new Fmp4Reader().push(Buffer.concat(bytes));
    expect(items.map(({ type }) => type)).toEqual(['init', 'samples', 'samples', 'samples']);
    const [, first] = items;
    expect(first?.type === 'samples' && first.samples[0]).toMatchObject({ isKey: true, dts: 0, data: new Uint8Array(sizeAt(2000)) });
  });

  it('takes how far back and whether with sound from the address', async () => {
    const { run, begin, send, asked } = watching();
    begin();
    send(0, 4300);
    const bytes = await take((await run<Uint8Array>(getLiveMp4, { preRollSeconds: '2.5', audio: 'false' }))[Symbol.asyncIterator](), 2);
    expect(asked[0]).toMatchObject({ preRollSeconds: 2.5, audio: false });
    const [, first] = new Fmp4Reader().push(Buffer.concat(bytes));
    expect(first?.type === 'samples' && first.samples[0]?.data.length).toBe(sizeAt(1000));
    await expect(run(getLiveMp4, { preRollSeconds: '-1' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(run(getLiveMp4, { preRollSeconds: '301' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(run(getLiveMp4, { sound: 'yes' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('takes streams and forms from the address, and says in a sentence what does not go together', async () => {
    const { run, begin, send, asked } = watching();
    begin();
    send(0, 300);
    const ask = async (input: Record<string, unknown>): Promise<LiveOptions | undefined> => {
      await (await run<Uint8Array>(getLiveMp4, input))[Symbol.asyncIterator]().return?.();
      return asked.at(-1);
    };
    expect(await ask({ stream: 'sub', video: 'h264', width: '640', gopSeconds: '4' })).toMatchObject({
      stream: 'sub',
      video: { codec: 'h264', width: 640, height: 720, fps: 30, kbps: 2000, gopSeconds: 4 },
    });
    expect(await ask({ audio: 'opus', sampleRate: '16000', frameMs: '60' })).toMatchObject({
      audio: { codec: 'opus', sampleRate: 16_000, channels: 1, kbps: 32, frameMs: 60 },
    });
    expect(await ask({ audio: 'aac' })).toMatchObject({ audio: { codec: 'aac', sampleRate: 48_000, channels: 1, kbps: 64 } });
    const refusals: readonly [Record<string, unknown>, string][] = [
      [{ width: '640' }, 'width is given without video=h264, which alone it is for'],
      [{ frameMs: '20', audio: 'true' }, 'frameMs is given without audio=aac or audio=opus, which alone it is for'],
      [{ video: 'h264', audio: 'true' }, 'video that is encoded anew comes without sound: ask for the sound in a stream of its own'],
      [{ video: 'true', audio: 'opus' }, 'sound that is encoded anew comes without video: ask for the video in a stream of its own'],
      [{ video: 'false', audio: 'false' }, 'neither video nor sound is wanted; expected one of them at least'],
      [{ audio: 'aac', frameMs: '20' }, 'frameMs is for opus: a frame of AAC has 1024 samples always'],
    ];
    for (const [input, message] of refusals)
      for (const operation of [getLiveMp4, watchLive]) await expect(run(operation, input)).rejects.toMatchObject({ code: 'INPUT_INVALID', message });
    for (const wrong of [{ stream: 'third' }, { video: 'h265' }, { audio: 'opus', sampleRate: '44100' }, { video: 'h264', width: '4000' }])
      await expect(run(getLiveMp4, wrong)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('says at once that the camera is away, why, and when to ask again; and leaves nobody watching', async () => {
    const { run, source, feed } = watching();
    source.status('offline', 'the camera does not answer');
    const error = await run(getLiveMp4).catch((reason: unknown) => RecorderError.of(reason));
    expect(error).toMatchObject({ code: 'CAMERA_OFFLINE', message: 'the camera does not answer', context: { retryAfterSeconds: 2 } });
    expect(feed.viewers).toBe(0);
  });

  it('waits for a camera that is being connected', async () => {
    const { run, source, begin, send } = watching();
    source.status('connecting', undefined);
    const asked = run<Uint8Array>(getLiveMp4);
    begin();
    send(0, 100);
    expect(await take((await asked)[Symbol.asyncIterator](), 2)).toHaveLength(2);
  });

  it('ends when the tracks change, which one file cannot hold', async () => {
    const { run, begin, send, feed } = watching();
    begin();
    send(0, 200);
    const file = (await run<Uint8Array>(getLiveMp4))[Symbol.asyncIterator]();
    expect(await take(file, 3)).toHaveLength(3);
    const rest = take(file, 9);
    begin({ video: sampleVideoTrack({ width: 1920, height: 1080 }) });
    send(0, 200);
    expect(await rest).toEqual([]);
    expect(feed.viewers).toBe(0);
  });

  it('leaves the feed when its reader goes, and when the request is over', async () => {
    const { run, begin, send, feed, abort } = watching();
    begin();
    send(0, 200);
    const [one, two] = [(await run<Uint8Array>(getLiveMp4))[Symbol.asyncIterator](), (await run<Uint8Array>(getLiveMp4))[Symbol.asyncIterator]()];
    await Promise.all([take(one, 3), take(two, 3)]);
    expect(feed.viewers).toBe(2);
    await one.return?.();
    expect(feed.viewers).toBe(1);
    const rest = two.next();
    abort.abort();
    expect((await rest).done).toBe(true);
    expect(feed.viewers).toBe(0);
  });
});

describe('watchLive', () => {
  it('says what comes, then sends an init segment and one fragment a frame', async () => {
    const { run, begin, send } = watching();
    begin({ video: sampleVideoTrack(), audio: sampleAudioTrack() });
    send(0, 200);
    const items = await take((await run<string | Uint8Array>(watchLive))[Symbol.asyncIterator](), 4);
    const codecs = 'avc1.64001f,mp4a.40.2';
    const init = { type: 'init', mimeType: `video/mp4; codecs="${codecs}"`, codecs, width: 640, height: 360, hasAudio: true };
    expect(kinds(items)).toEqual([init, 'ftyp', 'moof', 'moof']);
  });

  it('sends sound alone from what comes next', async () => {
    const { run, begin, source, ring } = watching();
    begin({ video: sampleVideoTrack(), audio: sampleAudioTrack() });
    const messages = (await run<string | Uint8Array>(watchLive, { video: 'false' }))[Symbol.asyncIterator]();
    const items = take(messages, 3);
    await settle();
    for (const packet of [packetAt({ ms: 0, isKey: true }), packetAt({ ms: 10, track: 'audio' })]) {
      ring.push(packet);
      source.push(packet);
    }
    const codecs = 'mp4a.40.2';
    expect(kinds(await items)).toEqual([{ type: 'init', mimeType: `audio/mp4; codecs="${codecs}"`, codecs, hasAudio: true }, 'ftyp', 'moof']);
    await messages.return?.();
  });

  it('tells a slow reader before the next key frame how many frames it missed', async () => {
    const { run, begin, send } = watching();
    begin();
    send(0, 100);
    const messages = (await run<string | Uint8Array>(watchLive))[Symbol.asyncIterator]();
    await take(messages, 3);
    send(100, 5000);
    const [text, key, next] = await take(messages, 3);
    const { type, frames } = JSON.parse(String(text)) as { type: string; frames: number };
    expect(type).toBe('skipped');
    // Frames 1 to 29 at most are lost after the frame that was read, and the key frame is a whole second.
    expect((frames + 1) % 10).toBe(0);
    expect(kinds([key!, next!])).toEqual(['moof', 'moof']);
  });

  it('says why nothing comes while the camera is away, each thing once, and goes on when it is back', async () => {
    const { run, source, begin, send } = watching();
    source.status('connecting', undefined);
    const messages = (await run<string | Uint8Array>(watchLive))[Symbol.asyncIterator]();
    expect(kinds(await take(messages, 1))).toEqual([{ type: 'waiting', status: 'connecting' }]);
    begin();
    send(0, 100);
    expect(kinds(await take(messages, 3))).toEqual([expect.objectContaining({ type: 'init' }), 'ftyp', 'moof']);
    const next = take(messages, 2);
    source.runEnded();
    source.status('offline', 'it went away');
    source.status('offline', 'it went away');
    begin();
    send(0, 100);
    expect(kinds(await next)).toEqual([{ type: 'waiting', status: 'offline', problem: 'it went away' }, 'moof']);
    const again = take(messages, 1);
    source.status('offline', 'it went away');
    expect(kinds(await again)).toEqual([{ type: 'waiting', status: 'offline', problem: 'it went away' }]);
  });

  it('begins anew on the same socket when the tracks change, and time goes on', async () => {
    const { run, begin, send } = watching();
    begin();
    send(0, 200);
    const messages = (await run<string | Uint8Array>(watchLive))[Symbol.asyncIterator]();
    await take(messages, 4);
    begin({ video: sampleVideoTrack({ width: 1920, height: 1080 }) });
    send(0, 100);
    const items = await take(messages, 3);
    expect(kinds(items)).toEqual([expect.objectContaining({ type: 'init', width: 1920 }), 'ftyp', 'moof']);
    const [, samples] = new Fmp4Reader().push(Buffer.concat(items.slice(1) as Uint8Array[]));
    expect(samples?.type === 'samples' && samples.samples[0]?.dts).toBe(0.2 * 90_000);
  });

  it('ends when the camera is removed, and when its reader goes while it waits', async () => {
    const { run, begin, feed, source } = watching();
    begin();
    const removed = (await run<string | Uint8Array>(watchLive))[Symbol.asyncIterator]();
    const end = removed.next();
    source.push(packetAt({ ms: 0 }));
    source.close();
    expect((await end).done).toBe(true);
    expect(feed.viewers).toBe(0);
  });

  it('asks for a packet only when the one before has been taken', async () => {
    const { run, begin, send, feed } = watching();
    begin();
    send(0, 100);
    const messages = (await run<string | Uint8Array>(watchLive))[Symbol.asyncIterator]();
    await take(messages, 3);
    send(100, 9000);
    // All of it waits in the one bounded queue there is, or is lost.
    expect(feed.skippedFrames).toBeGreaterThan(60);
  });

  it('gives a sign of life where nothing comes, and says why where that is known', async () => {
    const { clock, run, source, begin, send, feed } = watching();
    source.status('offline', 'it went away');
    const messages = (await run<string | Uint8Array>(watchLive))[Symbol.asyncIterator]();
    const away = { type: 'waiting', status: 'offline', problem: 'it went away' };
    expect(kinds(await take(messages, 1))).toEqual([away]);
    const signs = take(messages, 2);
    await settle();
    for (let count = 0; count < 2; count++) await clock.advance(15_000);
    expect(kinds(await signs)).toEqual([away, away]);
    begin();
    send(0, 100);
    await take(messages, 3);
    const quiet = take(messages, 1);
    await settle();
    await clock.advance(30_000);
    expect(kinds(await quiet)).toEqual([{ type: 'waiting', status: 'online' }]);
    await messages.return?.();
    expect([feed.viewers, clock.pendingTimers]).toEqual([0, 0]);
  });
});
