import { MemoryEventStore, sampleEvent } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Area, AreaStatus } from '../storage/area.ts';
import { viewStorage } from './view-storage.ts';

const area = (id: string): Area => ({ id, path: `/mnt/${id}`, scheme: 'medium', minFree: { bytes: 0 }, maxSize: null });

describe('storage as clients see it', () => {
  it('says of every area whether it can be used, how much room it has and what is kept there', async () => {
    const store = new MemoryEventStore();
    await store.put(sampleEvent(1, { areaId: 'usb', sizeBytes: 700 }));
    await store.put(sampleEvent(2, { areaId: 'usb', sizeBytes: 300 }));
    let checks = 0;
    const usb: AreaStatus = { area: area('usb'), usable: true, identity: 'disk-1', space: { totalBytes: 1000, freeBytes: 400 } };
    const nas: AreaStatus = { area: area('nas'), usable: false, problem: new RecorderError('AREA_MISSING', 'storage area nas: its identity file is missing') };
    const areas = {
      check: async () => {
        checks += 1;
        return [usb, nas];
      },
      all: [
        { area: area('usb'), status: usb },
        { area: area('nas'), status: nas },
        { area: area('hung'), status: undefined },
      ],
    };
    expect(await viewStorage(areas, store)).toEqual([
      { id: 'usb', path: '/mnt/usb', scheme: 'medium', usable: true, totalBytes: 1000, freeBytes: 400, events: 2, eventBytes: 1000 },
      {
        id: 'nas',
        path: '/mnt/nas',
        scheme: 'medium',
        usable: false,
        problem: 'storage area nas: its identity file is missing',
        totalBytes: 0,
        freeBytes: 0,
        events: 0,
        eventBytes: 0,
      },
      {
        id: 'hung',
        path: '/mnt/hung',
        scheme: 'medium',
        usable: false,
        problem: 'storage area hung (/mnt/hung) does not answer',
        totalBytes: 0,
        freeBytes: 0,
        events: 0,
        eventBytes: 0,
      },
    ]);
    expect(checks).toBe(1);
  });
});
