import { request } from 'node:http';
import type { DiagnosticsReport } from './diagnostics-report.ts';
import { DiagnosticsServer } from './diagnostics-server.ts';

const REPORT: DiagnosticsReport = {
  version: '1.2.3',
  recorder: { url: 'http://127.0.0.1:8420', state: 'online' },
  cameras: [
    {
      id: 'porch',
      name: 'Porch <b>',
      published: 'external',
      setup: { code: '031-45-154', uri: 'X-HM://0023ISYWY1234' },
      status: 'online',
      streams: [{ stream: 'main', codec: 'h264', width: 1920, height: 1080, fps: 15, bitrateKbps: 4000, gopSeconds: 2, hasBFrames: false }],
    },
  ],
  sessions: [
    {
      kind: 'live',
      cameraId: 'porch',
      at: '2026-01-01T00:00:00.000Z',
      peer: '192.0.2.9',
      request: '1280x720 at 30, 299 kbit/s',
      sent: 'main, 1920x1080, copied',
      firstPictureMs: 42,
      seconds: 12,
      packets: 900,
      bytes: 1_000_000,
      loss: 0.004,
      end: 'stopped by the viewer',
    },
  ],
  network: [{ peer: '192.0.2.9', offered: '192.0.2.1', route: '198.51.100.1', isSame: false }],
  resources: { timers: 3, udpSockets: 2, tcpSockets: 1, rssMiB: 80 },
};

/** What comes back, over a connection of its own; `fetch` would not let a test set the host. */
function ask(url: string, options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {}) {
  return new Promise<{ readonly status: number | undefined; readonly type: string | undefined; readonly body: string }>((resolve, reject) => {
    const asking = request(url, { agent: false, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], body }));
    });
    asking.on('error', reject).end();
  });
}

describe('GET /homekit', () => {
  const server = new DiagnosticsServer(() => REPORT);
  let url = '';
  beforeAll(async () => {
    url = await server.start(0);
  });
  afterAll(() => server.stop());

  it('gives the report to programs', async () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/homekit$/);
    const { status, type, body } = await ask(url);
    expect([status, type, JSON.parse(body)]).toEqual([200, 'application/json', REPORT]);
  });

  it('gives a page to people, with names as they are and no more', async () => {
    const { status, body } = await ask(url, { headers: { accept: 'text/html' } });
    expect(status).toBe(200);
    for (const part of ['Porch &lt;b&gt;', '031-45-154', '42 ms', '0.4\u00a0%', 'set &quot;address&quot; to 198.51.100.1', 'every 2.0 s'])
      expect([part, body.includes(part)]).toEqual([part, true]);
  });

  it('is for this machine only, and only for looking', async () => {
    expect((await ask(url, { headers: { host: 'nightjar.example' } })).status).toBe(403);
    expect((await ask(url, { method: 'POST' })).status).toBe(405);
    expect((await ask(url.replace('/homekit', '/'))).status).toBe(404);
  });

  it('says that a report could not be made', async () => {
    const broken = new DiagnosticsServer(() => {
      throw new Error('no cameras');
    });
    expect(await ask(await broken.start(0))).toMatchObject({ status: 500, body: 'The report could not be made: no cameras\n' });
    broken.stop();
  });

  it('says why it cannot be served', async () => {
    const other = new DiagnosticsServer(() => REPORT);
    await expect(other.start(Number(new URL(url).port))).rejects.toThrow(/EADDRINUSE/);
    other.stop();
  });
});
