import type { ChangeBody } from '@nightjar/client';
import { FAKE_CLOCK_START_MS, FakeClock, settle } from '@nightjar/testkit';
import { ChangeFeed } from '../events/change-feed.ts';
import { type Principal, ROLES } from '../model/permission.ts';
import { changeMessages } from './change-messages.ts';

const ADMIN: Principal = { name: 'root', permissions: ROLES.admin, cameras: null };
const START = FAKE_CLOCK_START_MS * 1000;
const about = (cameraId: string): ChangeBody => ({ type: 'event.deleted', data: { id: 1, cameraId } });

interface Message {
  readonly type: string;
  readonly seq: number;
  readonly reason?: string;
}

/** A socket that reads when it is told to. */
function open({ principal = ADMIN, since, feed: given }: { principal?: Principal; since?: number; feed?: ChangeFeed } = {}) {
  const clock = new FakeClock();
  const feed = given ?? new ChangeFeed(clock, { changes: 5, characters: 10_000 });
  const abort = new AbortController();
  const messages = changeMessages({
    recorder: { changes: (options) => feed.subscribe(options) },
    principal,
    signal: abort.signal,
    ...(since === undefined ? {} : { since }),
  });
  const read = async (): Promise<string> => {
    const { value, done } = await messages.next();
    if (done === true) return 'end';
    const { type, seq } = JSON.parse(value as string) as Message;
    return `${type} ${seq - START}`;
  };
  return { clock, feed, abort, messages, read };
}

describe('the messages of the change feed', () => {
  it('say at once where they begin, then what happens', async () => {
    const { feed, read } = open();
    feed.publish(about('porch'));
    expect(await read()).toBe('heartbeat 1');
    feed.publish(about('porch'));
    expect(await read()).toBe('event.deleted 2');
  });

  it('are changes as they are', async () => {
    const { feed, messages } = open();
    await messages.next();
    const change = feed.publish(about('porch'));
    expect(JSON.parse((await messages.next()).value as string)).toEqual(change);
  });

  it('go on after a number that is remembered', async () => {
    const { feed } = open();
    for (let count = 0; count < 4; count++) feed.publish(about('porch'));
    const { read } = open({ feed, since: START + 2 });
    expect([await read(), await read(), await read()]).toEqual(['heartbeat 2', 'event.deleted 3', 'event.deleted 4']);
  });

  it.each([
    ['is forgotten', 1],
    ['is to come', 99],
  ])('ask to reload where the number %s, and go on from now', async (_, since) => {
    const { feed } = open();
    for (let count = 0; count < 20; count++) feed.publish(about('porch'));
    const { read } = open({ feed, since: START + since });
    expect(await read()).toBe('reload 20');
    feed.publish(about('porch'));
    expect([await read(), await read()]).toEqual(['heartbeat 20', 'event.deleted 21']);
  });

  it('ask to reload where the reader was too slow, and keep nothing for it meanwhile', async () => {
    const { feed, read } = open();
    await read();
    for (let count = 0; count < 20; count++) feed.publish(about('porch'));
    expect(await read()).toBe('reload 20');
    feed.publish(about('porch'));
    expect([await read(), await read()]).toEqual(['heartbeat 20', 'event.deleted 21']);
  });

  it('have a heartbeat every 15 s, with the number up to which everything was sent', async () => {
    const { clock, feed, read } = open();
    expect(await read()).toBe('heartbeat 0');
    const next = read();
    await settle();
    await clock.advance(15_000);
    expect(await next).toBe('heartbeat 0');
    // The heartbeat overtakes a change that waits, and does not say that it was sent.
    feed.publish(about('porch'));
    await clock.advance(15_000);
    expect([await read(), await read()]).toEqual(['heartbeat 0', 'event.deleted 1']);
  });

  it('leave out what somebody may not see, also from the number to go on after', async () => {
    const { clock, feed, read } = open({ principal: { ...ADMIN, cameras: ['yard'] } });
    await read();
    feed.publish(about('porch'));
    feed.publish(about('yard'));
    expect(await read()).toBe('event.deleted 2');
    feed.publish(about('porch'));
    const next = read();
    await settle();
    await clock.advance(15_000);
    expect(await next).toBe('heartbeat 3');
  });

  it('end when nobody listens any more, with everything that belonged to them', async () => {
    const { clock, abort, messages, read } = open();
    await read();
    const last = read();
    await settle();
    abort.abort();
    expect(await last).toBe('end');
    expect(clock.pendingTimers).toBe(0);
    const other = open();
    await other.read();
    await other.messages.return();
    expect(other.clock.pendingTimers).toBe(0);
    expect((await messages.next()).done).toBe(true);
  });

  it('end with the reason where the recorder cannot tell', async () => {
    const next = (): Promise<never> => Promise.reject(new Error('the recorder is gone'));
    const changes = (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next }) });
    const failing = changeMessages({ recorder: { changes }, principal: ADMIN, signal: new AbortController().signal });
    await expect(failing.next()).rejects.toThrow('the recorder is gone');
  });
});
