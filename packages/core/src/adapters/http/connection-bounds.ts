// How many connections may be open, so that idle ones never keep anybody out and recording keeps its file descriptors.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../../util/network-of.ts';

/** Above this share of the bound, connections that only wait for another request are closed. */
const CROWDED = 0.9;
/** Of the bound, what one address may have: nobody takes all of it alone. */
const SHARE_OF_ONE = 0.75;

/** Bounds the connections of a server. */
export function keepConnectionsBounded(server: Server, most: number): void {
  server.maxConnections = most;
  const byAddress = new Map<string, number>();
  let open = 0;
  server.on('connection', (socket: Socket) => {
    const address = networkOf(socket.remoteAddress ?? '');
    const count = (byAddress.get(address) ?? 0) + 1;
    if (count > Math.ceil(most * SHARE_OF_ONE)) {
      socket.destroy();
      return;
    }
    byAddress.set(address, count);
    open += 1;
    socket.once('close', () => {
      open -= 1;
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left <= 0) byAddress.delete(address);
      else byAddress.set(address, left);
    });
    if (open > most * CROWDED) server.closeIdleConnections();
  });
}
