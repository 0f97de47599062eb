import type { EventChanges, EventFilter } from '@nightjar/client';
import { FakeRecorder } from '@nightjar/testkit';
import { type Principal, ROLES } from '../../model/permission.ts';
import type { AccountDesk } from '../account-desk.ts';
import type { Operation } from '../operation.ts';
import { OperationRunner } from '../run-operation.ts';
import { deleteEvent, EVENT_OPERATIONS, getEvent, getEventAlarmPicture, getEventSnapshot, listEvents, updateEvent } from './events.ts';

const viewer: Principal = { name: 'ann', permissions: ROLES.viewer, cameras: ['porch'] };
const operator: Principal = { ...viewer, permissions: ROLES.operator };
const admin: Principal = { name: 'root', permissions: ROLES.admin, cameras: null };

/** A recorder that writes down what it was asked. */
class AskedRecorder extends FakeRecorder {
  readonly filters: EventFilter[] = [];
  readonly edits: EventChanges[] = [];

  override events(filter: EventFilter = {}): ReturnType<FakeRecorder['events']> {
    this.filters.push(filter);
    return super.events(filter);
  }

  override updateEvent(id: number, changes: EventChanges): ReturnType<FakeRecorder['updateEvent']> {
    this.edits.push(changes);
    return super.updateEvent(id, changes);
  }
}

function open() {
  const recorder = new AskedRecorder({ cameras: ['porch', 'yard'] });
  const ids = ['porch', 'yard'].map((camera) => {
    const { id } = recorder.openEvent(camera);
    recorder.closeEvent(id);
    recorder.readyEvent(id);
    return id;
  });
  const runner = new OperationRunner({ checksOutput: true });
  const run = (operation: Operation, input: Readonly<Record<string, unknown>>, principal: Principal | undefined = admin): Promise<unknown> =>
    runner.run(operation, {
      ...(principal === undefined ? {} : { principal }),
      recorder,
      accounts: { refused: () => undefined } as unknown as AccountDesk,
      peer: { address: '192.0.2.1' },
      isContinued: false,
      signal: new AbortController().signal,
      input,
    });
  return { recorder, run, porch: ids[0] ?? 0, yard: ids[1] ?? 0 };
}

describe('listing events', () => {
  it('passes every filter on, as what it means', async () => {
    const { recorder, run } = open();
    const filter = { camera: 'porch', from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z', cause: 'motion', zone: 'all', cursor: 'MQ' };
    await run(listEvents, { ...filter, minScore: '12.5', protected: 'false', limit: '7' });
    expect(recorder.filters).toEqual([{ ...filter, minScore: 12.5, protected: false, limit: 7 }]);
    await run(listEvents, {});
    expect(recorder.filters.at(-1)).toEqual({ limit: 100 });
  });

  it('gives an account that is limited to cameras no others, whatever it asks for', async () => {
    const { recorder, run } = open();
    for (const input of [{}, { camera: 'yard' }, { camera: 'porch' }, { cameras: ['yard', 'porch'] }, { cameras: 'yard' }])
      await run(listEvents, input, viewer);
    expect(recorder.filters.map(({ cameras }) => cameras)).toEqual([['porch'], ['porch'], ['porch'], ['porch'], []]);
  });

  it.each([
    { camera: '../etc' },
    { cause: 'rain' },
    { zone: '' },
    { zone: 'x'.repeat(49) },
    { minScore: 'high' },
    { minScore: '-1' },
    { minScore: '101' },
    { protected: 'maybe' },
    { limit: '0' },
    { limit: '1001' },
    { limit: '1.5' },
    { cursor: 'x'.repeat(101) },
    { order: 'oldest' },
    { cameras: 'No Spaces' },
  ])('refuses %j', async (input) => {
    const { recorder, run } = open();
    await expect(run(listEvents, input)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(recorder.filters).toEqual([]);
  });
});

describe('one event', () => {
  it('is given, changed and deleted', async () => {
    const { recorder, run, porch } = open();
    expect(await run(getEvent, { id: String(porch) }, viewer)).toMatchObject({ id: porch, cameraId: 'porch' });
    const changes = { name: 'The post', notes: 'a\nb', tags: ['☃'], protected: false };
    expect(await run(updateEvent, { id: porch, ...changes }, operator)).toMatchObject({ id: porch, ...changes });
    expect(recorder.edits).toEqual([changes]);
    expect(await run(deleteEvent, { id: String(porch) }, operator)).toBeUndefined();
    await expect(run(getEvent, { id: String(porch) }, { ...viewer, cameras: null })).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
  });

  it.each([
    { name: '' },
    { name: 'a\nb' },
    { name: 'x'.repeat(121) },
    { notes: '\u0000' },
    { tags: ['a', ''] },
    { tags: 'a' },
    { tags: Array.from({ length: 33 }, String) },
    { protected: 'true' },
    { state: 'ready' },
    { id: 0 },
    { id: 1.5 },
    { id: '1; drop table events' },
  ])('is not changed by %j', async (changes) => {
    const { recorder, run, porch } = open();
    await expect(run(updateEvent, { id: porch, ...changes })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(recorder.edits).toEqual([]);
  });

  it('has pictures with a tag that changes with them', async () => {
    const { recorder, run, porch } = open();
    const first = (await run(getEventSnapshot, { id: String(porch), width: '320' })) as { etag: string; jpeg: Uint8Array; stale: boolean };
    expect(first).toMatchObject({ stale: false, jpeg: recorder.eventJpeg, etag: expect.stringMatching(/^[\w-]{22}$/) });
    expect(await run(getEventAlarmPicture, { id: String(porch) })).toMatchObject({ etag: first.etag });
    recorder.eventJpeg = Uint8Array.of(...recorder.eventJpeg, 0);
    expect(((await run(getEventSnapshot, { id: String(porch) })) as { etag: string }).etag).not.toBe(first.etag);
    await expect(run(getEventSnapshot, { id: String(porch), width: '8193' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it.each(EVENT_OPERATIONS.filter(({ about }) => about === 'event').map((each) => [each.id, each] as const))(
    'is not for everybody: %s',
    async (_, operation) => {
      const { run, porch, yard } = open();
      const isEdit = typeof operation.requires !== 'string' && operation.requires.access === 'edit';
      const id = (of: number): Readonly<Record<string, unknown>> => ({ id: operation.method === 'PATCH' ? of : String(of) });
      await expect(run(operation, id(yard), { ...operator })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      await expect(run(operation, id(porch), { ...admin, permissions: { ...ROLES.admin, events: 'none' } })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      if (isEdit) await expect(run(operation, id(porch), viewer)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      const token: Principal = { ...admin, scope: { cameraId: 'porch', operations: [operation.id] } };
      await expect(run(operation, id(yard), token)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    },
  );
});
