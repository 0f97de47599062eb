// Looking for a recorder on this machine.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findRecorder } from './find-recorder.ts';

describe('a recorder on this machine', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });
  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const recorder: RequestListener = ({ url, headers }, response) => {
    if (url === '/api/v1/health') response.end('{"status":"ok"}');
    else response.writeHead(headers.authorization === 'Bearer njt_good' ? 200 : 401).end('{}');
  };

  it('is found where it answers and takes the token', async () => {
    const url = await serve(recorder);
    expect(await findRecorder({ token: 'njt_good', urls: ['http://127.0.0.1:9', url] })).toEqual({ url, token: 'njt_good' });
  });

  it.each([
    [undefined, 'asks for a token: make one with nightjar token create homebridge --role operator'],
    ['njt_old', 'refuses the token: make one with nightjar token create homebridge --role operator'],
  ])('says how to make a token where it is given %s', async (token, words) => {
    expect(await findRecorder({ token, urls: [await serve(recorder)] })).toEqual({ problem: expect.stringContaining(words) });
  });

  it('is none where something else answers, badly or never, or nothing does', async () => {
    const other = await serve((_, response) => response.end('<html>'));
    const silent = await serve(() => undefined);
    const elsewhere = await serve((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end());
    const startMs = performance.now();
    expect(await findRecorder({ token: 'njt_x', urls: ['http://127.0.0.1:9', other, silent, elsewhere] })).toEqual({
      problem: expect.stringMatching(/^nothing is configured and no Nightjar recorder answers on this machine/),
    });
    expect(performance.now() - startMs).toBeLessThan(4000);
  });
});
