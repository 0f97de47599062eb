import type { MediaFile, TimeSpan } from '@nightjar/client';
import { FakeClock, FakeRecorder } from '@nightjar/testkit';
import { momentOf, RecordedEvents, soundTrack } from '../../../test/recorded-events.ts';
import { type Principal, ROLES } from '../../model/permission.ts';
import { Playback } from '../../streams/playback.ts';
import type { AccountDesk } from '../account-desk.ts';
import type { Operation } from '../operation.ts';
import { OperationRunner } from '../run-operation.ts';
import { getEventVideo, getPlayback, getTimeline } from './playback.ts';

const viewer: Principal = { name: 'ann', permissions: ROLES.viewer, cameras: ['porch'] };

/** A recorder with one event whose playback is the real one, and which writes down how it was asked. */
class PlayingRecorder extends FakeRecorder {
  readonly asked: unknown[] = [];
  readonly #playback: Playback;

  constructor({ events, gaps, videos }: RecordedEvents) {
    super({ cameras: ['porch', 'yard'], firstEventId: 1 });
    this.openEvent('porch');
    this.#playback = new Playback({ events, gaps, videos, clock: new FakeClock(), find: (id) => events.get(id), rootOf: () => '/events' });
  }

  override eventVideo(id: number, options?: object): Promise<MediaFile> {
    this.asked.push(options);
    return this.#playback.eventVideo(id, options);
  }

  override playback(cameraId: string, span: TimeSpan, options?: object): Promise<MediaFile> {
    this.asked.push(options);
    return this.#playback.playback(cameraId, span, options);
  }

  override timeline(cameraId: string, span: TimeSpan) {
    return this.#playback.timeline(cameraId, span);
  }
}

async function run(operation: Operation, input: Readonly<Record<string, unknown>>, { principal = viewer, isContinued = false } = {}) {
  const recorded = new RecordedEvents();
  await recorded.add({ id: 1, from: 0, to: 30, sound: soundTrack });
  const recorder = new PlayingRecorder(recorded);
  const answer = new OperationRunner({ checksOutput: true }).run(operation, {
    principal,
    recorder,
    accounts: { refused: () => undefined } as unknown as AccountDesk,
    peer: { address: '192.0.2.1' },
    isContinued,
    signal: new AbortController().signal,
    input,
  });
  return { recorder, answer: answer as Promise<MediaFile> };
}

const span = { id: 'porch', from: momentOf(0), to: momentOf(20) };

describe('playback operations', () => {
  it('give files, and say who reads and whether it goes on', async () => {
    const event = await run(getEventVideo, { id: '1' });
    expect((await event.answer).contentType).toBe('video/mp4');
    expect(event.recorder.asked).toEqual([{ reader: 'ann@192.0.2.1', isContinued: false }]);
    const playback = await run(getPlayback, span, { isContinued: true });
    expect((await playback.answer).start).toBe(momentOf(0));
    expect(playback.recorder.asked).toEqual([{ reader: 'ann@192.0.2.1', isContinued: true }]);
  });

  it('answer a timeline as they promise', async () => {
    const { answer } = await run(getTimeline, span);
    expect(await answer).toMatchObject({ spans: [{ from: momentOf(0), to: momentOf(20), mediaSeconds: 0 }], events: [{ id: 1 }] });
  });

  it.each([
    { ...span, from: momentOf(20), to: momentOf(0) },
    { ...span, to: 'soon' },
    { id: 'porch', from: momentOf(0) },
    { ...span, to: "'; drop table events; --" },
    { ...span, quality: 'high' },
  ])('refuse %j in one sentence', async (input) => {
    for (const operation of [getPlayback, getTimeline]) await expect((await run(operation, input)).answer).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('refuse other cameras, and who may not see events', async () => {
    for (const operation of [getPlayback, getTimeline]) {
      await expect((await run(operation, { ...span, id: 'yard' })).answer).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      const principal: Principal = { ...viewer, permissions: { ...ROLES.viewer, events: 'none' } };
      await expect((await run(operation, span, { principal })).answer).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
    await expect((await run(getEventVideo, { id: '../1' })).answer).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect((await run(getEventVideo, { id: '2' }, { principal: { ...viewer, cameras: null } })).answer).rejects.toMatchObject({
      code: 'EVENT_NOT_FOUND',
    });
  });
});
