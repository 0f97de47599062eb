import { chmodSync, existsSync, linkSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingLogger, waitUntil } from '@nightjar/testkit';
import { RateLimiter } from '../../util/rate-limiter.ts';
import { Secret } from '../../util/secret.ts';
import { systemClock } from '../clock/system-clock.ts';
import { type LineAddress, LineServer, type LineServerOptions } from './line-server.ts';

const folders: string[] = [];
const servers: LineServer[] = [];
const opened = new Set<Socket>();

afterEach(async () => {
  for (const client of opened) client.destroy();
  opened.clear();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const newPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'nightjar-lines-'));
  folders.push(folder);
  return join(folder, 'zm.sock');
};

type Changes = Partial<LineServerOptions['limits']> & { readonly take?: LineServerOptions['taker']['take']; readonly totalPerSecond?: number };

async function serve(address: LineAddress, { take, totalPerSecond = 100_000, ...limits }: Changes = {}) {
  const log = new RecordingLogger();
  const lines: string[] = [];
  const troubles: (string | undefined)[] = [];
  const server = new LineServer({
    address,
    limits: { connections: 64, bytes: 100, perSecond: 10_000, ...limits },
    total: new RateLimiter(() => ({ perSecond: totalPerSecond, burst: totalPerSecond * 10 })),
    taker: {
      take: (line, from) => {
        lines.push(Buffer.from(line).toString('latin1'));
        return take?.(line, from);
      },
    },
    clock: systemClock,
    log,
    onTrouble: (problem) => troubles.push(problem),
  });
  servers.push(server);
  await server.start();
  return { server, log, lines, troubles };
}

const tcp = (more: Partial<LineAddress & { kind: 'tcp' }> = {}): LineAddress => ({ kind: 'tcp', host: '127.0.0.1', port: 0, allow: [], ...more });

/** A client, and what it was told. */
async function connect(to: string | number | undefined) {
  const socket: Socket = typeof to === 'string' ? createConnection(to) : createConnection(to ?? 0, '127.0.0.1');
  opened.add(socket);
  let told = '';
  let isClosed = false;
  socket.on('data', (chunk) => (told += String(chunk)));
  socket.on('error', () => undefined);
  socket.on('close', () => (isClosed = true));
  await waitUntil(() => isClosed || socket.readyState === 'open');
  return { socket, told: () => told, isClosed: () => isClosed };
}

const until = (what: () => boolean, ms = 10_000): Promise<void> => waitUntil(what, undefined, ms);

