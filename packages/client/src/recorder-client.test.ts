// Against small servers that misbehave; that the client does what a recorder promises is shown where both are there.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { RecorderClient } from './recorder-client.ts';

const QUICK = { firstMs: 1, longestMs: 5 };

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, requests, server, close };
}

const json = (response: ServerResponse, status: number, value: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
};
const refusal = (code: string, message = code): unknown => ({ error: { code, message, details: [{ path: 'name', message: 'is too long' }] } });

describe('a client', () => {
  let close: () => Promise<void> = async () => undefined;
  afterEach(() => close());

  it.each(['', '/', '/api/v1', '/api/v1/'])('finds the recorder at its address with %j behind it', async (tail) => {
    const server = await serve((_request, response) => json(response, 200, []));
    close = server.close;
    await new RecorderClient({ url: server.url + tail, credentials: { token: 'machine' } }).cameras();
    expect(server.requests[0]?.url).toBe('/api/v1/cameras');
    expect(server.requests[0]?.headers.authorization).toBe('Bearer machine');
  });

  it('refuses what is no address', () => {
    expect(() => new RecorderClient({ url: 'ftp://recorder' })).toThrow('begins with http');
  });

  it('encodes ids, and asks for events as the filter says', async () => {
    const server = await serve((_request, response) => json(response, 200, { events: [] }));
    close = server.close;
    const client = new RecorderClient({ url: server.url });
    await client.camera('../x?y').catch(() => undefined);
    await client.events({ cameras: ['a', 'b'], minScore: 20, protected: false });
    expect(server.requests.map(({ url }) => url)).toEqual(['/api/v1/cameras/..%2Fx%3Fy', '/api/v1/events?cameras=a&cameras=b&minScore=20&protected=false']);
  });

  it('names an error by its code, with its details and the time to wait', async () => {
    const server = await serve((_request, response) => json(response, 429, refusal('TOO_MANY_REQUESTS'), { 'retry-after': '7' }));
    close = server.close;
    const asked = new RecorderClient({ url: server.url }).cameras();
    await expect(asked).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', status: 429, retryAfterSeconds: 7, details: [{ path: 'name' }], isTransient: true });
  });

  it('says that nobody answers, or somebody else, or too late', async () => {
    const server = await serve(({ url }, response) => {
      if (url === '/api/v1/health') response.writeHead(502).end('<html>');
    });
    close = server.close;
    const client = new RecorderClient({ url: server.url, timeoutMs: 200 });
    await expect(client.health()).rejects.toMatchObject({ code: 'UNREACHABLE', status: 502 });
    await expect(client.cameras()).rejects.toThrow('did not answer within 0.2 s');
    await server.close();
    await expect(client.cameras()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('logs in, and once more when its token is refused', async () => {
    let logins = 0;
    const server = await serve(({ url, headers }, response) => {
      if (url === '/api/v1/auth/login') json(response, 200, { accessToken: `a${++logins}`, refreshToken: 'r', expiresInSeconds: 60 });
      else if (url === '/api/v1/auth/refresh') json(response, 401, refusal('NOT_LOGGED_IN'));
      else if (headers.authorization === 'Bearer a2') json(response, 200, []);
      else json(response, 401, refusal('NOT_LOGGED_IN'));
    });
    close = server.close;
    const client = new RecorderClient({ url: server.url, credentials: { name: 'ann', password: 'secret' } });
    expect(await client.cameras()).toEqual([]);
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/api/v1/auth/login',
      '/api/v1/cameras',
      '/api/v1/auth/refresh',
      '/api/v1/auth/login',
      '/api/v1/cameras',
    ]);
  });

  it('goes on with pictures after the answer broke off, until it is told no', async () => {
    let answers = 0;
    const server = await serve((_request, response) => {
      answers += 1;
      if (answers === 3) json(response, 404, refusal('CAMERA_NOT_FOUND'));
      else {
        response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=p' });
        response.write(`--p\r\nContent-Length: 1\r\n\r\n${answers}\r\n`, () => response.destroy());
      }
    });
    close = server.close;
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { jpeg } of new RecorderClient({ url: server.url, reconnection: QUICK }).pictures('porch')) seen.push(String.fromCharCode(...jpeg));
    };
    await expect(read()).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    expect(seen).toEqual(['1', '2']);
  });

  it('goes on with changes where it stopped, also after a heartbeat', async () => {
    const asked: (string | undefined)[] = [];
    const server = await serve((_request, response) => json(response, 200, {}));
    const sockets = new WebSocketServer({ server: server.server, handleProtocols: () => 'nightjar' });
    sockets.on('connection', (socket, { url }) => {
      asked.push(url);
      const messages: readonly (readonly string[])[] = [
        ['{"seq":5,"type":"event.deleted","at":"","data":{"id":1,"cameraId":"porch"}}', '{"type":"heartbeat","seq":8}'],
        ['{"seq":9,"type":"event.deleted","at":"","data":{"id":2,"cameraId":"porch"}}'],
        ['{"type":"reload","reason":"another recorder","seq":1}'],
      ];
      for (const message of messages[asked.length - 1] ?? []) socket.send(message);
      socket.close();
    });
    close = async () => {
      for (const socket of sockets.clients) socket.terminate();
      await server.close();
    };
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const { seq } of new RecorderClient({ url: server.url, reconnection: QUICK, credentials: { token: 'a.b-c_d' } }).changes()) seen.push(seq);
    };
    await expect(read()).rejects.toMatchObject({ code: 'CHANGES_FORGOTTEN' });
    expect(seen).toEqual([5, 9]);
    expect(asked).toEqual(['/api/v1/changes', '/api/v1/changes?since=8', '/api/v1/changes?since=9']);
  });

  it('asks why a socket was not let in', async () => {
    const server = await serve((_request, response) => json(response, 403, refusal('NOT_ALLOWED')));
    close = server.close;
    const packets = new RecorderClient({ url: server.url, reconnection: QUICK }).live('porch');
    await expect(packets.next()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('ends a stream when its reader does not want any more', async () => {
    const server = await serve((_request, response) => json(response, 425, refusal('CAMERA_OFFLINE')));
    close = server.close;
    const abort = new AbortController();
    const client = new RecorderClient({ url: server.url });
    const readers = [
      client.pictures('porch', { signal: abort.signal }),
      client.live('porch', { signal: abort.signal }),
      client.changes({ signal: abort.signal }),
    ];
    const reading = Promise.all(readers.map((reader) => reader.next()));
    abort.abort();
    expect((await reading).map(({ done }) => done)).toEqual([true, true, true]);
  });

  it('reads a file in parts, and notices that it became another one', async () => {
    const server = await serve(({ headers }, response) => {
      if (headers.range === 'bytes=0-0')
        response
          .writeHead(206, { 'content-type': 'video/mp4', 'content-range': 'bytes 0-0/10', etag: '"one"', 'x-nightjar-start': '2026-11-22T12:00:00.000Z' })
          .end();
      else if (headers.range === 'bytes=2-4' && headers['if-range'] === '"one"') response.writeHead(206).end('cde');
      else response.writeHead(200).end('0123456789');
    });
    close = server.close;
    const file = await new RecorderClient({ url: server.url }).eventVideo(7);
    expect(file).toMatchObject({ sizeBytes: 10, etag: '"one"', contentType: 'video/mp4', start: '2026-11-22T12:00:00.000Z' });
    const text = async (start: number, end: number): Promise<string> => {
      let all = '';
      for await (const piece of file.read(start, end)) all += new TextDecoder().decode(piece);
      return all;
    };
    expect([await text(2, 5), await text(5, 5)]).toEqual(['cde', '']);
    await expect(text(0, 2)).rejects.toMatchObject({ code: 'VIDEO_GONE' });
  });
});
