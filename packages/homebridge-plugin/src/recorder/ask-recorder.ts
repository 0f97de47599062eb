// Single questions to a recorder, before there is a client for it.

/** What a recorder thinks of a token. `nobody`: nothing answers there, or not like a recorder. */
export type TokenVerdict = 'good' | 'refused' | 'nobody';

const ANSWER_MS = 5000;

async function ask(url: string, path: string, token: string | undefined, signal: AbortSignal, withinMs: number): Promise<Response> {
  return fetch(`${url}/api/v1${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
    redirect: 'error',
  });
}

/** Whether a token is taken. Never rejects. */
export async function judgeToken(url: string, token: string, signal: AbortSignal, withinMs: number = ANSWER_MS): Promise<TokenVerdict> {
  try {
    const { status } = await ask(url, '/auth/me', token, signal, withinMs);
    return status === 200 ? 'good' : status === 401 || status === 403 ? 'refused' : 'nobody';
  } catch {
    return 'nobody';
  }
}

/** Whether a Nightjar recorder answers there. Never rejects. */
export async function isRecorder(url: string, signal: AbortSignal, withinMs: number = ANSWER_MS): Promise<boolean> {
  try {
    const response = await ask(url, '/health', undefined, signal, withinMs);
    const { status } = (await response.json()) as { readonly status?: unknown };
    return status === 'ok' || status === 'degraded' || status === 'failing';
  } catch {
    return false;
  }
}
