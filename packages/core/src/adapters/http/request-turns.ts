// One request of a connection after the other: whoever sends many at once must not make the server answer all of them at once.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Requests that wait for the answers before them. Browsers send one at a time. */
const MOST_WAITING = 32;

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Node hands over every request it finds in what has arrived, answered or not. @returns What takes them from Node. */
export function inTurn(handle: Handle): Handle {
  const waiting = new WeakMap<Duplex, (() => void)[]>();
  return (request, response) => {
    const { socket } = request;
    // The rest of what had arrived on a connection that was closed meanwhile.
    if (socket.destroyed || socket.remoteAddress === undefined) return;
    const line = waiting.get(socket);
    if (line !== undefined && line.length >= MOST_WAITING) {
      socket.destroy();
      return;
    }
    const begin = (): void => {
      response.once('close', () => {
        const next = waiting.get(socket)?.shift();
        if (next === undefined) waiting.delete(socket);
        else next();
      });
      handle(request, response);
    };
    if (line !== undefined) line.push(begin);
    else {
      waiting.set(socket, []);
      begin();
    }
  };
}
