// The part of the `RecorderApi` contract about exports.
import { createHash } from 'node:crypto';
import type { Change, Export, ExportRequest, MediaFile } from '@nightjar/client';
import type { RecorderUnderTest } from './recorder-api-contract.ts';

const UNKNOWN = 999_999_999;

/** Declares the tests; `subject` is the recorder of the test that runs. */
export function describeRecorderExports(subject: () => RecorderUnderTest): void {
  const done = async (id: number): Promise<Export> => {
    const { api, passTime = (work) => work } = subject();
    return passTime(
      (async () => {
        for (;;) {
          const made = await api.export(id);
          if (made.state !== 'queued' && made.state !== 'running') return made;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })(),
    );
  };

  it('makes a file of an event, with a manifest that knows its hash', async () => {
    const { api, cameraId, eventId } = subject();
    const asked = await api.createExport({ events: [eventId, eventId], name: 'Parcel' });
    expect(asked).toMatchObject({ name: 'Parcel', cameraId, progress: 0, events: [eventId], createdBy: expect.any(String) });
    const made = await done(asked.id);
    expect(made).toMatchObject({ id: asked.id, name: 'Parcel', state: 'done', progress: 1, events: [eventId], createdBy: asked.createdBy });
    expect(made.urls).toEqual({ video: `/api/v1/exports/${made.id}/video.mp4`, manifest: `/api/v1/exports/${made.id}/manifest.json` });
    expect(Date.parse(made.expiresAt ?? '')).toBeGreaterThan(Date.parse(made.finishedAt ?? ''));
    expect((await api.exports({ camera: cameraId, limit: 1 })).exports).toEqual([made]);

    const video = await api.exportVideo(made.id);
    expect(video).toMatchObject({ contentType: 'video/mp4', sizeBytes: made.sizeBytes, fileName: expect.stringMatching(/^[\w.-]+\.mp4$/) });
    const whole = await readAll(video, 0, video.sizeBytes);
    expect(createHash('sha256').update(whole).digest('hex')).toBe(made.sha256);
    expect(await readAll(video, 100, 300)).toEqual(whole.subarray(100, 300));
    const manifest = await api.exportManifest(made.id);
    expect(manifest).toMatchObject({ contentType: expect.stringMatching(/^application\/json/), fileName: `${video.fileName}.manifest.json` });
    expect(JSON.parse((await readAll(manifest, 0, manifest.sizeBytes)).toString('utf8'))).toMatchObject({
      camera: { id: cameraId },
      file: { name: video.fileName, sizeBytes: made.sizeBytes, sha256: made.sha256 },
      events: [{ id: eventId }],
    });
  });

  it('makes a file of a span, the newest first in the list', async () => {
    const { api, cameraId, eventId } = subject();
    const { start, end = start } = await api.event(eventId);
    const first = await done((await api.createExport({ events: [eventId] })).id);
    const second = await done((await api.createExport({ camera: cameraId, from: start, to: end })).id);
    expect(second).toMatchObject({ state: 'done', cameraId, events: [eventId] });
    expect((await api.exports()).exports.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect((await api.exports({ cameras: ['elsewhere'] })).exports).toEqual([]);
    expect((await api.exports({ cameras: [] })).exports).toEqual([]);
  });

  it('removes an export with its file', async () => {
    const { api, eventId, passTime = (work) => work } = subject();
    const { id } = await done((await api.createExport({ events: [eventId] })).id);
    await passTime(api.deleteExport(id));
    expect((await api.exports()).exports).toEqual([]);
    for (const ask of [api.export(id), api.exportVideo(id), api.exportManifest(id), passTime(api.deleteExport(id))])
      await expect(ask).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' });
    await expect(api.export(UNKNOWN)).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' });
  });

  it('tells in the change feed what becomes of an export', async () => {
    const { api, eventId, passTime = (work) => work } = subject();
    const abort = new AbortController();
    let reading: Promise<readonly Change[]> = Promise.resolve([]);
    await new Promise<void>((resolve) => {
      reading = told(api.changes({ signal: abort.signal, onAlive: () => resolve() }));
    });
    const { id, cameraId } = await done((await api.createExport({ events: [eventId] })).id);
    await passTime(api.deleteExport(id));
    const changes = await reading;
    abort.abort();
    const states = changes.flatMap((change) => (change.type === 'export.changed' ? [change.data.state] : []));
    expect([...new Set(states)]).toEqual(['queued', 'running', 'done']);
    expect(changes.at(-1)).toMatchObject({ type: 'export.deleted', data: { id, cameraId } });
  });

  it('refuses what is no export, by a code', async () => {
    const { api, cameraId, eventId, foreignEventId, passTime = (work) => work } = subject();
    const { start, end = start } = await api.event(eventId);
    const cases: readonly (readonly [ExportRequest, string])[] = [
      [{}, 'INPUT_INVALID'],
      [{ events: [] }, 'INPUT_INVALID'],
      [{ camera: cameraId, from: start }, 'INPUT_INVALID'],
      [{ camera: cameraId, from: end, to: start }, 'INPUT_INVALID'],
      [{ events: [eventId], camera: cameraId, from: start, to: end }, 'INPUT_INVALID'],
      [{ events: [eventId, foreignEventId] }, 'INPUT_INVALID'],
      [{ events: [UNKNOWN] }, 'EVENT_NOT_FOUND'],
      [{ camera: 'no-such-camera', from: start, to: end }, 'CAMERA_NOT_FOUND'],
      [{ camera: cameraId, from: '1999-01-01T00:00:00.000Z', to: '1999-01-02T00:00:00.000Z' }, 'NOTHING_RECORDED'],
    ];
    for (const [request, code] of cases)
      await expect([request, await passTime(api.createExport(request)).catch((error: unknown) => error)]).toMatchObject([request, { code }]);
    expect((await api.exports()).exports).toEqual([]);
  });
}

async function told(changes: AsyncIterable<Change>): Promise<readonly Change[]> {
  const seen: Change[] = [];
  for await (const change of changes) {
    if (!change.type.startsWith('export.')) continue;
    seen.push(change);
    if (change.type === 'export.deleted') break;
  }
  return seen;
}

async function readAll(file: MediaFile, start: number, end: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.read(start, end)) pieces.push(piece);
  return Buffer.concat(pieces);
}
