import type { LoginTokens } from './accounts.ts';
import { RecorderApiError } from './recorder-api-error.ts';
import { Session } from './session.ts';

function world() {
  const asked: string[] = [];
  let nowMs = 0;
  let refreshes: 'work' | 'refused' | 'unavailable' = 'work';
  let count = 0;
  const tokens = (): LoginTokens => ({ accessToken: `access-${++count}`, refreshToken: `refresh-${count}`, expiresInSeconds: 7200 });
  const requests = {
    login: async (name: string): Promise<LoginTokens> => {
      asked.push(`login ${name}`);
      return tokens();
    },
    refresh: async (token: string): Promise<LoginTokens> => {
      asked.push(token);
      if (refreshes === 'refused') throw new RecorderApiError('NOT_LOGGED_IN', 'expired', { status: 401 });
      if (refreshes === 'unavailable') throw new RecorderApiError('DATABASE_BUSY', 'busy', { status: 503 });
      return tokens();
    },
  };
  return {
    asked,
    session: new Session({ name: 'ann', password: 'secret' }, requests, () => nowMs),
    pass: (ms: number) => {
      nowMs += ms;
    },
    refreshing: (how: typeof refreshes) => {
      refreshes = how;
    },
    requests,
  };
}

describe('a session', () => {
  it('logs in once for requests that come together, and keeps the token', async () => {
    const { session, asked } = world();
    expect(await Promise.all([session.token(), session.token()])).toEqual(['access-1', 'access-1']);
    expect(await session.token()).toBe('access-1');
    expect(asked).toEqual(['login ann']);
  });

  it('renews a token before it expires, without the password', async () => {
    const { session, asked, pass } = world();
    await session.token();
    pass(7_139_000);
    expect(await session.token()).toBe('access-1');
    pass(2000);
    expect(await session.token()).toBe('access-2');
    expect(asked).toEqual(['login ann', 'refresh-1']);
  });

  it('logs in again where the refresh token is not taken, and says so where the recorder is short of something', async () => {
    const { session, asked, refreshing } = world();
    refreshing('refused');
    expect(session.refused(await session.token())).toBe(true);
    expect(await session.token()).toBe('access-2');
    expect(asked).toEqual(['login ann', 'refresh-1', 'login ann']);
    refreshing('unavailable');
    session.refused('access-2');
    await expect(session.token()).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
  });

  it('keeps a new token when an old one is refused late', async () => {
    const { session, asked } = world();
    await session.token();
    session.refused('access-0');
    await session.token();
    expect(asked).toEqual(['login ann']);
  });

  it('has no other token than the one of a machine', async () => {
    const { requests, asked } = world();
    const session = new Session({ token: 'machine' }, requests);
    expect([await session.token(), session.refused('machine')]).toEqual(['machine', false]);
    expect(await new Session(undefined, requests).token()).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('lets go of who does not wait any more, and logs in for the others', async () => {
    const { requests } = world();
    let answer = (): void => undefined;
    const login = (): Promise<LoginTokens> =>
      new Promise((resolve) => {
        answer = () => resolve({ accessToken: 'late', refreshToken: 'r', expiresInSeconds: 60 });
      });
    const session = new Session({ name: 'ann', password: 'secret' }, { ...requests, login });
    const abort = new AbortController();
    const [gone, stays] = [session.token(abort.signal), session.token()];
    abort.abort(new Error('enough'));
    await expect(gone).rejects.toThrow('enough');
    answer();
    expect(await stays).toBe('late');
  });
});
