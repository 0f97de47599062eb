// What every `GapStore` and every `AreaStore` does.

import type { AreaStore, Gap, GapStore } from '@nightjar/core';
import { wallMs } from '@nightjar/core';

/** An empty store under test. */
export interface StoreUnderTest<Store> {
  readonly store: Store;
  close(): Promise<void>;
}

const gap = (fromMs: number, toMs: number, changes: Partial<Gap> = {}): Gap => ({
  cameraId: 'porch',
  fromMs: wallMs(fromMs),
  toMs: wallMs(toMs),
  reason: 'camera-offline',
  lostFrames: 0,
  ...changes,
});

/** Declares the suite of gap stores; call it inside a test file. */
export function describeGapStore(name: string, open: () => Promise<StoreUnderTest<GapStore>>): void {
  describe(`${name} keeps the gap store contract`, () => {
    it('lists the gaps of a camera that overlap a span, oldest first', async () => {
      const { store, close } = await open();
      const stalled = gap(300, 400, { reason: 'camera-stalled', lostFrames: 5 });
      await store.add(stalled);
      await store.add(gap(100, 200));
      await store.add(gap(100, 900, { cameraId: 'yard' }));
      expect(await store.list('porch', wallMs(0), wallMs(1000))).toEqual([gap(100, 200), stalled]);
      expect(await store.list('porch', wallMs(200), wallMs(300))).toEqual([]);
      expect(await store.list('porch', wallMs(199), wallMs(300))).toEqual([gap(100, 200)]);
      await close();
    });

    it('keeps one row of a gap that is added again, with its newest end', async () => {
      const { store, close } = await open();
      await store.add(gap(100, 200));
      await store.add(gap(100, 250, { lostFrames: 3 }));
      expect(await store.list('porch', wallMs(0), wallMs(1000))).toEqual([gap(100, 250, { lostFrames: 3 })]);
      await close();
    });

    it('forgets gaps that ended before a time, of every camera', async () => {
      const { store, close } = await open();
      for (const each of [gap(100, 200), gap(150, 300), gap(0, 100, { cameraId: 'yard' })]) await store.add(each);
      expect(await store.prune(wallMs(300))).toBe(2);
      expect(await store.prune(wallMs(300))).toBe(0);
      expect(await store.list('porch', wallMs(0), wallMs(1000))).toEqual([gap(150, 300)]);
      expect(await store.list('yard', wallMs(0), wallMs(1000))).toEqual([]);
      await close();
    });
  });
}

/** Declares the suite of area stores; call it inside a test file. */
export function describeAreaStore(name: string, open: () => Promise<StoreUnderTest<AreaStore>>): void {
  describe(`${name} keeps the area store contract`, () => {
    it('remembers the newest identity of each area', async () => {
      const { store, close } = await open();
      expect(await store.identity('default')).toBeUndefined();
      await store.remember('default', 'a', '/srv/a');
      await store.remember('default', 'b', '/srv/b');
      expect(await store.identity('default')).toBe('b');
      expect(await store.identity('other')).toBeUndefined();
      await close();
    });
  });
}
