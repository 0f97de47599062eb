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

it.each(['null', '[]', '{', '7', '{"name":7,"server":{},"zones":"x","caps":[]}'])('is not harmed by %s', (text) => {
  expect(boardWith({ 'camera/porch/info': text }).cameras).toMatchObject([{ id: 'porch', name: 'porch', availability: 'offline', zones: [] }]);
});
