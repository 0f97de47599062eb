import type { Export, ExportList, ExportRequest, MediaFile } from '@nightjar/client';
import { FakeRecorder } from '@nightjar/testkit';
import { type Principal, ROLES } from '../../model/permission.ts';
import type { AccountDesk } from '../account-desk.ts';
import type { Operation } from '../operation.ts';
import { OperationRunner } from '../run-operation.ts';
import { createExport, deleteExport, EXPORT_OPERATIONS, getExport, getExportManifest, getExportVideo, listExports } from './exports.ts';

const viewer: Principal = { name: 'ann', permissions: ROLES.viewer, cameras: ['porch'] };
const operator: Principal = { ...viewer, name: 'bob', permissions: ROLES.operator };
const admin: Principal = { name: 'root', permissions: ROLES.admin, cameras: null };
const SPAN = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };

/** A recorder that writes down what it was asked to make. */
class AskedRecorder extends FakeRecorder {
  readonly requests: ExportRequest[] = [];

  override createExport(request: ExportRequest, createdBy?: string): Promise<Export> {
    this.requests.push(request);
    return super.createExport(request, createdBy);
  }
}

function open() {
  const recorder = new AskedRecorder({ cameras: ['porch', 'yard'] });
  const [porch = 0, yard = 0] = ['porch', 'yard'].map((camera) => {
    const { id } = recorder.openEvent(camera);
    recorder.closeEvent(id);
    return recorder.readyEvent(id).id;
  });
  const refused: string[] = [];
  const runner = new OperationRunner({ checksOutput: true });
  const run = (operation: Operation, input: Readonly<Record<string, unknown>>, principal: Principal = admin): Promise<unknown> =>
    runner.run(operation, {
      principal,
      recorder,
      accounts: { refused: (_who: Principal, id: string) => refused.push(id) } as unknown as AccountDesk,
      peer: { address: '192.0.2.1' },
      isContinued: false,
      signal: new AbortController().signal,
      input,
    });
  return { recorder, run, refused, porch, yard };
}

describe('asking for an export', () => {
  it('is done in the name of whoever asks', async () => {
    const { run, porch } = open();
    expect(await run(createExport, { events: [porch], name: 'Parcel' }, operator)).toMatchObject({ name: 'Parcel', createdBy: 'bob', state: 'queued' });
    expect(await run(createExport, { camera: 'porch', ...SPAN }, operator)).toMatchObject({ cameraId: 'porch', events: [porch] });
  });

  it('needs the permission to change events', async () => {
    const { recorder, run, porch } = open();
    await expect(run(createExport, { events: [porch] }, viewer)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(recorder.requests).toEqual([]);
  });

  it('reveals nothing of cameras that somebody may not use, and is taken down', async () => {
    const { recorder, run, refused, porch, yard } = open();
    const foreign = [
      { events: [yard] },
      { events: [porch, yard] },
      { camera: 'yard', ...SPAN },
      { camera: 'yard', from: SPAN.to, to: SPAN.from },
      { camera: 'no-such-camera', ...SPAN },
      { events: [porch], camera: 'yard' },
    ];
    for (const input of foreign) await expect(run(createExport, input, operator)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(recorder.requests).toEqual([]);
    expect(refused).toEqual(foreign.map(() => 'createExport'));
  });

  it.each([
    [{ events: [] }],
    [{ events: ['1'] }],
    [{ events: [0] }],
    [{ events: Array.from({ length: 1001 }, (_, index) => index + 1) }],
    [{ camera: '../etc', ...SPAN }],
    [{ camera: 'porch', from: 'yesterday', to: SPAN.to }],
    [{ events: [1], name: '' }],
    [{ events: [1], name: 'x'.repeat(101) }],
    [{ events: [1], name: 'two\nlines' }],
    [{ events: [1], path: '/etc' }],
    [{}],
    [{ camera: 'porch' }],
  ])('refuses %j', async (input) => {
    const { run } = open();
    await expect(run(createExport, input)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('exports', () => {
  it('are seen, fetched and removed by whoever may use their camera', async () => {
    const { recorder, run, porch, yard } = open();
    const own = recorder.jobs.finish((await recorder.createExport({ events: [porch] })).id);
    const foreign = recorder.jobs.finish((await recorder.createExport({ events: [yard] })).id);
    expect(((await run(listExports, {})) as ExportList).exports.map(({ id }) => id)).toEqual([foreign.id, own.id]);
    for (const input of [{}, { camera: 'porch' }, { cameras: ['porch', 'yard'] }, { limit: '1' }])
      expect(((await run(listExports, input, viewer)) as ExportList).exports.map(({ id }) => id)).toEqual([own.id]);
    expect(await run(listExports, { camera: 'yard' }, viewer)).toEqual({ exports: [] });
    expect(await run(getExport, { id: own.id }, viewer)).toEqual(own);
    expect(((await run(getExportVideo, { id: own.id }, viewer)) as MediaFile).sizeBytes).toBe(own.sizeBytes);
    expect(((await run(getExportManifest, { id: own.id }, viewer)) as MediaFile).contentType).toBe('application/json');
    for (const operation of EXPORT_OPERATIONS.filter(({ about }) => about === 'export')) {
      await expect(run(operation, { id: foreign.id }, operator)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      await expect(run(operation, { id: 99 }, operator)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      await expect(run(operation, { id: 99 })).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' });
    }
    await expect(run(deleteExport, { id: own.id }, viewer)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await run(deleteExport, { id: own.id }, operator);
    expect(await run(listExports, {}, viewer)).toEqual({ exports: [] });
    expect((await recorder.exports()).exports.length).toBe(1);
  });

  it('are not ready until they are', async () => {
    const { recorder, run, porch } = open();
    recorder.jobs.areHeld = true;
    const { id } = await recorder.createExport({ events: [porch] });
    for (const operation of [getExportVideo, getExportManifest]) await expect(run(operation, { id }, viewer)).rejects.toMatchObject({ code: 'NOT_READY' });
  });
});
