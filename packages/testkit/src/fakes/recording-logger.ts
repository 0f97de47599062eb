// A logger that keeps its lines, so that tests can ask what was said and what was not.
import type { LogFields, Logger } from '@nightjar/core';

/** How loud a line is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line that was logged; fields of parents included. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** A `Logger` that remembers. Children write into the same list. */
export class RecordingLogger implements Logger {
  readonly #lines: LogLine[];
  readonly #fields: LogFields;

  constructor(lines: LogLine[] = [], fields: LogFields = {}) {
    this.#lines = lines;
    this.#fields = fields;
  }

  /** Every line so far, in order. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  debug(message: string, fields?: LogFields): void {
    this.#add('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#add('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#add('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#add('error', message, fields);
  }

  child(fields: LogFields): RecordingLogger {
    return new RecordingLogger(this.#lines, { ...this.#fields, ...fields });
  }

  /** Lines of a level (absent: any) whose message matches. */
  find(pattern: string | RegExp, level?: LogLevel): readonly LogLine[] {
    const matches = (message: string): boolean => (typeof pattern === 'string' ? message.includes(pattern) : pattern.test(message));
    return this.#lines.filter((line) => (level === undefined || line.level === level) && matches(line.message));
  }

  /** @returns The first matching line. @throws Error where there is none, with everything that was said instead. */
  expectLine(pattern: string | RegExp, level?: LogLevel): LogLine {
    const line = this.find(pattern, level)[0];
    if (line === undefined) throw new Error(`no ${level ?? 'log'} line matches ${String(pattern)}; there was:\n${this.print()}`);
    return line;
  }

  /** @throws Error where a line matches. */
  expectNoLine(pattern: string | RegExp, level?: LogLevel): void {
    const found = this.find(pattern, level);
    if (found.length > 0) throw new Error(`${found.length} ${level ?? 'log'} line(s) match ${String(pattern)}:\n${print(found)}`);
  }

  /** All lines as text, fields included: what to search for secrets. */
  print(): string {
    return print(this.#lines);
  }

  #add(level: LogLevel, message: string, fields: LogFields = {}): void {
    this.#lines.push({ level, message, fields: { ...this.#fields, ...fields } });
  }
}

const print = (lines: readonly LogLine[]): string => lines.map((line) => `${line.level} ${line.message} ${printFields(line.fields)}`).join('\n');

const printFields = (fields: LogFields): string =>
  JSON.stringify(fields, (_key, value: unknown) =>
    value instanceof Error ? `${value.name}: ${value.message}` : typeof value === 'bigint' ? String(value) : value,
  );
