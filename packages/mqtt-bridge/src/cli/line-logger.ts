// Log lines of the bridge that runs alone: readable, or JSON with the recorder's words.
import type { BridgeLogger, LogFields } from '../logger.ts';

/** What is worth a line. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
/** One of them. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How lines are written. */
export interface LineLoggerOptions {
  readonly level: LogLevel;
  readonly json: boolean;
  /** Texts that never appear; the second net, since nobody logs them. */
  readonly secrets: readonly string[];
  write(line: string): unknown;
  /** Default: the clock. */
  now?(): Date;
}

/** Writes one line for each message. */
export function lineLogger({ level, json, secrets, write, now = () => new Date() }: LineLoggerOptions): BridgeLogger {
  const hidden = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  const clean = (text: string): string => hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  const log =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(own) < LOG_LEVELS.indexOf(level)) return;
      const time = now().toISOString();
      const line = json
        ? JSON.stringify({ level: own, time, ...fields, message })
        : [
            time,
            own.padEnd(5),
            message,
            ...Object.entries(fields).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
          ].join(' ');
      write(`${clean(line.replace(/\s*\n\s*/g, ' '))}\n`);
    };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
