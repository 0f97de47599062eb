// Whether something could listen at an address.
import { createServer } from 'node:net';

/** Tries to listen there for a moment. */
export const isFreePort = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
