// Streams of the client against small servers that misbehave: what connects again, what ends, and what is an error.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { json, refusal, type Serve, smallServer } from '../test/small-server.ts';
import { RecorderClient, type RecorderClientOptions } from './recorder-client.ts';

const QUICK = { firstMs: 1, longestMs: 5 };
const PICTURE = '--p\r\nContent-Length: 1\r\n\r\nx\r\n';
const MULTIPART = { 'content-type': 'multipart/x-mixed-replace; boundary=p' };
const deleted = (seq: number): string => JSON.stringify({ seq, type: 'event.deleted', at: '', data: { id: seq, cameraId: 'porch' } });

describe('streams of a client', () => {
  let close: () => Promise<void> = async () => undefined;
  afterEach(() => close());

  const open = async (answer: Parameters<typeof smallServer>[0], socket?: Serve, options: Partial<RecorderClientOptions> = {}) => {
    const server = await smallServer(answer, socket);
    close = server.close;
    return { ...server, client: new RecorderClient({ url: server.url, reconnection: QUICK, ...options }) };
  };
  const refuse: Parameters<typeof smallServer>[0] = (_request, response) => json(response, 200, {});

  it('go on with pictures after the answer broke off, until they are told no', async () => {
    let answers = 0;
    const { client } = await open((_request, response) => {
      answers += 1;
      if (answers === 3) json(response, 403, refusal('NOT_ALLOWED'));
      else response.writeHead(200, MULTIPART).write(`--p\r\nContent-Length: 1\r\n\r\n${answers}\r\n`, () => response.destroy());
    });
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { jpeg } of client.pictures('porch')) seen.push(String.fromCharCode(...jpeg));
    };
    await expect(read()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(seen).toEqual(['1', '2']);
  });

  it('go on with changes where they stopped, also after a heartbeat', async () => {
    const asked: string[] = [];
    const messages: readonly (readonly string[])[] = [
      [deleted(5), '{"type":"heartbeat","seq":8}'],
      [deleted(9)],
      ['{"type":"reload","reason":"another recorder","seq":1}'],
    ];
    const { client } = await open(refuse, (socket, url) => {
      asked.push(url);
      for (const message of messages[asked.length - 1] ?? []) socket.send(message);
      socket.close();
    });
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const { seq } of client.changes()) seen.push(seq);
    };
    await expect(read()).rejects.toMatchObject({ code: 'CHANGES_FORGOTTEN' });
    expect(seen).toEqual([5, 9]);
    expect(asked).toEqual(['/api/v1/changes', '/api/v1/changes?since=8', '/api/v1/changes?since=9']);
  });

  it('end when their reader does not want any more', async () => {
    const { client } = await open((_request, response) => json(response, 425, refusal('CAMERA_OFFLINE')));
    const abort = new AbortController();
    const { signal } = abort;
    const readers = [client.pictures('porch', { signal }), client.live('porch', { signal }), client.changes({ signal })];
    const reading = Promise.all(readers.map((reader) => reader.next()));
    abort.abort();
    expect((await reading).map(({ done }) => done)).toEqual([true, true, true]);
  });

  describe('from a recorder that has gone without a word', () => {
    it('are opened anew where messages stop', async () => {
      let connections = 0;
      const { client } = await open(
        refuse,
        (socket) => {
          connections += 1;
          socket.send(connections === 3 ? deleted(7) : '{"type":"heartbeat","seq":6}');
        },
        { quietMs: 50 },
      );
      const changes = client.changes();
      expect((await changes.next()).value).toMatchObject({ seq: 7 });
      expect(connections).toBe(3);
      await changes.return();
    });

    it('are opened anew where a connection never opens', async () => {
      const abort = new AbortController();
      const sockets: Socket[] = [];
      const server = createServer((socket) => {
        sockets.push(socket.on('error', () => undefined));
        if (sockets.length === 3) abort.abort();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      close = () =>
        new Promise((resolve) => {
          for (const socket of sockets) socket.destroy();
          server.close(() => resolve());
        });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const client = new RecorderClient({ url, reconnection: QUICK, quietMs: 50 });
      expect(await client.live('porch', { signal: abort.signal }).next()).toEqual({ done: true, value: undefined });
      expect(sockets).toHaveLength(3);
    });

    it('are opened anew where pictures stop', async () => {
      const { client, requests } = await open((_request, response) => void response.writeHead(200, MULTIPART).write(PICTURE), undefined, { quietMs: 50 });
      const pictures = client.pictures('porch');
      await pictures.next();
      await pictures.next();
      expect(requests).toHaveLength(2);
      await pictures.return();
    });
  });

  describe('that are not let in without a word', () => {
    it('ask for what needs the same', async () => {
      const { client, requests } = await open((_request, response) => json(response, 403, refusal('NOT_ALLOWED')));
      await expect(client.live('porch').next()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      await expect(client.changes().next()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      const plain = requests.filter(({ headers }) => headers.upgrade === undefined).map(({ url }) => url);
      expect(plain).toEqual(['/api/v1/cameras/porch/live.mp4', '/api/v1/server']);
    });
  });

  it('end where the camera they watched is removed', async () => {
    let connections = 0;
    const { client, requests } = await open(
      (_request, response) => (requests.length === 1 ? response.writeHead(200, MULTIPART).end(PICTURE) : json(response, 404, refusal('CAMERA_NOT_FOUND'))),
      (socket) => {
        connections += 1;
        if (connections === 2) socket.send('{"type":"error","error":{"code":"CAMERA_NOT_FOUND","message":"gone"}}');
        socket.close();
      },
    );
    const pictures = client.pictures('porch');
    expect([(await pictures.next()).done, (await pictures.next()).done]).toEqual([false, true]);
    expect((await client.live('porch').next()).done).toBe(true);
    expect(connections).toBe(2);
  });

  it('say that there is no such camera where there never was one', async () => {
    const { client } = await open((_request, response) => json(response, 404, refusal('CAMERA_NOT_FOUND')));
    await expect(client.pictures('porch').next()).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    await expect(client.live('porch').next()).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
  });

  it('are tried again after a mistake of the recorder, told by whichever way', async () => {
    let connections = 0;
    const { client } = await open(refuse, (socket) => {
      connections += 1;
      socket.send(connections === 1 ? '{"type":"error","error":{"code":"INTERNAL","message":"oops"}}' : deleted(1));
    });
    const changes = client.changes();
    expect((await changes.next()).value).toMatchObject({ seq: 1 });
    await changes.return();
  });
});
