// Tokens that stand in addresses: for one camera, a few operations and a short time.
import type { RecorderHttp } from '../site/recorder-http.ts';

/** What a token is for. */
export interface MediaTokenWish {
  readonly cameraId: string;
  readonly operations: readonly string[];
  /** Default: as long as the recorder thinks fit. */
  readonly expiresInSeconds?: number;
}

/** @throws RecorderProblem */
export async function mediaToken(
  api: RecorderHttp,
  body: MediaTokenWish,
  signal: AbortSignal,
): Promise<{ readonly token: string /** ISO 8601. */; readonly expires: string }> {
  const answer = await api.json<{ readonly token?: unknown; readonly expiresAt?: unknown }>({ method: 'POST', path: '/media-tokens', body, signal });
  if (typeof answer?.token !== 'string' || typeof answer.expiresAt !== 'string') throw api.noRecorder('sent no token');
  return { token: answer.token, expires: answer.expiresAt };
}
