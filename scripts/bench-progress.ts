// Progress of the benchmark on standard error: one line that is redrawn for people who watch, a line a contestant otherwise.

/** Something that shows how far it is. */
export interface BenchProgress {
  /** A contestant begins. */
  begin(name: string): void;
  /** So many seconds of video have been sent to it. */
  update(seconds: number): void;
  /** The contestant is done, or the benchmark is. */
  end(): void;
}

const CLEAR_LINE = '\r\u001b[K';

/** Begins to show `contestants` runs of `seconds` each. */
export function showProgress(output: NodeJS.WriteStream, contestants: number, seconds: number): BenchProgress {
  let at = 0;
  let name = '';
  const left = (done: number): string => {
    const rest = Math.max(0, Math.ceil((contestants - at + 1) * seconds - done));
    return rest < 60 ? `${rest} s left` : `${Math.floor(rest / 60)} min ${rest % 60} s left`;
  };
  const line = (done: number): string =>
    `[${at}/${contestants}] ${name}: ${Math.min(seconds, Math.round(done))} of ${Math.round(seconds)} s, ${left(done)} in all`;
  return {
    begin: (next) => {
      at += 1;
      name = next;
      output.write(output.isTTY ? `${CLEAR_LINE}${line(0)}` : `${line(0)}\n`);
    },
    update: (done) => {
      if (output.isTTY) output.write(`${CLEAR_LINE}${line(done)}`);
    },
    end: () => {
      if (output.isTTY) output.write(CLEAR_LINE);
    },
  };
}
