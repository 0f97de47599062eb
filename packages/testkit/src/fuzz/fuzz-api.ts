// Sends requests nobody should have to fear, and says which were answered wrongly: with a failure of the server, or not at all.
import { connect } from 'node:net';
import { seededRandom } from '../scenes/random.ts';
import { type ApiDescription, diceOf, type FuzzRequest, fuzzRequest } from './fuzz-request.ts';

/** Who is asked, and how long. */
export interface FuzzOptions {
  /** Of a plain HTTP server: `http://127.0.0.1:8420`. */
  readonly url: string;
  readonly description: ApiDescription;
  /** A good token at any time: some requests end logins. */
  token(): Promise<string>;
  readonly seed: number;
  readonly count: number;
  /** Requests under way at a time; default 8. */
  readonly lanes?: number;
  /** Operations that are never asked for. */
  readonly without?: readonly string[];
  progress?(done: number): void;
}

/** What came of it. */
export interface FuzzReport {
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that were answered wrongly. */
  readonly failures: readonly (FuzzRequest & { readonly index: number; readonly answer: string })[];
}

/** Within this a server answers, or it hangs. */
const ANSWER_WITHIN_MS = 20_000;
const BEGINNING = 4096;
const ENDLESS =
  /^transfer-encoding: chunked\r$[\s\S]*?^content-type: (?:video|multipart)\/|^content-type: (?:video|multipart)\/[\s\S]*?^transfer-encoding: chunked\r$/im;

/** Sends `count` requests. The same seed sends the same ones. */
export async function fuzzApi(options: FuzzOptions): Promise<FuzzReport> {
  const { description, seed, count, lanes = 8, without = [], progress } = options;
  const statuses: Record<string, number> = {};
  const failures: (FuzzRequest & { index: number; answer: string })[] = [];
  const dice = diceOf(seededRandom(seed));
  const paths = Object.fromEntries(
    Object.entries(description.paths).map(([path, methods]) => [
      path,
      Object.fromEntries(Object.entries(methods).filter(([, { operationId }]) => !without.includes(operationId))),
    ]),
  );
  let token = await options.token();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      const request = fuzzRequest({ paths }, token, dice);
      const answer = await send(options.url, request);
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 'none';
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 'none' || Number(status) >= 500) failures.push({ ...request, index, answer: answer.slice(0, 600) });
      if (status === '401' && request.headers['authorization'] === `Bearer ${token}`) token = await options.token();
      progress?.(index + 1);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { statuses, failures };
}

/** Sends the bytes of a request and gives the beginning of what comes back; `''`: nothing did. */
const send = (url: string, { method, path, headers, body }: FuzzRequest): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(done, ANSWER_WITHIN_MS);
    socket.setEncoding('latin1');
    socket.on('data', (part) => {
      answer += String(part);
      // A 100 is not the answer yet; of a video without end the beginning is enough.
      const head = /^HTTP\/1\.1 [2-5]\d\d [\s\S]*?\r\n\r\n/.exec(answer)?.[0];
      if (head !== undefined && (method === 'HEAD' || answer.length > BEGINNING || ENDLESS.test(head))) done();
      else if (/^HTTP\/1\.1 101 /.test(answer)) done();
    });
    socket.on('close', done).on('error', done);
    const bytes = Buffer.from(body);
    const isUpgrade = headers['upgrade'] !== undefined;
    const lines = Object.entries({
      host: 'localhost',
      ...(isUpgrade ? {} : { connection: 'close' }),
      ...headers,
      ...(bytes.length === 0 ? {} : { 'content-length': String(bytes.length) }),
    });
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    socket.write(bytes);
  });
