// A delegate of live views with everything around it, in virtual time.
import { FakeClock } from '@nightjar/testkit';
import { LiveDelegate } from '../src/live/live-delegate.ts';
import { LoopbackViewer } from './loopback-viewer.ts';
import { MadeLive, madeContext, picture } from './made-live.ts';

/** A delegate of a camera that sends what the test says. */
export function liveViews(options: Parameters<typeof madeContext>[1] = {}) {
  const live = new MadeLive();
  const context = madeContext(live.recorder, options);
  const clock = new FakeClock();
  const stopped: string[] = [];
  const delegate = new LiveDelegate({ context, clock, controller: () => ({ forceStopStreamingSession: (id) => stopped.push(String(id)) }) });
  const viewers: LoopbackViewer[] = [];
  const view = async (wish: Parameters<LoopbackViewer['start']>[0] = {}): Promise<LoopbackViewer> => {
    const viewer = await LoopbackViewer.open(delegate);
    viewers.push(viewer);
    await viewer.prepare();
    await viewer.start(wish);
    return viewer;
  };
  /** Time goes by and the camera sends, a picture every 40 ms. */
  const run = async (from: number, count: number, shape: Parameters<typeof picture>[1] = {}): Promise<void> => {
    for (let index = from; index < from + count; index++) {
      live.reader('video').send(picture(index, shape));
      await clock.advance(40);
    }
  };
  const close = (): void => {
    delegate.dispose();
    for (const viewer of viewers) viewer.close();
  };
  return { live, context, clock, delegate, stopped, view, run, close, viewers };
}
