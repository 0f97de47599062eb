// What of an address is shown.
import { shownAddress } from './shown-address.ts';

describe('an address that cannot be used', () => {
  it.each([
    ['nvr example:8420', '"nvr example:8420"'],
    ['http://admin:hunter2@nvr example', '"http://…@nvr example"'],
    ['admin:hunt@er2@nvr example', '"…@nvr example"'],
    ['http//nvr?token=hunter2', '"http//nvr?…"'],
  ])('%s is shown as %s', (address, shown) => expect(shownAddress(address)).toBe(shown));

  it('is cut short', () => expect(shownAddress('x'.repeat(1000)).length).toBeLessThan(110));
});