describe('LineServer', () => {
  it('takes lines of a Unix socket, however they come', async () => {
    const path = newPath();
    const { lines, log } = await serve({ kind: 'socket', path });
    expect(statSync(path).mode & 0o777).toBe(0o660);
    const { socket } = await connect(path);
    socket.write('a\nb\r\n\n\r\nc');
    await until(() => lines.length === 3);
    expect(lines).toEqual(['a', 'b', 'c']);
    for (const byte of Buffer.from('split\r\n')) {
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => lines.length === 4);
    socket.write(Buffer.from([0x00, 0xff, 0x0a, 0xfe]));
    await until(() => lines.length === 6);
    expect(lines.slice(3)).toEqual(['split', '\0\xff', '\xfe']);
    socket.write(Buffer.alloc(1024 * 1024, 'x'));
    await until(() => log.find('zmtrigger: a line of more than 100 bytes was left out').length === 1);
    socket.write('still x\nafter\n');
    await until(() => lines.length > 6);
    expect(lines.at(-1)).toBe('after');
    const other = await connect(path);
    other.socket.end('last words');
    await until(() => other.isClosed());
    expect(lines.at(-1)).toBe('last words');
  });

  it('tells status lines to everybody, from then on', async () => {
    const { server } = await serve(tcp());
    server.say('early\n');
    const clients = await Promise.all([1, 2, 3].map(() => connect(server.port)));
    // Connected is not yet admitted.
    await until(() => {
      server.say('3|on|1|7\n');
      return clients.every(({ told }) => told() !== '');
    });
    for (const { told } of clients) expect(told()).toMatch(/^(3\|on\|1\|7\n)+$/);
  });

  it('survives a thousand clients at once, every line of them taken', async () => {
    const { server, lines } = await serve(tcp());
    await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const { socket, isClosed } = await connect(server.port);
        socket.end(`client ${index}\n`);
        await until(isClosed, 30_000);
      }),
    );
    expect(new Set(lines).size).toBe(1000);
  }, 60_000);

  it('hears so many clients, and further ones when a place is free', async () => {
    const { server, lines } = await serve(tcp(), { connections: 2 });
    const clients = [];
    for (const name of ['a', 'b', 'c']) {
      const client = await connect(server.port);
      client.socket.write(`${name}\n`);
      clients.push(client);
    }
    await until(() => lines.length === 2);
    clients[0]!.socket.destroy();
    await until(() => lines.length === 3);
    expect(lines).toEqual(['a', 'b', 'c']);
  });

  it('reads those who send too fast later, and nobody else', async () => {
    const { server, lines } = await serve(tcp(), { perSecond: 20 });
    const [fast, slow] = await Promise.all([connect(server.port), connect(server.port)]);
    fast.socket.write('fast\n'.repeat(250));
    await until(() => lines.length >= 200);
    slow.socket.write('slow\n');
    await until(() => lines.includes('slow'));
    expect(lines.length).toBeLessThan(240);
    await until(() => lines.length === 251);
  });

  it('waits with a client whose lines are not done', async () => {
    let done = (): void => undefined;
    const { server, lines } = await serve(tcp(), {
      take: () =>
        new Promise((resolve) => {
          done = resolve;
        }),
    });
    const { socket, isClosed } = await connect(server.port);
    socket.end('a\nb\nc');
    for (let count = 1; count <= 3; count++) {
      await until(() => lines.length === count);
      done();
    }
    await until(isClosed);
    expect(lines).toEqual(['a', 'b', 'c']);
  });

  it('wants the token first, and lets nobody guess', async () => {
    const { server, lines, log } = await serve(tcp({ token: new Secret('open sesame') }));
    const good = await connect(server.port);
    good.socket.write('open sesame\r\na\n');
    await until(() => lines.length === 1);
    expect(lines).toEqual(['a']);
    const early = await connect(server.port);
    for (const wrong of ['open', 'open sesame!', '"open sesame"']) {
      const bad = await connect(server.port);
      bad.socket.write(`${wrong}\n3|on|50\n`);
      await until(bad.isClosed);
    }
    const held = await connect(server.port);
    for (const each of [held, early]) {
      each.socket.write('open sesame\nb\n');
      await until(each.isClosed);
    }
    expect(lines).toEqual(['a']);
    expect(log.find(/its token is wrong/)).toHaveLength(4);
    expect(log.find(/it sent wrong tokens a moment ago/)).toHaveLength(1);
    await until(() => {
      server.say('status\n');
      return good.told() !== '';
    });
    expect(JSON.stringify(log.lines)).not.toContain('sesame');
  });

  it('tells those nothing who have not said the token', async () => {
    const { server } = await serve(tcp({ token: new Secret('open sesame') }));
    const [silent, known] = await Promise.all([connect(server.port), connect(server.port)]);
    known.socket.write('open sesame\n');
    await until(() => {
      server.say('status\n');
      return known.told() !== '';
    });
    expect(silent.told()).toBe('');
  });

  it.each<[readonly string[], boolean]>([
    [['192.0.2.0/24'], false],
    [['127.0.0.0/8'], true],
    [['192.0.2.7', '::1', '127.0.0.1'], true],
  ])('lets in who is in %j', async (allow, isIn) => {
    const { server, lines } = await serve(tcp({ allow }));
    const { socket, isClosed } = await connect(server.port);
    socket.write('a\n');
    await until(() => isClosed() || lines.length === 1);
    expect(lines).toEqual(isIn ? ['a'] : []);
  });

  it('sends away who does not read what it is told', async () => {
    const { server, log } = await serve(tcp());
    const { socket } = await connect(server.port);
    socket.pause();
    await until(() => {
      server.say('x'.repeat(1_000_000));
      return log.find(/it has not read 64 KiB/).length > 0;
    });
  });

  it('replaces the socket of a dead process, refuses that of a living one, and takes its own away', async () => {
    const path = newPath();
    const first = await serve({ kind: 'socket', path });
    const second = await serve({ kind: 'socket', path });
    expect(second.troubles).toEqual([expect.stringContaining(`another process listens on ${path}`)]);
    expect(existsSync(path)).toBe(true);
    await second.server.stop();
    await first.server.stop();
    expect(existsSync(path)).toBe(false);
    // What is left of a process that was killed: a socket that nobody listens on.
    const dead = createServer().listen(path);
    await until(() => dead.listening);
    const left = `${path}.left`;
    linkSync(path, left);
    await new Promise((resolve) => dead.close(resolve));
    const third = await serve({ kind: 'socket', path: left });
    expect(third.troubles).toEqual([undefined]);
    const { socket } = await connect(left);
    socket.write('a\n');
    await until(() => third.lines.length === 1);
  });

  it('leaves what is no socket alone', async () => {
    const path = newPath();
    writeFileSync(path, 'precious');
    chmodSync(path, 0o600);
    expect((await serve({ kind: 'socket', path })).troubles).toEqual([expect.stringContaining('is there already and is no socket')]);
    expect(statSync(path).size).toBe(8);
    expect((await serve({ kind: 'socket', path: `${newPath()}${'x'.repeat(120)}` })).troubles).toEqual([expect.stringContaining("a socket's may have")]);
  });

  it('says that its port is taken, and takes it when it is free', async () => {
    const first = await serve(tcp());
    const port = first.server.port ?? 0;
    const second = await serve(tcp({ port }));
    expect(second.troubles).toEqual([`no trigger lines are taken at 127.0.0.1:${port}: another process has it`]);
    await first.server.stop();
    await until(() => second.troubles.at(-1) === undefined, 10_000);
    const { socket } = await connect(port);
    socket.write('a\n');
    await until(() => second.lines.length === 1);
  }, 20_000);

  it('stops within 2 s, whoever is connected', async () => {
    const { server } = await serve(tcp({ token: new Secret('open sesame') }), { connections: 3 });
    await Promise.all(Array.from({ length: 20 }, () => connect(server.port)));
    const beganMs = performance.now();
    await server.stop();
    expect(performance.now() - beganMs).toBeLessThan(2000);
  });
});
