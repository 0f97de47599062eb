// Users and passwords of picture URLs travel in a header, and only to the server they are for.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { FakeClock, waitUntil } from '@nightjar/testkit';
import { basicRequest, lookAt, pollPictures, redirectTarget } from './jpeg-poll.ts';

describe('a request for a picture', () => {
  it('carries user and password in a header, whatever characters they have', () => {
    const password = "p@:/'%#";
    const { url, headers } = basicRequest(`http://viewer:${encodeURIComponent(password)}@192.0.2.1:8080/snap.jpg?size=1`);
    expect(url).toBe('http://192.0.2.1:8080/snap.jpg?size=1');
    expect(Buffer.from(headers['authorization']?.slice('Basic '.length) ?? '', 'base64').toString()).toBe(`viewer:${password}`);
  });

  it('has no such header where the URL names nobody', () => {
    expect(basicRequest('https://192.0.2.1/snap.jpg')).toEqual({ url: 'https://192.0.2.1/snap.jpg', headers: {} });
  });
});

describe('a redirect of a picture', () => {
  const from = 'http://viewer:s3cret@192.0.2.1/snap';
  it.each([
    ['/snap.jpg?a=1', 'http://viewer:s3cret@192.0.2.1/snap.jpg?a=1'],
    ['http://192.0.2.1:80/other', 'http://viewer:s3cret@192.0.2.1/other'],
    ['https://192.0.2.1/snap', 'https://viewer:s3cret@192.0.2.1/snap'],
    ['https://192.0.2.1:8443/snap', 'https://viewer:s3cret@192.0.2.1:8443/snap'],
    ['http://other:name@192.0.2.1/snap', 'http://viewer:s3cret@192.0.2.1/snap'],
  ])('to %s is followed on the same server', (location, target) => {
    expect(redirectTarget(from, location)).toBe(target);
  });

  it.each([
    'http://192.0.2.2/snap',
    '//192.0.2.2/snap',
    'http://192.0.2.1:8080/snap',
    'http://192.0.2.1@192.0.2.2/',
    'https://192.0.2.1.example/',
    'file:///etc/passwd',
    'http://[/',
  ])('to %s is not', (location) => {
    expect(redirectTarget(from, location)).toBeUndefined();
  });

  it('from https to http is not followed', () => {
    expect(redirectTarget('https://192.0.2.1/snap', 'http://192.0.2.1/snap')).toBeUndefined();
  });
});

describe('a camera that redirects', () => {
  const JPEG = Buffer.of(0xff, 0xd8, 0xff, 0xd9);
  let servers: Server[];
  beforeEach(() => {
    servers = [];
  });
  afterEach(() => {
    for (const server of servers) server.close().closeAllConnections();
  });
  const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `viewer:s3cret@127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const optionsOf = (url: string) => ({ url, timeoutMs: 5000, clock: new FakeClock() });
  const picture = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(JPEG);

  it('to another server is taken for one without a picture, and the other never hears of it', async () => {
    const heard: unknown[] = [];
    const stranger = await serve((request, response) => {
      heard.push(request.headers.authorization);
      picture(response);
    });
    const camera = await serve((_request, response) => response.writeHead(302, { location: `http://${stranger}/snap.jpg` }).end());
    expect(await lookAt(optionsOf(`http://${camera}/snap`), new AbortController().signal)).toEqual({ isPicture: false, url: `http://${camera}/snap` });
    const options = optionsOf(`http://${camera}/snap`);
    const pictures: Uint8Array[] = [];
    const polled = { isOver: false };
    void pollPictures(options, (jpeg) => pictures.push(jpeg), new AbortController().signal).then(() => (polled.isOver = true));
    await waitUntil(
      () => polled.isOver,
      async () => {
        await options.clock.advance(100);
        await setImmediate();
      },
      60_000,
    );
    expect([pictures, heard]).toEqual([[], []]);
  });

  it('on its own server is followed with user and password, but not forever', async () => {
    const asked: (string | undefined)[] = [];
    const camera = await serve((request, response) => {
      asked.push(request.url);
      if (request.headers.authorization === undefined) response.writeHead(401).end();
      else if (request.url === '/snap.jpg') picture(response);
      else response.writeHead(307, { location: request.url === '/loop' ? '/loop' : '/snap.jpg' }).end();
    });
    expect(await lookAt(optionsOf(`http://${camera}/snap`), new AbortController().signal)).toEqual({ isPicture: true, url: `http://${camera}/snap.jpg` });
    expect(asked).toEqual(['/snap', '/snap.jpg']);
    expect(await lookAt(optionsOf(`http://${camera}/loop`), new AbortController().signal)).toMatchObject({ isPicture: false });
    expect(asked).toHaveLength(6);
  });
});
