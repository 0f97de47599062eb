// When a cron expression comes next, in this machine's time zone.
import { Cron } from 'croner';

/** Minute, hour, day of the month, month, day of the week; a sixth part would be seconds, which is what scripts are for. */
const PARTS = 5;

/** Why that is no cron expression that ever comes, in a few words; `undefined` where it is one. */
export function cronFault(cron: string): string | undefined {
  const parts = cron.trim().split(/\s+/).length;
  if (parts !== PARTS) return `an expression of ${parts} parts`;
  try {
    return new Cron(cron).nextRun() === null ? 'an expression that never comes' : undefined;
  } catch (error) {
    return `an expression that cannot be read (${error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error)})`;
  }
}

/**
 * The first time after a moment, in milliseconds since 1970; `undefined` where it never comes again. What a change of the clocks leaves out comes the
 * moment they are changed. In an hour that comes twice one time of the day comes once, a list of them or a step as often as the clock shows it.
 */
export const nextCronTime = (cron: string, afterMs: number): number | undefined => new Cron(cron).nextRun(new Date(afterMs))?.getTime();
