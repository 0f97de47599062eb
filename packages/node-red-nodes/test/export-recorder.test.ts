// nightjar-recordings and nightjar-export with a recorder that records: the exported file plays.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@nightjar/testkit';
import { eventually, probeVideo, RecorderFolder } from '../../core/test/integration/recorder-process.ts';
import type { ApiEvent } from '../src/flow/event-query.ts';
import { FlowBench } from './flow-bench.ts';

const CAMERA = '  - { id: porch, name: Front porch, source: "synthetic:visitor", function: record, sectionLengthSeconds: 3 }';
const WITHIN_MS = 60_000;
/** Sites always have a broker; here nothing listens there, and the address of the API is enough. */
const SITE = { id: 'site', type: 'nightjar-site', broker: 'mqtt://127.0.0.1:9' };

describeWith('ffmpeg', 'recordings of a real recorder', () => {
  const bench = new FlowBench();

  it('are found, and exported as a file that plays', async () => {
    await using folder = new RecorderFolder({ cameras: CAMERA });
    await folder.start();
    const { url: apiUrl, token } = await folder.session();
    const filename = join(folder.path, 'clips/');
    const nodes = [
      { ...SITE, apiUrl },
      { id: 'find', type: 'nightjar-recordings', camera: 'porch', limit: 50 },
      { id: 'export', type: 'nightjar-export', what: 'event', event: 'payload', eventType: 'msg', delivery: 'file', filename },
      { id: 'span', type: 'nightjar-export', what: 'span', camera: 'porch', from: '-1m', delivery: 'buffer' },
    ];
    await bench.load(nodes, { site: { token } });
    const events = await eventually(
      'two sections are ready',
      async () => {
        const { payload } = await bench.send('find', {});
        const ready = (payload as readonly ApiEvent[]).filter(({ state }) => state === 'ready');
        return ready.length >= 2 ? ready.slice(0, 2) : undefined;
      },
      WITHIN_MS,
    );
    const video = await fetch(String(events[0]?.video?.['url']), { headers: { authorization: `Bearer ${token}` } });
    expect((await video.arrayBuffer()).byteLength).toBe(events[0]?.['sizeBytes']);

    const { payload } = await bench.send('export', { payload: events });
    const facts = payload as { readonly file: string; readonly sha256: string; readonly duration: number; readonly events: readonly number[] };
    expect(facts.file).toMatch(/clips\/porch-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.mp4$/);
    expect(facts.events).toEqual(events.map(({ id }) => id).reverse());
    expect(createHash('sha256').update(readFileSync(facts.file)).digest('hex')).toBe(facts.sha256);
    const probed = probeVideo(facts.file);
    expect(probed).toMatchObject({ startsWithKey: true, isMonotonic: true, isFastStart: true });
    expect(Math.abs(probed.durationSeconds - facts.duration)).toBeLessThan(0.1);

    const span = await bench.send('span', {});
    const { sha256, size } = span['export'] as { readonly sha256: string; readonly size: number };
    expect([
      (span.payload as Buffer).length,
      createHash('sha256')
        .update(span.payload as Buffer)
        .digest('hex'),
    ]).toEqual([size, sha256]);
    expect(bench.received('span', 1).map(({ payload: percent }) => percent)).toEqual(expect.arrayContaining([0, 100]));
    expect(bench.errors()).toEqual([]);
    await bench.unload();
    expect((await folder.stop()).code).toBe(0);
  }, 120_000);
});
