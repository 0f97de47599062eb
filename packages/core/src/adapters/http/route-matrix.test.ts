// Every route × everybody who may come: not one wrong answer. The answers are worked out from a table that was written by hand.

import { request } from 'node:http';
import type { RecorderApi } from '@nightjar/client';
import { FakeAccountDesk, FakeRecorder, type InputSchema, sampleInput } from '@nightjar/testkit';
import { type HttpRecorder, httpRecorder } from '../../../test/http-recorder.ts';
import { type Expected, PERMISSION_TABLE } from '../../../test/permission-table.ts';
import type { Operation } from '../../api/operation.ts';
import { OPERATIONS } from '../../api/registry.ts';

const EVENT = 1;
const OTHER_EVENT = 2;
const SPAN = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
/** Some that are one's own do not help. */
const FOREIGN_RECORDINGS = [
  { events: [OTHER_EVENT] },
  { events: [EVENT, OTHER_EVENT] },
  { camera: 'elsewhere', ...SPAN },
  { camera: 'no-such-camera', ...SPAN },
  { events: [EVENT], camera: 'elsewhere' },
];

/** Stands for whatever `current` gives: operations change what they work with, so each request has its own. */
const latest = <T extends object>(current: () => T): T =>
  new Proxy({} as T, {
    get: (_target, name) => {
      const value: unknown = Reflect.get(current(), name);
      return typeof value === 'function' ? value.bind(current()) : value;
    },
  });

let recorder: FakeRecorder;
let accounts: FakeAccountDesk;
let server: HttpRecorder;

const fresh = (): void => {
  recorder = new FakeRecorder({ cameras: ['porch', 'elsewhere'] });
  recorder.jobs.areHeld = true;
  for (const camera of ['porch', 'elsewhere']) {
    const { id } = recorder.openEvent(camera);
    recorder.closeEvent(id);
    recorder.readyEvent(id);
    recorder.video(camera).sendFrames(3);
  }
  for (const event of [EVENT, OTHER_EVENT]) recorder.jobs.finish(recorder.jobs.create({ events: [event] }, 'ann').id);
  accounts = new FakeAccountDesk('porch');
};

beforeAll(async () => {
  fresh();
  server = await httpRecorder({ recorder: latest<RecorderApi>(() => recorder), accounts: latest(() => accounts) });
});
afterAll(() => server.close());
beforeEach(fresh);

interface Sent {
  readonly status: number;
  readonly text: string;
}

/** Sends a request and reads the beginning of its answer: some never end. */
const send = (operation: Operation, input: Record<string, unknown>, who: { readonly bearer?: string; readonly token?: string }): Promise<Sent> =>
  new Promise((resolve, reject) => {
    const rest = { ...input };
    const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => {
      const value = String(rest[name]);
      delete rest[name];
      return encodeURIComponent(value);
    });
    const isQuery = operation.method === 'GET' || operation.method === 'DELETE';
    const query = new URLSearchParams(isQuery ? (rest as Record<string, string>) : {});
    if (who.token !== undefined) query.set('token', who.token);
    const isSocket = operation.output.kind === 'socket';
    const outgoing = request(`${server.url}/api/v1${path}${query.size === 0 ? '' : `?${query}`}`, {
      method: operation.method,
      agent: false,
      headers: {
        ...(who.bearer === undefined ? {} : { authorization: `Bearer ${who.bearer}` }),
        ...(isQuery ? {} : { 'content-type': 'application/json' }),
        ...(isSocket ? { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' } : {}),
      },
    });
    outgoing.on('error', reject);
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, text: '' });
    });
    outgoing.on('response', (response) => {
      const isEndless = (operation.output.kind === 'pictures' || operation.output.kind === 'video') && response.statusCode === 200;
      let text = '';
      if (isEndless) response.destroy();
      else response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('close', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', () => undefined);
    });
    outgoing.end(isQuery ? undefined : JSON.stringify(rest));
  });

/** What the operation takes, about the camera `porch` or an event of it. */
const inputOf = (operation: Operation): Record<string, unknown> => {
  const input = sampleInput(operation.input as unknown as InputSchema) as Record<string, unknown>;
  if (operation.about === 'event' || operation.about === 'export') return { ...input, id: EVENT };
  if (operation.about === 'recordings') return { events: [EVENT] };
  // What a camera must have stands in the recorder's own check of settings.
  if (operation.id === 'createCamera') return { id: 'new', source: 'synthetic:quiet' };
  if (operation.path.startsWith('/users/{name}')) return { ...input, name: 'viewer' };
  return input;
};

const WHO = ['nobody', 'a wrong token', 'viewer', 'operator', 'admin', 'machine', 'limited', 'elsewhere', 'limited-operator', 'limited-admin'] as const;
type Who = (typeof WHO)[number];

