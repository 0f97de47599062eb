// Progress on standard error: a bar for people who watch, now and then a line where nobody does.
import type { Clock } from '../ports/clock.ts';
import type { CommandIo } from './command.ts';

/** What is shown. */
export interface ProgressOptions {
  readonly io: Pick<CommandIo, 'stderr' | 'isTty'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** What is being done: `porch.mp4`. */
  readonly label: string;
  /** What `done` counts up to; absent: unknown, no bar. */
  readonly total?: number;
  /** Unit of `done`, as in `120 s`. */
  readonly unit?: string;
}

/** Something is under way. */
export interface Progress {
  /** Says how far it is. Cheap; call it as often as you like. */
  update(done: number): void;
  /** Takes the bar away. Nothing is shown afterwards. */
  end(): void;
}

/** What is over before that shows nothing. */
const PATIENCE_MS = 1000;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5000;
const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\u001b[K';

/** Begins to watch something. */
export function startProgress({ io, clock, label, total, unit = '' }: ProgressOptions): Progress {
  const started = clock.monotonic();
  let shownAt: number | undefined;
  let isDrawn = false;
  let ended = false;
  const text = (done: number, elapsedMs: number): string => {
    const count = `${round(done)}${total === undefined ? '' : `/${round(total)}`}${unit === '' ? '' : ` ${unit}`}`;
    if (total === undefined || total <= 0) return `${label}: ${count}, ${duration(elapsedMs)}`;
    const share = Math.min(1, Math.max(0, done / total));
    const left = share > 0 ? `, ${duration((elapsedMs / share) * (1 - share))} left` : '';
    const bar = io.isTty ? `[${'#'.repeat(Math.floor(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '.')}] ` : '';
    return `${label}: ${bar}${Math.floor(share * 100)}% ${count}${left}`;
  };
  return {
    update: (done) => {
      const now = clock.monotonic();
      const pause = io.isTty ? REDRAW_MS : PLAIN_LINE_MS;
      if (ended || now - started < PATIENCE_MS || (shownAt !== undefined && now - shownAt < pause)) return;
      shownAt = now;
      isDrawn = io.isTty;
      io.stderr.write(io.isTty ? `${CLEAR_LINE}${text(done, now - started)}` : `${text(done, now - started)}\n`);
    },
    end: () => {
      if (!ended && isDrawn) io.stderr.write(CLEAR_LINE);
      ended = true;
    },
  };
}

const round = (value: number): string => String(Math.round(value * 10) / 10);

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
