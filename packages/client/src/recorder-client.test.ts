// Against small servers that misbehave; that the client does what a recorder promises is shown where both are there.
import { json, refusal, smallServer as serve } from '../test/small-server.ts';
import { RecorderClient } from './recorder-client.ts';

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

  it('says by a code that an answer broke off or stopped coming, and not that of whoever wants no more', async () => {
    const server = await serve(({ url }, response) => {
      const isVideo = url?.endsWith('video.mp4');
      response.writeHead(isVideo ? 206 : 200, { 'content-length': 1000, 'content-range': 'bytes 0-999/1000', etag: '"a"' });
      response.write('x', () => (url?.includes('/events/1/') ? response.destroy() : undefined));
    });
    close = server.close;
    const client = new RecorderClient({ url: server.url, timeoutMs: 100 });
    const read = async (id: number, signal?: AbortSignal): Promise<void> => {
      for await (const _ of (await client.eventVideo(id)).read(0, 1000, signal));
    };
    for (const id of [1, 2]) {
      await expect(client.eventSnapshot(id)).rejects.toMatchObject({ code: 'UNREACHABLE' });
      await expect(read(id)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    }
    await expect(client.snapshot('porch')).rejects.toThrow('snapshot.jpg broke off: nothing came for 0.1 s');
    await expect(read(2, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it('does not take a video without a length for an empty one', async () => {
    const server = await serve((_request, response) => void response.writeHead(206, { etag: '"a"' }).write('x'));
    close = server.close;
    await expect(new RecorderClient({ url: server.url }).eventVideo(7)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('waits for a probe as long as one may take', async () => {
    let answer = (): void => undefined;
    const server = await serve(({ url }, response) => {
      if (url === '/api/v1/cameras/probe') answer = () => json(response, 200, { seconds: 8 });
    });
    close = server.close;
    const client = new RecorderClient({ url: server.url, timeoutMs: 100 });
    const probe = client.probe('rtsp://192.0.2.7/');
    await expect(client.cameras()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    answer();
    expect(await probe).toEqual({ seconds: 8 });
  });
});
