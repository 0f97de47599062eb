import { checkRoute, NetworkBook } from './network-check.ts';

describe('the way to a viewer', () => {
  it('is good where packets leave from the address the viewer is told', async () => {
    expect(await checkRoute('127.0.0.1', '::ffff:127.0.0.1')).toEqual({ peer: '127.0.0.1', offered: '127.0.0.1', route: '127.0.0.1', isSame: true });
  });

  it('is told where they leave from another one', async () => {
    expect(await checkRoute('127.0.0.1', '192.0.2.1')).toMatchObject({ route: '127.0.0.1', isSame: false });
  });

  it('is not known to an address that makes no sense', async () => {
    expect(await checkRoute('not-an-address.invalid', '192.0.2.1')).toBeUndefined();
  });

  it('is news once, and again when it changes', () => {
    const book = new NetworkBook();
    const route = { peer: '192.0.2.9', offered: '192.0.2.1', route: '192.0.2.1', isSame: true };
    expect([book.note(route), book.note(route), book.note({ ...route, route: '198.51.100.1', isSame: false })]).toEqual([true, false, true]);
    expect(book.routes).toHaveLength(1);
  });
});
