// Who may do what on the embedded broker.
import { accessOf, hashPassword, mayPublish, maySubscribe } from './broker-rules.ts';

const hashKey = '00'.repeat(32);
const users = [{ username: 'ha', access: 'control', hash: hashPassword(hashKey, 'right') }] as const;

describe('logging in', () => {
  it('takes the right name with the right password', () => {
    const setup = { hashKey, users, anonymous: 'refuse' } as const;
    expect(accessOf(setup, 'ha', Buffer.from('right'))).toBe('control');
    expect(accessOf(setup, 'ha', Buffer.from('wrong'))).toBeUndefined();
    expect(accessOf(setup, 'ha', undefined)).toBeUndefined();
    expect(accessOf(setup, 'other', Buffer.from('right'))).toBeUndefined();
    expect(accessOf(setup, undefined, undefined)).toBeUndefined();
  });

  it('without a name is reading where that is allowed; a wrong password is never anonymous', () => {
    const setup = { hashKey, users, anonymous: 'read' } as const;
    expect(accessOf(setup, undefined, undefined)).toBe('anonymous');
    expect(accessOf(setup, 'ha', Buffer.from('wrong'))).toBeUndefined();
  });
});

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
    ['control', 'a/b/other/porch/armed/set', false],
    ['control', 'a/b', false],
    ['control', 'a/bc', true],
    ['control', '$SYS/x', false],
    ['read', 'a/b/camera/porch/armed/set', false],
    ['read', 'else', false],
    ['anonymous', 'a/b/camera/porch/armed/set', false],
  ] as const)('as %s on %s: %s', (access, topic, isAllowed) => {
    expect(mayPublish(access, 'a/b', topic)).toBe(isAllowed);
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
    expect(maySubscribe(access, 'a/b', filter)).toBe(isAllowed);
  });
});
