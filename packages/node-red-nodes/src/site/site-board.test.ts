// What is known of recorders and cameras.
import { SiteBoard } from './site-board.ts';

const boardWith = (topics: Readonly<Record<string, string>>): SiteBoard => {
  const board = new SiteBoard();
  for (const [topic, text] of Object.entries(topics)) board.take(topic, { payload: Buffer.from(text) });
  return board;
};
const PORCH = { 'camera/porch/info': '{"name":"Porch","server":"rec1"}', 'camera/porch/availability': 'online', 'server/rec1/info': '{"api":"http://nvr:1"}' };

it.each([
  ['online', 'online', 'online'],
  ['offline', 'online', 'offline'],
  ['online', 'offline', 'offline'],
  ['online', 'disabled', 'disabled'],
])('with a recorder that is %s and a camera that says %s the camera is %s', (state, says, is) => {
  expect(boardWith({ ...PORCH, 'server/rec1/state': state, 'camera/porch/availability': says }).camera('porch')?.availability).toBe(is);
});

it('knows nothing of what was removed', () => {
  const board = boardWith(PORCH);
  board.take('camera/porch/info', { payload: Buffer.alloc(0) });
  expect(board.cameras).toEqual([]);
});

it('knows who there is in order, whoever comes and goes', () => {
  const board = boardWith({ 'camera/yard/info': '{}', 'camera/porch/info': '{}', 'camera/porch/info/state': 'x', 'server/rec1/info': '{}' });
  expect([board.ids('camera'), board.ids('server')]).toEqual([['porch', 'yard'], ['rec1']]);
  board.take('camera/attic/info', { payload: Buffer.from('{') });
  board.take('camera/porch/info', { payload: Buffer.alloc(0) });
  board.take('camera/yard/info', { payload: Buffer.from('{"name":"Yard"}') });
  expect(board.cameras.map(({ id, name }) => [id, name])).toEqual([
    ['attic', 'attic'],
    ['yard', 'Yard'],
  ]);
  board.clear();
  expect([board.ids('camera'), board.ids('server'), board.camera('yard')]).toEqual([[], [], undefined]);
});

it('drops what does not come again after a connection, and tells of it', () => {
  const board = boardWith(PORCH);
  const gone: string[] = [];
  board.onChange((topic, text) => void (text === undefined && gone.push(topic)));
  board.expectAll();
  board.take('server/rec1/info', { payload: Buffer.from('{}') });
  board.dropUnconfirmed();
  expect(gone).toEqual(['camera/porch/info', 'camera/porch/availability']);
  expect(board.servers.map(({ id }) => id)).toEqual(['rec1']);
});

it('keeps what a recorder had that says nothing at all on a new connection, and takes it for lost', () => {
  const board = boardWith({ ...PORCH, 'server/rec1/state': 'online', 'server/rec2/info': '{}', 'server/rec2/state': 'online' });
  board.expectAll();
  board.take('server/rec2/state', { payload: Buffer.from('online') });
  board.dropUnconfirmed();
  expect(board.servers.map(({ id, isOnline }) => [id, isOnline])).toEqual([['rec1', false]]);
  expect([board.camera('porch')?.availability, board.awaits]).toEqual(['offline', true]);
  // It comes back without the camera.
  for (const [topic, text] of [
    ['server/rec1/info', '{}'],
    ['server/rec1/state', 'online'],
  ] as const)
    board.take(topic, { payload: Buffer.from(text) });
  board.dropUnconfirmed();
  expect([board.servers.map(({ isOnline }) => isOnline), board.cameras, board.awaits]).toEqual([[true], [], false]);
});

it('tells what was said on this connection from what was said on the one before', () => {
  const board = boardWith({ ...PORCH, 'server/rec1/state': 'online' });
  expect(board.isConfirmed('server/rec1/state')).toBe(true);
  board.expectAll();
  expect([board.isConfirmed('server/rec1/state'), board.text('server/rec1/state')]).toEqual([false, 'online']);
  board.take('server/rec1/state', { payload: Buffer.from('online') });
  expect(board.isConfirmed('server/rec1/state')).toBe(true);
  expect(board.isConfirmed('server/rec2/state')).toBe(false);
});

it.each(['null', '[]', '{', '7', '{"name":7,"server":{},"zones":"x","caps":[]}'])('is not harmed by %s', (text) => {
  expect(boardWith({ 'camera/porch/info': text }).cameras).toMatchObject([{ id: 'porch', name: 'porch', availability: 'offline', zones: [] }]);
});

describe('where somebody publishes without end', () => {
  const info = Buffer.from('{"name":"Fake"}');

  it.each(['camera', 'server'])('keeps as many as a house may have of kind %s, and still what is known', (kind) => {
    const board = boardWith(PORCH);
    let kept = 0;
    for (let count = 0; count < 5000; count++) if (board.take(`${kind}/fake${count}/info`, { payload: info })) kept += 1;
    expect(kept).toBe(kind === 'camera' ? 1023 : 63);
    expect(board.take('camera/porch/armed/state', { payload: Buffer.from('ON') })).toBe(true);
    board.take(`${kind}/fake0/info`, { payload: Buffer.alloc(0) });
    expect(board.take(`${kind}/other/info`, { payload: info })).toBe(true);
  });

  it('keeps a camera as it was where what comes is too long', () => {
    const board = boardWith(PORCH);
    expect(board.take('camera/porch/info', { payload: Buffer.alloc(5_000_000, ' ') })).toBe(false);
    expect(board.camera('porch')?.name).toBe('Porch');
  });

  it('keeps 16 MiB in all, and 64 topics of one camera', () => {
    const board = new SiteBoard();
    const long = { payload: Buffer.alloc(65_536, 'x') };
    let kept = 0;
    for (let camera = 0; camera < 100; camera++) for (let topic = 0; topic < 100; topic++) if (board.take(`camera/c${camera}/p${topic}/state`, long)) kept += 1;
    expect(kept).toBe(256);
    board.clear();
    for (let topic = 0; topic < 100; topic++) if (board.take(`camera/c/p${topic}/state`, { payload: info })) kept += 1;
    expect(kept).toBe(256 + 64);
  });

  it.each(['camera//info', 'camera/ä/info', `camera/${'x'.repeat(65)}/info`, 'other/porch/info'])('passes over %s', (topic) => {
    expect(new SiteBoard().take(topic, { payload: info })).toBe(false);
  });

  it('takes no id for something of its own', () => {
    const board = boardWith({ 'camera/__proto__/info': '{"name":"x","server":"constructor"}' });
    expect(board.camera('__proto__')).toMatchObject({ name: 'x', availability: 'offline' });
    expect(board.camera('constructor')).toBeUndefined();
  });
});

it.each([
  ['http://nvr:8420', 'http://nvr:8420'],
  ['https://nvr.example/nightjar/', 'https://nvr.example/nightjar'],
  ['http://me:pass-word@nvr:8420/?token=x', 'http://nvr:8420'],
  ['javascript:alert(1)', ''],
  ['file:///etc/passwd', ''],
  ['nvr:8420', ''],
  ['http://', ''],
])('a recorder that says its API is at %s is asked at "%s"', (said, asked) => {
  expect(boardWith({ 'server/rec1/info': JSON.stringify({ api: said }) }).server('rec1')?.api).toBe(asked);
});
