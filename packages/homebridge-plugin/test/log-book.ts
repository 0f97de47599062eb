// Homebridge's log, kept.
import type { Logging } from 'homebridge';

/** A log and its lines, each as `level: text`. */
export function logBook(): { readonly log: Logging; readonly lines: string[] } {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (text: string): void => {
      lines.push(`${level}: ${text}`);
    };
  const log = Object.assign(at('info'), {
    prefix: 'Nightjar',
    info: at('info'),
    success: at('success'),
    warn: at('warn'),
    error: at('error'),
    debug: at('debug'),
    log: (level: string, text: string) => at(level)(text),
  });
  return { log: log as unknown as Logging, lines };
}
