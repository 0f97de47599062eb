// A controller that follows a signal.
import { abortWith } from './abort-with.ts';

describe('abortWith', () => {
  it('aborts with the signal and for its reason', () => {
    const outer = new AbortController();
    const { controller } = abortWith(outer.signal);
    expect(controller.signal.aborted).toBe(false);
    outer.abort('shutdown');
    expect([controller.signal.aborted, controller.signal.reason]).toEqual([true, 'shutdown']);
  });

  it('is aborted at once where the signal is', () => {
    const { controller } = abortWith(AbortSignal.abort('shutdown'));
    expect([controller.signal.aborted, controller.signal.reason]).toEqual([true, 'shutdown']);
  });

  it('aborts alone, and keeps its own reason', () => {
    const outer = new AbortController();
    const { controller } = abortWith(outer.signal);
    controller.abort('failed');
    expect(outer.signal.aborted).toBe(false);
    outer.abort('shutdown');
    expect(controller.signal.reason).toBe('failed');
  });

  it('no longer follows once it is released', () => {
    const outer = new AbortController();
    const { controller, release } = abortWith(outer.signal);
    release();
    outer.abort('shutdown');
    expect(controller.signal.aborted).toBe(false);
  });
});
