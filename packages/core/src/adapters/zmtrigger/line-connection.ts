// One client: its bytes become lines, as fast as lines are taken; it is told status lines as long as it reads them.
import type { Socket } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import type { LineTaker } from '../../ports/trigger-lines.ts';
import { LineSplitter } from '../../util/line-splitter.ts';
import type { RateLimiter } from '../../util/rate-limiter.ts';

/** What has no end is a line when nothing more comes for so long: cameras and scripts often send none. */
const IDLE_MS = 200;
/** Who has not read so many bytes of status lines has stopped reading. */
const MOST_UNREAD = 64 * 1024;
/** Until the token must have come. */
const TOKEN_WITHIN_MS = 10_000;

/** What a connection works with. */
export interface LineConnectionOptions {
  readonly socket: Socket;
  readonly clock: Clock;
  readonly taker: LineTaker;
  readonly from: string;
  readonly mostBytes: number;
  /** Its own rate, and that of all. */
  readonly rates: readonly RateLimiter[];
  /** Whether the first line is what it must be; absent: any line may come first. */
  readonly passes?: (line: Uint8Array) => boolean;
  /** A sentence for the log. */
  onTold(what: string): void;
  onEnd(): void;
}

/** Reads one client until it goes. */
export class LineConnection {
  readonly #options: LineConnectionOptions;
  readonly #splitter: LineSplitter;
  #isAdmitted: boolean;
  #isWaiting = false;
  #isOver = false;
  /** The client sends no more. */
  #hasEnded = false;
  #tooLong = 0;
  /** Rates that have taken the next line already. */
  #paid = 0;
  #cancelIdle: () => void = () => undefined;
  #cancelWait: () => void = () => undefined;
  #cancelToken: () => void = () => undefined;

  constructor(options: LineConnectionOptions) {
    this.#options = options;
    const { socket, clock, passes } = options;
    this.#splitter = new LineSplitter(options.mostBytes);
    this.#isAdmitted = passes === undefined;
    if (passes !== undefined) this.#cancelToken = clock.after(TOKEN_WITHIN_MS, () => this.#refuse(`no token came within ${TOKEN_WITHIN_MS / 1000} s`));
    socket.on('data', (chunk: Buffer) => {
      this.#cancelIdle();
      this.#splitter.push(chunk);
      this.#pump();
    });
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#pump();
    });
    socket.resume();
  }

  /** Tells it something, unless it has to say who it is first. */
  say(text: string): void {
    const { socket } = this.#options;
    if (!this.#isAdmitted || this.#isOver || !socket.writable) return;
    socket.write(text);
    if (socket.writableLength > MOST_UNREAD) this.#refuse(`it has not read ${MOST_UNREAD / 1024} KiB of status lines`);
  }

  /** The socket is closed, or is to be: nothing of it counts any more. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelIdle();
    this.#cancelWait();
    this.#cancelToken();
    this.#options.onEnd();
  }

  #pump(): void {
    const { socket } = this.#options;
    while (!this.#isOver && !this.#isWaiting) {
      if (!this.#mayTake()) break;
      const line = this.#splitter.next();
      this.#tellTooLong();
      if (line === undefined) {
        this.#rest();
        break;
      }
      this.#take(line);
    }
    if (this.#isWaiting) socket.pause();
    else if (!this.#isOver) socket.resume();
  }

  /** Every whole line is taken: what is left is one when nothing more comes. */
  #rest(): void {
    const { clock, socket } = this.#options;
    if (this.#hasEnded) {
      this.#flush();
      if (!this.#isOver) socket.end();
    } else if (this.#splitter.isWithin) this.#cancelIdle = clock.after(IDLE_MS, () => this.#flush());
  }

  #flush(): void {
    const line = this.#splitter.flush();
    if (line !== undefined) this.#take(line);
  }

  #take(line: Uint8Array): void {
    const { taker, from, passes } = this.#options;
    // Empty lines cost nothing.
    if (line.length > 0) this.#paid = 0;
    if (!this.#isAdmitted) {
      if (passes?.(line) === false) return this.#refuse('its token is wrong');
      this.#isAdmitted = true;
      this.#cancelToken();
      return;
    }
    if (line.length === 0) return;
    const busy = taker.take(line, from);
    if (busy === undefined) return;
    this.#isWaiting = true;
    void busy.finally(() => this.#goOn());
  }

  /** Pays for the next line, or waits until it can. */
  #mayTake(): boolean {
    const { clock, rates } = this.#options;
    for (const rate of rates.slice(this.#paid)) {
      const waitMs = rate.take(clock.monotonic());
      if (waitMs > 0) {
        this.#isWaiting = true;
        this.#cancelWait = clock.after(waitMs, () => this.#goOn());
        return false;
      }
      this.#paid += 1;
    }
    return true;
  }

  #goOn(): void {
    this.#isWaiting = false;
    this.#pump();
  }

  #tellTooLong(): void {
    const { tooLong } = this.#splitter;
    if (tooLong > this.#tooLong) this.#options.onTold(`a line of more than ${this.#options.mostBytes} bytes was left out`);
    this.#tooLong = tooLong;
  }

  #refuse(why: string): void {
    this.#options.onTold(`a client was sent away: ${why}`);
    this.#options.socket.destroy();
    this.end();
  }
}
