// Exports of a recorder that records meanwhile: made, fetched, verified, cancelled, and taken up again after it was killed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventPage, Export, ExportList } from '@nightjar/client';
import { describeWith } from '@nightjar/testkit';
import { eventually, probeVideo, RecorderFolder } from './recorder-process.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const CAMERA = '  - { id: porch, name: Front porch, source: "synthetic:visitor", function: record, sectionLengthSeconds: 3 }';
const WAITING = 12;

describeWith('ffmpeg', 'exports over HTTP', () => {
  it('are files that players take and that their manifests prove', async () => {
    await using folder = new RecorderFolder({ cameras: CAMERA });
    await folder.start();
    const [newest, oldest] = await readyEvents(folder, 2);
    const asked = await folder.ask('/exports', { method: 'POST', body: { events: [newest, oldest], name: 'Two sections' } });
    expect(asked.status).toBe(202);
    const made = await done(folder, ((await asked.json()) as Export).id);
    expect(made).toMatchObject({ name: 'Two sections', state: 'done', events: [oldest, newest], createdBy: 'admin', gaps: 0 });

    const video = await folder.ask(made.urls?.video.replace('/api/v1', '') ?? '');
    const name = /^attachment; filename="(porch-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.mp4)"$/.exec(video.headers.get('content-disposition') ?? '')?.[1] ?? '';
    const bytes = Buffer.from(await video.arrayBuffer());
    expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([made.sizeBytes, made.sha256]);
    const saved = join(folder.path, name);
    writeFileSync(saved, bytes);
    const manifest = await folder.ask(`/exports/${made.id}/manifest.json`);
    expect(manifest.headers.get('content-type')).toMatch(/^application\/json/);
    writeFileSync(`${saved}.manifest.json`, Buffer.from(await manifest.arrayBuffer()));
    const probed = probeVideo(saved);
    expect(probed).toMatchObject({ frames: made.frames, startsWithKey: true, isMonotonic: true, isFastStart: true });
    expect(Math.abs(probed.durationSeconds - (made.durationSeconds ?? 0))).toBeLessThan(0.1);
    const verified = spawnSync(process.execPath, ['--conditions=source', '--no-warnings', MAIN, 'verify', saved], { encoding: 'utf8' });
    expect(verified).toMatchObject({ status: 0, stdout: expect.stringContaining('as it was exported') });

    const { url, token } = await folder.session();
    const part = await fetch(`${url}${made.urls?.video}`, { headers: { authorization: `Bearer ${token}`, range: 'bytes=1000-1999' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 1000-1999/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1000, 2000))).toBe(true);

    // Sections follow each other to the millisecond only nearly: the next one may begin just before this one ends.
    const to = new Date(Date.parse(made.to) - 45).toISOString();
    const span = await folder.ask('/exports', { method: 'POST', body: { camera: 'porch', from: made.from, to } });
    expect(await done(folder, ((await span.json()) as Export).id)).toMatchObject({ state: 'done', events: [oldest, newest], frames: made.frames });
    expect((await folder.ask(`/exports/${made.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(readdirSync(join(folder.path, 'data/exports')).length).toBe(1);
    expect((await folder.stop()).code).toBe(0);
  }, 120_000);

  it('wait through a recorder that is killed, and leave nothing of those that were not wanted any more', async () => {
    await using folder = new RecorderFolder({ cameras: CAMERA });
    await folder.start();
    const [event] = await readyEvents(folder, 1);
    const ids: number[] = [];
    for (let count = 0; count < WAITING; count++)
      ids.push(((await (await folder.ask('/exports', { method: 'POST', body: { events: [event] } })).json()) as Export).id);
    await folder.kill();
    await folder.start();
    const unwanted = ids.at(-1) ?? 0;
    expect((await folder.ask(`/exports/${unwanted}`, { method: 'DELETE' })).status).toBe(204);
    for (const id of ids.slice(0, -1)) expect(await done(folder, id)).toMatchObject({ id, state: 'done', events: [event] });
    expect(((await (await folder.ask('/exports')).json()) as ExportList).exports.map(({ id }) => id)).toEqual(ids.slice(0, -1).reverse());
    const shelf = join(folder.path, 'data/exports');
    expect(existsSync(join(shelf, `export-${unwanted}`))).toBe(false);
    for (const id of readdirSync(shelf)) expect(readdirSync(join(shelf, id)).map((name) => name.replace(/^.*\.mp4/, ''))).toEqual(['', '.manifest.json']);
    expect((await folder.stop()).code).toBe(0);
  }, 120_000);
});

/** Ids of so many events that are ready, newest first. */
const readyEvents = (folder: RecorderFolder, count: number): Promise<readonly number[]> =>
  eventually(
    `${count} events are ready`,
    async () => {
      const { events } = (await (await folder.ask('/events?camera=porch')).json()) as EventPage;
      const ready = events.filter(({ state }) => state === 'ready').map(({ id }) => id);
      return ready.length >= count ? ready.slice(0, count) : undefined;
    },
    60_000,
  );

const done = (folder: RecorderFolder, id: number): Promise<Export> =>
  eventually(
    `export ${id} is done`,
    async () => {
      const made = (await (await folder.ask(`/exports/${id}`)).json()) as Export;
      return made.state === 'queued' || made.state === 'running' ? undefined : made;
    },
    30_000,
  );
