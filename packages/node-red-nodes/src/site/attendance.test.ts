// Whether those are there that a node is for.
import { type Attendance, attendanceAt } from './attendance.ts';
import { SiteBoard } from './site-board.ts';

const boardWith = (topics: Readonly<Record<string, string>>): SiteBoard => {
  const board = new SiteBoard();
  for (const [topic, text] of Object.entries(topics)) board.take(topic, { payload: Buffer.from(text) });
  return board;
};
const REC1 = { 'server/rec1/info': '{}', 'server/rec1/state': 'online' };
const REC2 = { 'server/rec2/info': '{}', 'server/rec2/state': 'online' };
const PORCH = { 'camera/porch/info': '{"server":"rec1"}', 'camera/porch/availability': 'online' };
const YARD = { 'camera/yard/info': '{"server":"rec2"}', 'camera/yard/availability': 'online' };
const SITE = { ...REC1, ...REC2, ...PORCH, ...YARD };

it.each<[string, Readonly<Record<string, string>>, readonly string[], Attendance]>([
  ['nobody is below the base topic', {}, [], 'noRecorder'],
  ['a recorder is there', SITE, [], 'there'],
  ['no recorder is there any more', { ...REC1, 'server/rec1/state': 'offline' }, [], 'recorderOffline'],
  ['one of two recorders is lost', { ...SITE, 'server/rec1/state': 'offline' }, [], 'there'],
  ['the recorder of the camera is lost', { ...SITE, 'server/rec1/state': 'offline' }, ['porch'], 'recorderOffline'],
  ['another recorder is lost', { ...SITE, 'server/rec2/state': 'offline' }, ['porch'], 'there'],
  ['one of two cameras is at no recorder', SITE, ['porch', 'garage'], 'noCamera'],
  ['the camera is not received', { ...SITE, 'camera/porch/availability': 'offline' }, ['porch'], 'cameraOffline'],
  ['one of two cameras is not received', { ...SITE, 'camera/porch/availability': 'offline' }, ['porch', 'yard'], 'there'],
  ['the camera is switched off', { ...SITE, 'camera/porch/availability': 'disabled' }, ['porch'], 'cameraDisabled'],
  ['one of two cameras is switched off', { ...SITE, 'camera/porch/availability': 'disabled' }, ['porch', 'yard'], 'there'],
  [
    'one camera is not received and the other one switched off',
    { ...SITE, 'camera/porch/availability': 'offline', 'camera/yard/availability': 'disabled' },
    ['porch', 'yard'],
    'cameraOffline',
  ],
  [
    'one camera is not received and the recorder of the other one lost',
    { ...SITE, 'camera/porch/availability': 'offline', 'server/rec2/state': 'offline' },
    ['porch', 'yard'],
    'cameraOffline',
  ],
  ['recorders may not be heard of', PORCH, ['porch'], 'there'],
  ['recorders may not be heard of, and the camera is not received', { ...PORCH, 'camera/porch/availability': 'offline' }, ['porch'], 'cameraOffline'],
  ['a camera says nothing of itself', { ...REC1, 'camera/porch/info': '{"server":"rec1"}' }, ['porch'], 'there'],
])('where %s', (_what, topics, cameras, expected) => {
  expect(attendanceAt(boardWith(topics), true, cameras)).toBe(expected);
});

it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['recorder', {}, []],
  ['camera', REC1, ['porch']],
])('says of no %s that it is missing while the broker may still tell of it', (_kind, topics, cameras) => {
  expect(attendanceAt(boardWith(topics), false, cameras)).toBe('unknown');
});

it('is quickly known at the largest site: every node asks whenever somebody comes or goes', () => {
  const topics: Record<string, string> = { 'server/rec/info': '{}', 'server/rec/state': 'online' };
  const leaves = ['armed', 'detection', 'record', 'privacy', 'enabled'].map((property) => `${property}/state`);
  for (let at = 0; at < 1024; at += 1) {
    topics[`camera/c${at}/info`] = '{"server":"rec"}';
    for (const leaf of ['availability', ...leaves]) topics[`camera/c${at}/${leaf}`] = 'online';
  }
  const board = boardWith(topics);
  const fromMs = performance.now();
  for (let at = 0; at < 2000; at += 1) attendanceAt(board, true, ['c7']);
  // Some milliseconds; where all that is kept is gone through each time, seconds.
  expect(performance.now() - fromMs).toBeLessThan(1000);
});
