import { monotonicMs } from '../model/time.ts';
import { startProgress } from './progress.ts';

function setUp(isTty: boolean, total?: number) {
  const written: string[] = [];
  let now = 0;
  const progress = startProgress({
    io: { stderr: { write: (text) => written.push(text) }, isTty },
    clock: { monotonic: () => monotonicMs(now) },
    label: 'porch.mp4',
    unit: 's',
    ...(total === undefined ? {} : { total }),
  });
  return { written, progress, at: (ms: number) => void (now = ms) };
}

describe('progress', () => {
  it('shows nothing of what is over soon', () => {
    const { written, progress, at } = setUp(true, 10);
    for (const ms of [10, 500, 999]) {
      at(ms);
      progress.update(ms / 100);
    }
    progress.end();
    expect(written).toEqual([]);
  });

  it('draws one line on a terminal, at most ten times a second, and takes it away', () => {
    const { written, progress, at } = setUp(true, 100);
    for (let ms = 0; ms <= 2000; ms += 10) {
      at(ms);
      progress.update(ms / 40);
    }
    expect(written.length).toBe(11);
    expect(written[0]).toBe('\r\u001b[Kporch.mp4: [######..................] 25% 25/100 s, 3 s left');
    progress.end();
    expect(written.at(-1)).toBe('\r\u001b[K');
    progress.update(100);
    expect(written.length).toBe(12);
  });

  it('writes a line every few seconds where nobody watches', () => {
    const { written, progress, at } = setUp(false, 7200);
    for (let ms = 0; ms <= 12_000; ms += 100) {
      at(ms);
      progress.update(ms / 1000);
    }
    progress.end();
    expect(written).toEqual([
      'porch.mp4: 0% 1/7200 s, 1 h 59 min left\n',
      'porch.mp4: 0% 6/7200 s, 1 h 59 min left\n',
      'porch.mp4: 0% 11/7200 s, 1 h 59 min left\n',
    ]);
  });

  it('counts where the end is not known', () => {
    const { written, progress, at } = setUp(false);
    at(65_000);
    progress.update(12.34);
    expect(written).toEqual(['porch.mp4: 12.3 s, 1 min 5 s\n']);
  });
});
