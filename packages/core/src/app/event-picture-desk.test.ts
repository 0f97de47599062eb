import { FakePictureMaker, fakeJpeg, MemoryEventFiles, sampleEvent, settle } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import type { EventRecord } from '../model/event.ts';
import type { AreaStatus } from '../storage/area.ts';
import { EventPictureDesk } from './event-picture-desk.ts';

const ROOT = '/events';
const area = { id: 'default', path: ROOT, scheme: 'shallow', minFree: { bytes: 0 }, maxSize: null } as const;

function make(rows: readonly EventRecord[]) {
  const files = new MemoryEventFiles();
  const pictures = new FakePictureMaker();
  const state = { isPresent: true };
  const check = async (): Promise<readonly AreaStatus[]> => [
    state.isPresent
      ? { area, usable: true, identity: 'x', space: { totalBytes: 1, freeBytes: 1 } }
      : { area, usable: false, problem: new RecorderError('AREA_MISSING', 'gone') },
  ];
  const desk = new EventPictureDesk({
    env: { files, pictures },
    desk: { find: async (id) => rows.find((row) => row.id === id) },
    areas: { readableRootOf: (id) => (id === 'default' ? ROOT : undefined), check },
  });
  const put = (row: EventRecord, name: string): Promise<void> => files.writeAttachment(ROOT, row.directory, name, fakeJpeg(name));
  return { desk, pictures, state, put };
}

const open = sampleEvent(1, { state: 'open' });
const ready = sampleEvent(2);

describe('pictures of events', () => {
  it('are the snapshot and the alarm’s', async () => {
    const { desk, pictures, put } = make([ready]);
    await put(ready, 'snapshot.jpg');
    await put(ready, 'alarm.jpg');
    expect(await desk.snapshot(2)).toEqual(fakeJpeg('snapshot.jpg'));
    expect(await desk.alarm(2)).toEqual(fakeJpeg('alarm.jpg'));
    expect(pictures.calls).toEqual([]);
  });

  it('stand in for each other while there is only one', async () => {
    const { desk, put } = make([open, ready]);
    await put(ready, 'snapshot.jpg');
    await put(open, 'alarm.jpg');
    expect(await desk.alarm(2)).toEqual(fakeJpeg('snapshot.jpg'));
    expect(await desk.snapshot(1)).toEqual(fakeJpeg('alarm.jpg'));
  });

  it('are not there yet, not there at all, or on a disk that is away, and say so', async () => {
    const { desk, state } = make([open, ready, sampleEvent(3, { areaId: 'gone' }), sampleEvent(4, { state: 'deleting' })]);
    await expect(desk.snapshot(1)).rejects.toMatchObject({ code: 'NOT_READY', context: { retryAfterSeconds: 1 } });
    await expect(desk.alarm(2)).rejects.toMatchObject({ code: 'PICTURE_NOT_FOUND' });
    await expect(desk.alarm(3)).rejects.toMatchObject({ code: 'AREA_MISSING' });
    await expect(desk.alarm(4)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    await expect(desk.alarm(5)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    state.isPresent = false;
    await expect(desk.snapshot(2)).rejects.toMatchObject({ code: 'AREA_MISSING' });
  });

  it('are made smaller two at a time, and only once for all who ask for the same', async () => {
    const rows = [1, 2, 3, 4].map((id) => sampleEvent(id));
    const { desk, pictures, put } = make(rows);
    for (const row of rows) await put(row, 'snapshot.jpg');
    const gates: (() => void)[] = [];
    pictures.shrink = async (jpeg) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return jpeg;
    };
    const asked = rows.flatMap(({ id }) => [desk.snapshot(id, { width: 320 }), desk.snapshot(id, { width: 320 })]);
    await settle();
    expect(gates).toHaveLength(2);
    for (let next = gates.shift(); next !== undefined; next = gates.shift()) {
      next();
      await settle();
    }
    expect(await Promise.all(asked)).toHaveLength(8);
    const again = desk.snapshot(1, { width: 320 });
    await settle();
    expect(gates).toHaveLength(1);
    gates[0]?.();
    await again;
  });

  it('ask to come again where too many wait', async () => {
    const row = sampleEvent(1);
    const { desk, pictures, put } = make([row]);
    await put(row, 'snapshot.jpg');
    const gates: (() => void)[] = [];
    pictures.shrink = (jpeg) => new Promise((resolve) => gates.push(() => resolve(jpeg)));
    const asked = Promise.allSettled(Array.from({ length: 260 }, (_, index) => desk.snapshot(1, { width: 100 + index })));
    await settle();
    while (gates.length > 0) {
      gates.shift()?.();
      await settle();
    }
    const codes = new Set((await asked).map((each) => (each.status === 'fulfilled' ? 'made' : (each.reason as RecorderError).code)));
    expect(codes).toEqual(new Set(['made', 'TOO_MANY_REQUESTS']));
  });
});
