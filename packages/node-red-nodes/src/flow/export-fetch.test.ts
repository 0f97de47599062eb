// Files of exports from a recorder that hardly answers any more.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RecorderHttp } from '../site/recorder-http.ts';
import { fetchBuffer } from './export-fetch.ts';
import type { ApiExport } from './export-job.ts';

const MADE: ApiExport = { id: 3, cameraId: 'porch', state: 'done', progress: 1, from: '', to: '', events: [], sizeBytes: 100_000 };

it('gives a recorder up that sends the beginning again and again', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.write('beginning');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const http = new RecorderHttp({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs: 50 });
    const fetching = { signal: new AbortController().signal, onPart: () => undefined, patienceMs: 1000, maxMiB: 1 };
    await expect(fetchBuffer(http, MADE, fetching)).rejects.toThrow('less than 4 KiB of it came within 0.05 s');
    expect(asked).toBeGreaterThan(1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
