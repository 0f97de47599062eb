// Standard input: all of it for scripts, or a line that a person types without seeing it.
import { StringDecoder } from 'node:string_decoder';
import { RecorderError } from '../errors/recorder-error.ts';
import type { CommandInput, TextSink } from './command.ts';

/** What is used of `process.stdin`. */
export interface InputStream extends AsyncIterable<unknown> {
  readonly isTTY?: boolean;
  setRawMode?(mode: boolean): unknown;
  on(event: 'data' | 'end' | 'close' | 'error', listener: (chunk: Buffer) => void): unknown;
  off(event: 'data' | 'end' | 'close' | 'error', listener: (chunk: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

const [CTRL_C, CTRL_D, CTRL_U, BACKSPACE, DELETE] = ['\u0003', '\u0004', '\u0015', '\b', '\u007f'];
/** What cursor keys send. */
const ESCAPE_SEQUENCE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z~]`, 'g');

/** The real `CommandInput`. */
export class TerminalInput implements CommandInput {
  readonly #process: { readonly stdin: InputStream };
  readonly #prompt: TextSink;
  readonly #decoder = new StringDecoder('utf8');
  /** Typed or pasted beyond the line that was asked for. */
  #ahead = '';

  /** @param process - Standard input is opened only when somebody reads it: commands that do not must end without it. */
  constructor(process: { readonly stdin: InputStream }, prompt: TextSink) {
    this.#process = process;
    this.#prompt = prompt;
  }

  get isTty(): boolean {
    return this.#process.stdin.isTTY === true;
  }

  async readAll(maxBytes: number): Promise<string> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.#process.stdin) {
      const bytes = Buffer.from(chunk as Uint8Array);
      length += bytes.length;
      if (length > maxBytes) throw new RecorderError('USAGE', `standard input is longer than ${maxBytes} bytes`);
      chunks.push(bytes);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  async askHidden(question: string, signal: AbortSignal): Promise<string> {
    const { stdin } = this.#process;
    // First, so that nothing shows of what is typed the moment the question is there.
    stdin.setRawMode?.(true);
    this.#prompt.write(question);
    try {
      return await this.#readLine(stdin, signal);
    } finally {
      stdin.setRawMode?.(false);
      stdin.pause();
      this.#prompt.write('\n');
    }
  }

  async ended(signal: AbortSignal): Promise<void> {
    const { stdin } = this.#process;
    await new Promise<void>((resolve) => {
      const end = (): void => resolve();
      // A pipe whose other end died, a terminal that was closed: each has its own way to say so.
      for (const event of ['end', 'close', 'error'] as const) stdin.on(event, end);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      else stdin.resume();
    });
    stdin.pause();
  }

  #readLine(stdin: InputStream, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      let line: readonly string[] = [];
      const end = (settle: () => void): void => {
        stdin.off('data', onData);
        stdin.off('end', onLeave);
        signal.removeEventListener('abort', onLeave);
        settle();
      };
      const onLeave = (): void => end(() => reject(new RecorderError('USAGE', 'nothing was entered')));
      const take = (text: string): void => {
        const typed = [...text.replace(ESCAPE_SEQUENCE, '')];
        for (const [index, key] of typed.entries()) {
          if (key === '\r' || key === '\n' || (key === CTRL_D && line.length > 0)) {
            this.#ahead = typed.slice(index + 1).join('');
            return end(() => resolve(line.join('')));
          }
          if (key === CTRL_C || key === CTRL_D) return onLeave();
          line = edited(line, key);
        }
      };
      const onData = (chunk: Buffer): void => take(this.#decoder.write(chunk));
      stdin.on('data', onData);
      stdin.on('end', onLeave);
      signal.addEventListener('abort', onLeave, { once: true });
      if (signal.aborted) return onLeave();
      const ahead = this.#ahead;
      this.#ahead = '';
      if (ahead !== '') take(ahead);
      stdin.resume();
    });
  }
}

function edited(line: readonly string[], key: string): readonly string[] {
  if (key === CTRL_U) return [];
  if (key === BACKSPACE || key === DELETE) return line.slice(0, -1);
  return key < ' ' ? line : [...line, key];
}
