// Whatever is sent, the server answers, and never with a failure of its own. FUZZ_REQUESTS and FUZZ_SEED make it more, or another.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { FakeAccountDesk, FakeRecorder, fuzzApi } from '@nightjar/testkit';
import { httpRecorder } from '../../../test/http-recorder.ts';
import { openApiOf } from '../../api/openapi.ts';
import { OPERATIONS } from '../../api/registry.ts';

const COUNT = Number(process.env['FUZZ_REQUESTS'] ?? 600);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

describe('the HTTP API under fire', () => {
  it(
    `answers ${COUNT} requests made of its own description with what they are, not with failures`,
    async () => {
      const recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
      const { id } = recorder.openEvent('porch');
      recorder.closeEvent(id);
      recorder.readyEvent(id);
      recorder.video('porch').sendFrames(3);
      const accounts = new FakeAccountDesk();
      const server = await httpRecorder({ recorder, accounts, settings: { requestsPerMinute: 1_000_000 } });
      const description = JSON.parse(JSON.stringify(openApiOf(OPERATIONS, '1'))) as Parameters<typeof fuzzApi>[0]['description'];
      const token = async (): Promise<string> => (await accounts.createToken({ name: 'fuzzer', role: 'admin' })).token;
      const { statuses, failures } = await fuzzApi({ url: server.url, description, seed: SEED, count: COUNT, token });
      const alive = await server.ask('/health');
      await server.close();
      expect(failures).toEqual([]);
      // It got past the door often enough to have tried something.
      expect((statuses['200'] ?? 0) + (statuses['201'] ?? 0) + (statuses['204'] ?? 0)).toBeGreaterThan(COUNT / 20);
      expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['400', '401', '404', '405', '415']));
      expect(server.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
      expect(readdirSync(tmpdir())).not.toContain('nightjar-was-here');
      expect(alive.status).toBe(200);
    },
    60_000 + COUNT * 50,
  );
});
