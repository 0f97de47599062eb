// Who reads nothing is given up in time, who reads slowly is not.
import { ReaderWatchRunner } from './reader-watch-runner.ts';
import { connectionKey, parseUnread, type UnreadBytes } from './unread-bytes.ts';

const STALLED_MS = 60_000;
const LOOK_MS = STALLED_MS / 12;
const LONGEST_MS = (1 + 2 / 12) * STALLED_MS;

/** A receiver with buffers on its way, in virtual time. */
function world({ isBlind = false, kernelBytes = 2_800_000 } = {}) {
  let nowMs = 0;
  let read = 0;
  let sent = 0;
  const kernel = (): number => Math.min(kernelBytes, sent - read);
  const connection = {
    localPort: 8420,
    remotePort: 50_000,
    get bytesWritten() {
      return sent;
    },
    get writableLength() {
      return sent - read - kernel();
    },
  };
  const unread = async (): Promise<UnreadBytes | undefined> => (isBlind ? undefined : new Map([[connectionKey(8420, 50_000), kernel()]]));
  const watch = new ReaderWatchRunner({ stalledMs: STALLED_MS, unread, now: () => nowMs });
  let gaveUpMs: number | undefined;
  const unwatch = watch.watch(connection, () => (gaveUpMs = nowMs));
  /** Lets time pass in which a source sends and a receiver reads so many bytes a second. */
  const pass = async (ms: number, rates: { readonly send?: number; readonly read?: number } = {}): Promise<void> => {
    for (let step = 0; step < ms; step += LOOK_MS) {
      nowMs += LOOK_MS;
      if (connection.writableLength === 0) sent += ((rates.send ?? 0) * LOOK_MS) / 1000;
      read = Math.min(sent, read + ((rates.read ?? 0) * LOOK_MS) / 1000);
      await watch.look();
    }
  };
  return { watch, unwatch, pass, gaveUp: () => gaveUpMs };
}

describe('the watch over readers', () => {
  it.each([
    ['much', 500_000],
    ['so little that the system takes all of it', 5000],
  ])('gives up who reads nothing of %s', async (_, send) => {
    const { watch, pass, gaveUp } = world();
    await pass(10 * STALLED_MS, { send });
    expect(gaveUp()).toBeGreaterThanOrEqual(STALLED_MS);
    expect(gaveUp()).toBeLessThanOrEqual(LONGEST_MS);
    watch.stop();
  });

  it('gives up who stops reading in the middle', async () => {
    const { watch, pass, gaveUp } = world();
    await pass(5 * STALLED_MS, { send: 50_000, read: 40_000 });
    expect(gaveUp()).toBeUndefined();
    await pass(LONGEST_MS, { send: 50_000 });
    expect(gaveUp()).toBeDefined();
    watch.stop();
  });

  it('lets read slowly, although the system makes room for more only once in minutes', async () => {
    const { watch, pass, gaveUp } = world();
    await pass(20 * STALLED_MS, { send: 500_000, read: 10_000 });
    expect(gaveUp()).toBeUndefined();
    watch.stop();
  });

  it('lets wait who has read everything', async () => {
    const { watch, pass, gaveUp } = world();
    await pass(STALLED_MS, { send: 1000, read: 1000 });
    await pass(20 * STALLED_MS);
    expect(gaveUp()).toBeUndefined();
    watch.stop();
  });

  it('is more patient where the system does not tell what it holds', async () => {
    const { watch, pass, gaveUp } = world({ isBlind: true });
    await pass(2 * STALLED_MS, { send: 500_000 });
    expect(gaveUp()).toBeUndefined();
    await pass(3 * STALLED_MS, { send: 500_000 });
    expect(gaveUp()).toBeDefined();
    watch.stop();
  });

  it('leaves alone whoever is not watched any more', async () => {
    const { watch, unwatch, pass, gaveUp } = world();
    unwatch();
    await pass(3 * STALLED_MS, { send: 500_000 });
    expect(gaveUp()).toBeUndefined();
    watch.stop();
  });

  it('reads what Linux says of connections, of both kinds of addresses', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1674 1 0000000050162ba5 100 0 0 10 0
   1: 0100007F:20E4 0100007F:C350 01 002ACF00:00000000 01:00000014 00000000     0        0 1 3 00000000a236737b
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100007F:20E4 0000000000000000FFFF00000100007F:C351 01 00000010:00000000 00:00000000 00000000     0        0 1 1`;
    const unread = parseUnread(table);
    expect([unread.get(connectionKey(8420, 50_000)), unread.get(connectionKey(8420, 50_001)), unread.size]).toEqual([0x2acf00, 16, 3]);
  });
});
