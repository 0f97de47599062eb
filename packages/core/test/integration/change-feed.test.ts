// The change feed over real WebSockets: who hears what, going on after a break, and logins that end.
import type { ChangeBody, ChangeReading } from '@nightjar/client';
import { FakeClock, FakeRecorder, waitUntil } from '@nightjar/testkit';
import { watchChanges } from '../../src/api/operations/changes.ts';
import { ChangeFeed } from '../../src/events/change-feed.ts';
import { type HttpRecorder, httpRecorder } from '../http-recorder.ts';

interface Message {
  readonly type: string;
  readonly seq: number;
  readonly data?: { readonly cameraId?: string };
  readonly error?: { readonly code: string };
}

/** A fake recorder with the real feed. */
class FeedRecorder extends FakeRecorder {
  readonly clock = new FakeClock();
  feed = new ChangeFeed(this.clock, { changes: 20, characters: 100_000 });

  override changes(options?: ChangeReading): ReturnType<FakeRecorder['changes']> {
    return this.feed.subscribe(options);
  }
}

const about = (cameraId: string): ChangeBody => ({ type: 'event.deleted', data: { id: 1, cameraId } });

describe('the change feed over WebSocket', () => {
  let recorder: FeedRecorder;
  let server: HttpRecorder;
  let sockets: WebSocket[];
  beforeEach(async () => {
    recorder = new FeedRecorder({ cameras: ['porch', 'yard'] });
    server = await httpRecorder({ recorder, operations: [watchChanges] });
    sockets = [];
  });
  afterEach(async () => {
    for (const socket of sockets) socket.close();
    await server.close();
  });

  const open = (who: string, since?: number) => {
    const query = since === undefined ? '' : `?since=${since}`;
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/changes${query}`, ['nightjar', `bearer.${who}`]);
    sockets.push(socket);
    const messages: Message[] = [];
    const state = { closed: undefined as number | undefined };
    socket.addEventListener('message', ({ data }) => messages.push(JSON.parse(String(data)) as Message));
    socket.addEventListener('close', ({ code }) => {
      state.closed = code;
    });
    const has = (count: number): Promise<void> => waitUntil(() => messages.length >= count);
    return { socket, messages, state, has };
  };

  it('tells each account of its cameras, in order and numbered', async () => {
    const [all, limited] = [open('admin'), open('limited')];
    await Promise.all([all.has(1), limited.has(1)]);
    for (const camera of ['yard', 'porch', 'yard', 'porch']) recorder.feed.publish(about(camera));
    recorder.feed.publish({ type: 'alert.raised', data: { id: 'x', level: 'error', text: 'x', since: '' } });
    await Promise.all([all.has(6), limited.has(3)]);
    const begin = all.messages[0]?.seq ?? 0;
    expect(all.messages.map(({ type, seq }) => `${type} ${seq - begin}`)).toEqual([
      'heartbeat 0',
      'event.deleted 1',
      'event.deleted 2',
      'event.deleted 3',
      'event.deleted 4',
      'alert.raised 5',
    ]);
    expect(limited.messages.map(({ type, seq, data }) => `${type} ${seq - begin} ${data?.cameraId ?? ''}`)).toEqual([
      'heartbeat 0 ',
      'event.deleted 2 porch',
      'event.deleted 4 porch',
    ]);
  });

  it('goes on after a connection broke, and asks to reload after a restart of the recorder', async () => {
    const first = open('admin');
    await first.has(1);
    recorder.feed.publish(about('porch'));
    await first.has(2);
    first.socket.close();
    recorder.feed.publish(about('yard'));
    const since = first.messages.at(-1)?.seq ?? 0;
    const second = open('admin', since);
    await second.has(2);
    expect(second.messages.map(({ type, seq }) => [type, seq - since])).toEqual([
      ['heartbeat', 0],
      ['event.deleted', 1],
    ]);
    await recorder.clock.advance(1000);
    recorder.feed = new ChangeFeed(recorder.clock);
    const third = open('admin', since);
    await third.has(2);
    expect(third.messages.map(({ type }) => type)).toEqual(['reload', 'heartbeat']);
    expect(third.messages[0]?.seq).toBeGreaterThan(since + 1);
  });

  it('takes no token of a medium, nobody, and no number that is none', async () => {
    const { token } = await server.accounts.mediaToken(await server.accounts.identify('viewer'), { cameraId: 'porch', operations: ['watchChanges'] });
    for (const socket of [open(token), open('nobody'), open('admin', -1), open('admin', 1.5)]) {
      await waitUntil(() => socket.state.closed !== undefined);
      expect(socket.messages).toEqual([]);
    }
  });

  it('ends soon after the login was revoked', async () => {
    const reader = open('machine');
    await reader.has(1);
    await server.accounts.revoke(await server.accounts.identify('machine'), {});
    await waitUntil(() => reader.state.closed !== undefined);
    expect(reader.messages.at(-1)).toMatchObject({ type: 'error', error: { code: 'NOT_LOGGED_IN' } });
    expect(reader.state.closed).toBe(1008);
  });
});
