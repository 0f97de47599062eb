// Who may do what on the embedded broker.
import { mayBeAnswered, mayPublish, mayReceive, maySubscribe } from './broker-rules.ts';

describe('publishing', () => {
  it.each([
    ['recorder', 'a/b/camera/porch/motion', true],
    ['recorder', '$SYS/x', false],
    ['control', 'a/b/camera/porch/motion', false],
    ['control', 'a/b/camera/porch/armed/set', true],
    ['control', 'a/b/camera/porch/cmd/trigger', true],
    ['control', 'a/b/server/rec1/cmd/restart', true],
    ['control', 'a/b/site/armed/set', true],
    ['control', 'a/b/camera/porch/cmd/trigger/result', false],
    ['control', 'a/b/camera/porch/set', false],
    ['control', 'a/b/camera//armed/set', false],
    ['control', 'a/b/camera/porch//set', false],
    ['control', 'a/b/site//set', false],
    ['control', 'a/b/camera/+/armed/set', false],
    ['control', 'else/#', false],
    ['control', 'else/\u0000', false],
    ['control', 'a/b/other/porch/armed/set', false],
    ['control', 'a/b', false],
    ['control', 'a/bc', true],
    ['control', '$SYS/x', false],
    ['read', 'a/b/camera/porch/armed/set', false],
    ['read', 'else', false],
    ['anonymous', 'a/b/camera/porch/armed/set', false],
  ] as const)('as %s on %s: %s', (access, topic, isAllowed) => {
    expect(mayPublish({ access }, 'a/b', topic)).toBe(isAllowed);
  });
});

describe('being answered', () => {
  it.each([
    ['else/answers', true],
    ['a/b/camera/porch/cmd/trigger/result', true],
    ['a/b/camera/porch/armed/set', false],
    ['a/b', false],
    ['$SYS/x', false],
    ['else/+', false],
    ['else/\u0000', false],
    ['1/2/3/4/5/6/7/8/9', false],
  ])('on %j: %s', (topic, isSo) => {
    expect(mayBeAnswered({ access: 'control' }, 'a/b', topic, 8)).toBe(isSo);
  });

  it('happens where the one who asks may write', () => {
    const grant = { access: 'control', acl: { write: ['a/b/camera/porch/#', 'mine/+'] } } as const;
    const topics = ['mine/answers', 'a/b/camera/porch/cmd/trigger/result', 'a/b/camera/yard/cmd/trigger/result', 'lock/set'];
    expect(topics.map((topic) => mayBeAnswered(grant, 'a/b', topic, 20))).toEqual([true, true, false, false]);
    for (const topic of ['mine/answers', 'a/b/answers/flows/result']) expect(mayBeAnswered({ access: 'read' }, 'a/b', topic, 20)).toBe(false);
  });

  it('happens where answers are, whatever commands somebody may give', () => {
    const grant = { access: 'control', acl: { write: ['a/b/camera/porch/#'] } } as const;
    const topics = ['a/b/answers/flows/result', 'a/b/answers/flows', 'a/b/answersx/flows/result', 'answers/flows/result'];
    expect(topics.map((topic) => mayBeAnswered(grant, 'a/b', topic, 20))).toEqual([true, false, false, false]);
  });
});

describe('subscribing', () => {
  it.each([
    ['read', '#', true],
    ['read', '$SYS/#', false],
    ['anonymous', '#', false],
    ['anonymous', '+/b/#', false],
    ['anonymous', 'a/b/#', true],
  ] as const)('as %s to %s: %s', (access, filter, isAllowed) => {
    expect(maySubscribe({ access }, 'a/b', filter)).toBe(isAllowed);
  });
});

describe('an access list', () => {
  const grant = (access: 'control' | 'read') =>
    ({ access, acl: { read: ['a/camera/porch/#', 'home/+/state'], write: ['a/camera/porch/cmd/+', 'home/#'] } }) as const;

  it.each([
    ['a/camera/porch/cmd/trigger', true],
    ['a/camera/yard/cmd/trigger', false],
    ['a/camera/porch/motion', false],
    ['home/x', true],
    ['else', false],
  ])('lets write what it names and the access allows: %s %s', (topic, isAllowed) => {
    expect(mayPublish(grant('control'), 'a', topic)).toBe(isAllowed);
    expect(mayPublish(grant('read'), 'a', topic)).toBe(false);
  });

  it.each([
    ['a/camera/porch/motion', true, true],
    ['a/camera/yard/motion', false, false],
    ['home/x/state', true, true],
    ['home/x', false, false],
  ])('lets read what it names: %s %s', (topic, isAllowed) => {
    expect(mayReceive(grant('read'), 'a', topic)).toBe(isAllowed);
    expect(maySubscribe(grant('control'), 'a', topic)).toBe(isAllowed);
  });

  it('takes a wider filter, of which only a part will come, and none of which nothing can', () => {
    expect(['#', 'a/+/+/motion', 'home/#'].map((filter) => maySubscribe(grant('read'), 'a', filter))).toEqual([true, true, true]);
    expect(['$SYS/#', 'a/server/#', 'b/#'].map((filter) => maySubscribe(grant('read'), 'a', filter))).toEqual([false, false, false]);
  });

  it('that is empty lets nothing through', () => {
    const nothing = { access: 'control', acl: { read: [], write: [] } } as const;
    expect([maySubscribe(nothing, 'a', '#'), mayPublish(nothing, 'a', 'home')]).toEqual([false, false]);
  });
});
