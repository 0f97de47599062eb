// Viewers of one camera in a process of their own: most read everything and look for gaps, some read a few kilobytes a second.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { Fmp4Reader } from '@nightjar/media';
import { WebSocket } from 'ws';

/** Who watches what. */
export interface ViewersRequest {
  /** `ws://…/cameras/{id}/live`. */
  readonly url: string;
  readonly token: string;
  readonly viewers: number;
  readonly slow: number;
  /** What a slow one reads. */
  readonly slowBytesPerSecond: number;
}

/** What they saw. */
export interface ViewersReport {
  /** Of all ordinary viewers. */
  readonly frames: number;
  /** Fragments that do not begin where the one before ended. */
  readonly gaps: number;
  /** Frames that ordinary viewers were told they missed. */
  readonly skipped: number;
  readonly bytes: number;
  readonly slowBytes: number;
  /** Connections that were refused or closed. */
  readonly closed: number;
}

/** Viewers that watch. */
export interface Viewers {
  report(): Promise<ViewersReport>;
  stop(): Promise<void>;
}

/** Starts them. Resolves once each of them has got its first frame. */
export async function startViewers(request: ViewersRequest): Promise<Viewers> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const gone = once(child, 'exit');
  const answer = async (message: unknown): Promise<ViewersReport> => {
    child.send(message as object);
    const [report] = (await Promise.race([once(child, 'message'), gone.then(() => Promise.reject(new Error('the viewers ended')))])) as [ViewersReport];
    return report;
  };
  await answer(request);
  return {
    report: () => answer('report'),
    stop: async () => {
      child.kill();
      await gone;
    },
  };
}

interface Seen {
  frames: number;
  gaps: number;
  skipped: number;
  bytes: number;
  isClosed: boolean;
}

function watch({ url, token }: ViewersRequest, onFirst: () => void): Seen {
  const seen: Seen = { frames: 0, gaps: 0, skipped: 0, bytes: 0, isClosed: false };
  const socket = new WebSocket(url, ['nightjar', `bearer.${token}`], { perMessageDeflate: false });
  const reader = new Fmp4Reader();
  let endTicks: number | undefined;
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!isBinary) {
      const text = JSON.parse(String(data)) as { type: string; frames?: number };
      if (text.type === 'skipped') seen.skipped += text.frames ?? 0;
      return;
    }
    seen.bytes += data.length;
    for (const item of reader.push(data)) {
      if (item.type === 'init') continue;
      for (const { dts, duration } of item.samples) {
        if (endTicks !== undefined && dts !== endTicks) seen.gaps += 1;
        endTicks = dts + duration;
        if (seen.frames++ === 0) onFirst();
      }
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => (seen.isClosed = true));
  return seen;
}

/** A reader that is slow where it counts: at the socket. What it reads it does not look at. */
function watchSlowly({ url, token, slowBytesPerSecond }: ViewersRequest): Seen {
  const seen: Seen = { frames: 0, gaps: 0, skipped: 0, bytes: 0, isClosed: false };
  const { hostname, port, pathname } = new URL(url);
  const socket: Socket = connect({ host: hostname, port: Number(port) });
  const headers = [`GET ${pathname} HTTP/1.1`, `Host: ${hostname}:${port}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  socket.write([...headers, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Authorization: Bearer ${token}`, '', ''].join('\r\n'));
  socket.pause();
  setInterval(() => {
    const part = (socket.read(slowBytesPerSecond) ?? socket.read()) as Buffer | null;
    seen.bytes += part?.length ?? 0;
  }, 1000);
  socket.on('readable', () => undefined);
  socket.on('error', () => undefined);
  socket.on('close', () => (seen.isClosed = true));
  return seen;
}

async function serve(): Promise<void> {
  const [request] = (await once(process, 'message')) as [ViewersRequest];
  const ordinary: Seen[] = [];
  await Promise.all(Array.from({ length: request.viewers - request.slow }, () => new Promise<void>((resolve) => ordinary.push(watch(request, resolve)))));
  const slow = Array.from({ length: request.slow }, () => watchSlowly(request));
  const report = (): ViewersReport => {
    const sum = (of: readonly Seen[], key: 'frames' | 'gaps' | 'skipped' | 'bytes'): number => of.reduce((total, seen) => total + seen[key], 0);
    return {
      frames: sum(ordinary, 'frames'),
      gaps: sum(ordinary, 'gaps'),
      skipped: sum(ordinary, 'skipped'),
      bytes: sum(ordinary, 'bytes'),
      slowBytes: sum(slow, 'bytes'),
      closed: [...ordinary, ...slow].filter(({ isClosed }) => isClosed).length,
    };
  };
  process.on('message', () => process.send?.(report()));
  process.once('disconnect', () => process.exit());
  process.on('SIGINT', () => {});
  process.send?.(report());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve();
