// What a process writes, as lines.
import { stripVTControlCharacters } from 'node:util';

/** Lines without their colours; the last one is kept back until it ends. */
export class LineLog {
  #lines: string[] = [];
  #unfinished = '';

  /** Oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The last 30, for the message of a test that fails. */
  get end(): string {
    return `the log ends with\n${this.#lines.slice(-30).join('\n')}`;
  }

  take(text: string): void {
    const lines = `${this.#unfinished}${stripVTControlCharacters(text)}`.split('\n');
    this.#unfinished = lines.pop() ?? '';
    this.#lines.push(...lines);
  }

  clear(): void {
    this.#lines = [];
    this.#unfinished = '';
  }
}