/** What comes of it: let in, or the status of the refusal. */
function answerFor(expected: Expected, who: Who, operation: Operation): 'in' | 401 | 403 {
  // What is asked with a body carries its own credentials; only questions are refused for a token that is wrong.
  if (expected.who === 'everybody') return who === 'a wrong token' && operation.method === 'GET' ? 401 : 'in';
  if (who === 'nobody' || who === 'a wrong token') return 401;
  if (expected.who !== 'logins' && !expected.who.includes(ROLE[who])) return 403;
  if (expected.ofAll === true && LIMITED.includes(who)) return 403;
  return expected.ofCamera && who === 'elsewhere' ? 403 : 'in';
}

const ROLE = {
  viewer: 'viewer',
  operator: 'operator',
  admin: 'admin',
  machine: 'operator',
  limited: 'viewer',
  elsewhere: 'viewer',
  'limited-operator': 'operator',
  'limited-admin': 'admin',
} as const;
const LIMITED: readonly Who[] = ['limited', 'elsewhere', 'limited-operator', 'limited-admin'];

/** Those that say by themselves that the password or token in their body is wrong. */
const CREDENTIALS: readonly string[] = ['login', 'refreshLogin', 'changePassword'];
const SAYS_WHY = /LOGIN_FAILED|the token is not valid/;

const outcomeOf = ({ status }: Sent): 'in' | number => (status === 401 || status === 403 || status >= 500 ? status : 'in');

describe('the table of who may do what', () => {
  it('knows every operation', () => {
    expect(OPERATIONS.map(({ id }) => id).filter((id) => PERMISSION_TABLE[id] === undefined)).toEqual([]);
  });
});

describe.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('%s', (id, operation) => {
  const expected = PERMISSION_TABLE[id] ?? { who: [], ofCamera: false, media: false };

  it.each(WHO)('answers %s rightly', async (who) => {
    const bearer = who === 'nobody' ? {} : { bearer: who === 'a wrong token' ? 'wrong' : who };
    const sent = await send(operation, inputOf(operation), bearer);
    if (CREDENTIALS.includes(id) && answerFor(expected, who, operation) === 'in')
      expect([sent.status, sent.text]).toEqual([401, expect.stringMatching(SAYS_WHY)]);
    else expect([who, outcomeOf(sent), sent.text.slice(0, 200)]).toEqual([who, answerFor(expected, who, operation), sent.text.slice(0, 200)]);
  });

  it('takes a media token exactly where it should', async () => {
    const mediaToken = async (cameraId: string, operations: readonly string[]): Promise<string> =>
      (await accounts.mediaToken(await accounts.identify('viewer'), { cameraId, operations })).token;
    const right = await mediaToken('porch', [id]);
    const cases = {
      'for it': right,
      'for another camera': await mediaToken('elsewhere', [id]),
      'for another operation': await mediaToken('porch', [id === 'getSnapshot' ? 'getLiveMjpeg' : 'getSnapshot']),
      'that is a login': 'viewer',
    };
    const found: Record<string, unknown> = {};
    for (const [what, token] of Object.entries(cases)) found[what] = outcomeOf(await send(operation, inputOf(operation), { token }));
    const isOpen = expected.who === 'everybody' && operation.method !== 'GET';
    if (expected.media) expect(found).toEqual({ 'for it': 'in', 'for another camera': 403, 'for another operation': 403, 'that is a login': 401 });
    else if (isOpen) expect(new Set(Object.values(found)).size).toBe(1);
    else expect(found).toEqual({ 'for it': 401, 'for another camera': 401, 'for another operation': 401, 'that is a login': 401 });
    // Where a login belongs, a media token is none.
    if (!expected.media && expected.who !== 'everybody') expect((await send(operation, inputOf(operation), { bearer: right })).status).toBe(403);
  });

  if (expected.ofCamera)
    it('tells whoever is limited to some cameras nothing of others, there or not', async () => {
      const role = answerFor(expected, 'limited', operation);
      const own = inputOf(operation);
      const input = operation.about === 'camera' ? { ...own, id: 'elsewhere' } : { ...own, id: OTHER_EVENT };
      for (const foreign of operation.about === 'recordings' ? FOREIGN_RECORDINGS : [input])
        expect((await send(operation, foreign, { bearer: 'limited' })).status).toBe(403);
      if (!('id' in input)) return;
      const foreign = await send(operation, input, { bearer: 'limited' });
      const unknown = { ...input, id: operation.about === 'camera' ? 'no-such-camera' : 999 };
      const missing = await send(operation, unknown, { bearer: 'limited' });
      expect([missing.status, missing.text.replace('no-such-camera', 'elsewhere')]).toEqual([403, foreign.text]);
      if (role === 'in') expect((await send(operation, unknown, { bearer: 'viewer' })).status).toBe(404);
    });

  if (operation.output.kind === 'json' && operation.method === 'GET' && expected.who !== 'everybody' && id !== 'getMe')
    it('shows whoever is limited to another camera nothing of this one', async () => {
      const { text } = await send(operation, inputOf(operation), { bearer: 'elsewhere' });
      expect(text).not.toMatch(/"(id|cameraId)":"porch"/);
    });
});
