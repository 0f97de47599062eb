// Looks for a recorder on this machine.
import { isRecorder, judgeToken } from './ask-recorder.ts';

/** What was found, or one sentence that says why not and what to do. */
export type FoundRecorder = { readonly url: string; readonly token: string } | { readonly problem: string };

/** How to look. */
export interface FindOptions {
  readonly token?: string | undefined;
  readonly signal?: AbortSignal;
  /** For tests; else where a recorder listens that nobody told otherwise. */
  readonly urls?: readonly string[];
}

const DEFAULT_URLS = ['http://127.0.0.1:8420', 'http://[::1]:8420'];
/** This machine answers at once or not at all. */
const WITHIN_MS = 2000;

/** Takes 4 s at most. Never rejects. */
export async function findRecorder({ token, signal = new AbortController().signal, urls = DEFAULT_URLS }: FindOptions = {}): Promise<FoundRecorder> {
  const answers = await Promise.all(urls.map((url) => isRecorder(url, signal, WITHIN_MS)));
  const url = urls.find((_, index) => answers[index]);
  if (url === undefined)
    return {
      problem: `nothing is configured and no Nightjar recorder answers on this machine (${urls[0]}): add a camera by its address, or set "url" and "token" of "recorder"`,
    };
  const make = 'make one with nightjar token create homebridge --role operator, as the user that runs the recorder, and set it as "token" of "recorder"';
  if (token === undefined) return { problem: `the Nightjar recorder on this machine (${url}) asks for a token: ${make}` };
  const verdict = await judgeToken(url, token, signal, WITHIN_MS);
  if (verdict === 'good') return { url, token };
  return {
    problem:
      verdict === 'refused'
        ? `the Nightjar recorder on this machine (${url}) refuses the token: ${make}`
        : `the Nightjar recorder on this machine (${url}) did not answer in time`,
  };
}
