// Passwords are kept so that a stolen database does not give them away, and so that hashing them does not take the machine.
import { RecorderError } from '../errors/recorder-error.ts';
import { PasswordHasher, SCRYPT_COST } from './password-hasher.ts';

const cheap = { ln: 4, r: 1, p: 1 };

describe('a password', () => {
  it('is known again by its hash, and by nothing else', async () => {
    const hasher = new PasswordHasher(cheap);
    const [one, two] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^\$scrypt\$ln=4,r=1,p=1\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+$/);
    expect(await hasher.verify('correct horse', one)).toBe(true);
    for (const wrong of ['correct hors', 'Correct horse', '', 'correct horse ']) expect(await hasher.verify(wrong, one)).toBe(false);
    expect(await hasher.verify('correct horse', undefined)).toBe(false);
  });

  it('is the same however a keyboard writes its letters', async () => {
    const hasher = new PasswordHasher(cheap);
    expect(await hasher.verify('Äpfel'.normalize('NFD'), await hasher.hash('Äpfel'.normalize('NFC')))).toBe(true);
  });

  it('is hashed anew when today’s cost is another', async () => {
    const [old, today] = [new PasswordHasher(cheap), new PasswordHasher({ ...cheap, ln: 5 })];
    const stored = await old.hash('correct horse');
    expect([old.isOutdated(stored), today.isOutdated(stored)]).toEqual([false, true]);
    expect(await today.verify('correct horse', stored)).toBe(true);
  });

  it.each([
    '',
    'plain',
    '$scrypt$ln=30,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA==$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo',
    '$scrypt$ln=0,r=1,p=1$c2FsdHNhbHRzYWx0c2FsdA==$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo',
  ])('is not known by %j, which is no hash that is taken', async (stored) => {
    expect(await new PasswordHasher(cheap).verify('x', stored)).toBe(false);
  });

  it('costs as much where the account does not exist', async () => {
    const hasher = new PasswordHasher();
    const stored = await hasher.hash('correct horse');
    const time = async (hash: string | undefined): Promise<number> => {
      const startMs = performance.now();
      await hasher.verify('wrong', hash);
      return performance.now() - startMs;
    };
    let [known, unknown] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    // The best of several, and a generous factor: other programs use the processor too.
    for (let round = 0; round < 5; round += 1) [known, unknown] = [Math.min(known, await time(stored)), Math.min(unknown, await time(undefined))];
    expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(3);
    expect(128 * 2 ** SCRYPT_COST.ln * SCRYPT_COST.r).toBe(16 * 1024 * 1024);
  });

  it('is hashed in a bounded queue; who comes later is told when to come again', async () => {
    const hasher = new PasswordHasher(cheap);
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => hasher.hash('x')));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [RecorderError.of(outcome.reason)] : []));
    expect(refused).toHaveLength(66);
    expect(refused[0]).toMatchObject({ code: 'TOO_MANY_REQUESTS', context: { retryAfterSeconds: 5 } });
    expect(await hasher.verify('x', await hasher.hash('x'))).toBe(true);
  });
});
