// Who may log in to the embedded broker.
import { scryptSync } from 'node:crypto';
import type { ScryptHash } from './broker-messages.ts';
import { hashPassword, LoginBook } from './login-book.ts';

const hashKey = '00'.repeat(32);
const salt = Buffer.from('a salt of any kind').toString('base64');
const scrypted = (password: string): ScryptHash => {
  const hash = scryptSync(password, Buffer.from(salt, 'base64'), 32, { N: 2 ** 10, r: 8, p: 1 }).toString('base64');
  return { ln: 10, r: 8, p: 1, salt, hash };
};
const plain = { username: 'ha', access: 'control', hash: hashPassword(hashKey, 'right') } as const;
const slow = { username: 'wall', access: 'read', hash: scrypted('caf\u00e9') } as const;
const bytes = (text: string) => Buffer.from(text);

describe('the login book', () => {
  it('knows who has the right password, plain or as scrypt, however it is typed', async () => {
    const book = new LoginBook(hashKey, [plain, slow]);
    expect(await book.userOf('ha', bytes('right'))).toBe(plain);
    expect(await book.userOf('ha', bytes('wrong'))).toBeUndefined();
    expect(await book.userOf('wall', bytes('cafe\u0301'))).toBe(slow);
    expect(await book.userOf('wall', bytes('caf\u00e9'))).toBe(slow);
    expect(await book.userOf('wall', bytes('cafe'))).toBeUndefined();
    expect(await book.userOf('other', bytes('right'))).toBeUndefined();
  });

  it('sends away who would wait behind many others, but not whose password was right before', async () => {
    const book = new LoginBook(hashKey, [slow]);
    expect(await book.userOf('wall', bytes('caf\u00e9'))).toBe(slow);
    const answers = Promise.all(Array.from({ length: 20 }, () => book.userOf('other', bytes('guess'))));
    expect(await book.userOf('wall', bytes('caf\u00e9'))).toBe(slow);
    expect((await answers).filter((answer) => answer === 'busy')).toHaveLength(4);
  });

  it('forgets a password that was changed, and nobody else’s', async () => {
    const book = new LoginBook(hashKey, [plain, slow]);
    await book.userOf('wall', bytes('caf\u00e9'));
    book.setUsers([{ ...slow, hash: scrypted('new') }]);
    expect(await book.userOf('wall', bytes('caf\u00e9'))).toBeUndefined();
    expect(await book.userOf('wall', bytes('new'))).toMatchObject({ username: 'wall' });
    expect(await book.userOf('ha', bytes('right'))).toBeUndefined();
  });
});
