import { get } from 'node:http';
import { connect } from 'node:net';
import type { Health } from '@nightjar/client';
import { type HttpServer, startHttpServer } from './http-server.ts';
import { isFreePort } from './is-free-port.ts';

const health: Health = { status: 'ok', version: '1.2.3', uptimeSeconds: 5, cameras: { total: 1, online: 1 }, problems: [] };

describe('the HTTP server', () => {
  let server: HttpServer;
  beforeEach(async () => {
    server = await startHttpServer({ host: '127.0.0.1', port: 0, health: () => health });
  });
  afterEach(() => server.close());

  it('tells how the recorder is', async () => {
    const response = await fetch(`${server.url}/api/v1/health?full=1`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(health);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const head = await fetch(`${server.url}/api/v1/health`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it.each([
    ['GET', '/', 404, 'NOT_FOUND'],
    ['GET', '/api/v1/health/../../etc/passwd', 404, 'NOT_FOUND'],
    ['POST', '/api/v1/health', 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', '/nothing', 404, 'NOT_FOUND'],
  ])('answers %s %s with %d', async (method, path, status, code) => {
    const response = await fetch(`${server.url}${path}`, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  it.each([
    ['rebound.example', 421],
    ['127.0.0.1.rebound.example:8420', 421],
    ['localhost:8420', 200],
  ])('answers a request to %s with %d, whatever address it came to', async (host, status) => {
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve) => {
      get(`${server.url}/api/v1/health`, { headers: { host } }, async (response) => {
        let text = '';
        for await (const part of response) text += String(part);
        resolve({ status: response.statusCode, text });
      });
    });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(status === 200 ? '"uptimeSeconds":5' : '{"error":{"code":"HOST_NOT_ALLOWED"');
    expect(answer.text.includes('cameras')).toBe(status === 200);
  });

  it('takes a bounded number of connections', async () => {
    const sockets = Array.from({ length: 140 }, () => connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => undefined));
    const turnedAway = Promise.any(sockets.map((socket) => new Promise((resolve) => socket.resume().once('close', resolve))));
    await turnedAway;
    for (const socket of sockets) socket.destroy();
  });

  it('says that its port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(startHttpServer({ host: '127.0.0.1', port, health: () => health })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: `cannot listen on 127.0.0.1:${port}: something else listens there already`,
    });
    expect(await isFreePort('127.0.0.1', port)).toBe(false);
  });

  it('closes at once, also with a client that keeps its connection', async () => {
    const response = await fetch(`${server.url}/api/v1/health`);
    await response.text();
    const startMs = performance.now();
    await server.close();
    expect(performance.now() - startMs).toBeLessThan(1000);
    expect(await isFreePort('127.0.0.1', Number(new URL(server.url).port))).toBe(true);
    server = await startHttpServer({ host: '127.0.0.1', port: 0, health: () => health });
  });
});
