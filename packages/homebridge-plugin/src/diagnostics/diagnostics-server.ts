// `GET /homekit`, for whoever sits at the machine.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reasonOf } from '@nightjar/client';
import { diagnosticsPage } from './diagnostics-page.ts';
import type { DiagnosticsReport } from './diagnostics-report.ts';

const LOOPBACK = '127.0.0.1';
const CLOSING = { connection: 'close', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** Serves the report on loopback: as JSON, and as a page where HTML is asked for. */
export class DiagnosticsServer {
  readonly #report: () => DiagnosticsReport;
  #server: Server | undefined;

  constructor(report: () => DiagnosticsReport) {
    this.#report = report;
  }

  /**
   * @param port - 0: any that is free.
   * @returns Its address.
   * @throws Error where the port is taken.
   */
  async start(port: number): Promise<string> {
    const server = createServer((request, response) => this.#answer(request, response));
    server.requestTimeout = 5000;
    server.maxConnections = 8;
    server.unref();
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      // Later ones are of connections that could not be taken, as where too many files are open.
      server.on('error', reject);
      server.listen(port, LOOPBACK, resolve);
    });
    return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/homekit`;
  }

  stop(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  #answer({ method, url = '', headers }: IncomingMessage, response: ServerResponse): void {
    // A page somewhere on the web must not read it by a name that leads to loopback.
    const host = (headers.host ?? '').replace(/:\d+$/, '');
    if (host !== LOOPBACK && host !== 'localhost') return say(response, 403, 'Expected the host 127.0.0.1 or localhost.\n');
    if (method !== 'GET') return say(response, 405, 'Expected GET.\n');
    if (url.split('?')[0] !== '/homekit') return say(response, 404, 'Expected /homekit.\n');
    try {
      const report = this.#report();
      if ((headers.accept ?? '').includes('text/html')) return say(response, 200, diagnosticsPage(report), 'text/html; charset=utf-8');
      say(response, 200, `${JSON.stringify(report, null, 2)}\n`, 'application/json');
    } catch (error) {
      say(response, 500, `The report could not be made: ${reasonOf(error)}\n`);
    }
  }
}

function say(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { ...CLOSING, 'content-type': type, 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" }).end(body);
}
