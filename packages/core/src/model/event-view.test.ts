import type { EventRecord } from './event.ts';
import { viewEvent } from './event-view.ts';
import { wallMs } from './time.ts';

const record: EventRecord = {
  id: 42,
  cameraId: 'porch',
  serverId: 'rec1',
  name: 'Event-42',
  state: 'ready',
  startMs: wallMs(Date.parse('2026-11-22T12:00:03.120Z')),
  endMs: wallMs(Date.parse('2026-11-22T12:00:21.480Z')),
  causes: [
    { kind: 'motion', zones: ['all', 'door'] },
    { kind: 'trigger', source: 'zmtrigger', text: 'door' },
    { kind: 'motion', zones: ['door', 'path'] },
  ],
  armed: true,
  maxScore: 87,
  totalScore: 2480,
  frames: 275,
  alarmFrames: 112,
  areaId: 'default',
  scheme: 'medium',
  directory: 'porch/2026-11-22/42',
  sizeBytes: 4_182_333,
  videoCodec: 'avc1.64001f',
  width: 1920,
  height: 1080,
  hasSnapshot: true,
  hasAlarmPicture: false,
  notes: '',
  tags: [],
  protected: false,
  recovered: false,
};

describe('an event for clients', () => {
  it('has the shape of the contract and no path of this machine', () => {
    expect(viewEvent(record, 'Front porch')).toEqual({
      id: 42,
      cameraId: 'porch',
      cameraName: 'Front porch',
      serverId: 'rec1',
      name: 'Event-42',
      cause: 'motion',
      armed: true,
      causes: record.causes,
      state: 'ready',
      start: '2026-11-22T12:00:03.120Z',
      end: '2026-11-22T12:00:21.480Z',
      durationMs: 18_360,
      score: { max: 87, avg: 22, total: 2480 },
      frames: 275,
      alarmFrames: 112,
      zones: ['all', 'door', 'path'],
      notes: '',
      tags: [],
      protected: false,
      recovered: false,
      sizeBytes: 4_182_333,
      video: { codec: 'avc1.64001f', width: 1920, height: 1080, url: '/api/v1/events/42/video.mp4' },
      urls: { snapshot: '/api/v1/events/42/snapshot.jpg', alarm: '/api/v1/events/42/alarm.jpg' },
      has: { snapshot: true, alarm: false, clip: true },
    });
  });

  it('has no end and no clip while it is open', () => {
    const view = viewEvent({ ...record, state: 'open', alarmFrames: 0, totalScore: 0 }, 'x');
    expect([view?.end, view?.has.clip, view?.score.avg]).toEqual([undefined, false, 0]);
  });

  it('is not there any more while it is deleted', () => {
    expect(viewEvent({ ...record, state: 'deleting' }, 'x')).toBeUndefined();
  });
});
