// Homebridge's log, kept to be looked at.
import type { Log } from '../src/recorder/child-log.ts';

/** Lines of Homebridge's log. */
export class KeptLog implements Log {
  readonly lines: string[] = [];

  debug(message: string): void {
    this.lines.push(`debug ${message}`);
  }

  info(message: string): void {
    this.lines.push(`info ${message}`);
  }

  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }

  error(message: string): void {
    this.lines.push(`error ${message}`);
  }

  /** Without what only those see who debug. */
  get told(): readonly string[] {
    return this.lines.filter((line) => !line.startsWith('debug '));
  }
}
