// What every `CameraStore` and every `SettingStore` does.
import type { CameraStore, SettingStore, StoredCamera } from '@nightjar/core';
import type { StoreUnderTest } from './ledger-contracts.ts';

const porch: StoredCamera = {
  id: 'porch',
  settings: { id: 'porch', source: 'rtsp://192.0.2.10/"main"', zones: [{ id: 'a', polygon: null }] },
  provisioned: false,
};
const attic: StoredCamera = { id: 'attic', settings: { id: 'attic', name: 'Dachboden ☂' }, provisioned: true };

/** Declares the suite of camera stores; call it inside a test file. */
export function describeCameraStore(name: string, open: () => Promise<StoreUnderTest<CameraStore>>): void {
  describe(`${name} keeps the camera store contract`, () => {
    it('gives back what was put, in the order it came first', async () => {
      const { store, close } = await open();
      expect(await store.list()).toEqual([]);
      await store.put(porch);
      await store.put(attic);
      expect(await store.list()).toEqual([porch, attic]);
      const changed = { ...porch, settings: { id: 'porch' }, provisioned: true };
      await store.put(changed);
      expect(await store.list()).toEqual([changed, attic]);
      await close();
    });

    it('forgets what is deleted, also twice', async () => {
      const { store, close } = await open();
      await store.put(porch);
      await store.put(attic);
      await store.delete('porch');
      await store.delete('porch');
      expect(await store.list()).toEqual([attic]);
      await close();
    });

    it('keeps whatever settings are, for the reader to judge', async () => {
      const { store, close } = await open();
      const odd: readonly StoredCamera[] = [null, 'text', 7, []].map((settings, index) => ({ id: `odd${index}`, settings, provisioned: false }));
      for (const camera of odd) await store.put(camera);
      expect(await store.list()).toEqual(odd);
      await close();
    });
  });
}

/** Declares the suite of setting stores; call it inside a test file. */
export function describeSettingStore(name: string, open: () => Promise<StoreUnderTest<SettingStore>>): void {
  describe(`${name} keeps the setting store contract`, () => {
    it('gives back the newest value of each name until it is deleted', async () => {
      const { store, close } = await open();
      expect(await store.all()).toEqual(new Map());
      await store.put('retention.days', 14);
      await store.put('retention.days', null);
      await store.put('log.level', 'debug');
      await store.delete('nothing');
      expect(await store.all()).toEqual(
        new Map<string, unknown>([
          ['retention.days', null],
          ['log.level', 'debug'],
        ]),
      );
      await store.delete('log.level');
      expect([...(await store.all()).keys()]).toEqual(['retention.days']);
      await close();
    });
  });
}
