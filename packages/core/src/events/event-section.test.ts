import { sampleVideoTrack } from '@nightjar/testkit';
import { mediaUs, wallMs } from '../model/time.ts';
import { EventSection } from './event-section.ts';

const section = () => new EventSection(1, { cameraId: 'porch', serverId: 'rec1', name: (id, startMs) => `Event-${id} at ${startMs}` });
const place = { id: 7, root: '/events', areaId: 'default', scheme: 'shallow', directory: 'porch/7' } as const;
const sample = (ms: number, score: number, zones: readonly string[] = []) => ({ ptsUs: mediaUs(ms * 1000), wallMs: wallMs(ms), score, zones });

describe('EventSection', () => {
  it('has no row before it has a place, and forgets nothing until then', () => {
    const event = section();
    event.addCause({ kind: 'continuous' });
    event.addSample(sample(10, 40));
    event.addSample(sample(20, 0));
    expect(event.row).toBeUndefined();
    expect(event.change({ frames: 3 })).toBeUndefined();
    expect(event.open(place, wallMs(1000), { video: sampleVideoTrack() })).toMatchObject({
      id: 7,
      name: 'Event-7 at 1000',
      state: 'open',
      startMs: 1000,
      endMs: 1000,
      causes: [{ kind: 'continuous' }],
      maxScore: 40,
      totalScore: 40,
      alarmFrames: 1,
      frames: 0,
      videoCodec: 'avc1.64001f',
      width: 640,
      directory: 'porch/7',
    });
  });

  it('merges zones, and lists each cause once', () => {
    const event = section();
    expect(event.addCause({ kind: 'motion', zones: ['door'] })).toBe(true);
    expect(event.addCause({ kind: 'motion', zones: ['door'] })).toBe(false);
    expect(event.addCause({ kind: 'motion', zones: ['path', 'door'] })).toBe(true);
    expect(event.addCause({ kind: 'trigger', source: 'bell' })).toBe(true);
    expect(event.addCause({ kind: 'trigger', source: 'bell', text: 'again' })).toBe(false);
    expect(event.addCause({ kind: 'trigger', source: 'bell', cause: 'Back door' })).toBe(true);
    expect(event.addCause({ kind: 'trigger', source: 'gate' })).toBe(true);
    expect(event.open(place, wallMs(0), { video: sampleVideoTrack() }).causes).toEqual([
      { kind: 'motion', zones: ['door', 'path'] },
      { kind: 'trigger', source: 'bell' },
      { kind: 'trigger', source: 'bell', cause: 'Back door' },
      { kind: 'trigger', source: 'gate' },
    ]);
  });

  it('knows its best frame: the first of the highest score', () => {
    const event = section();
    event.open(place, wallMs(0), { video: sampleVideoTrack() });
    for (const [ms, score] of [
      [100, 20],
      [200, 60],
      [300, 60],
      [400, 5],
    ] as const)
      event.addSample(sample(ms, score));
    expect(event.best).toEqual({ score: 60, wallMs: 200 });
    expect(event.row).toMatchObject({ maxScore: 60, totalScore: 145, alarmFrames: 4 });
  });

  it('never ends before it begins', () => {
    const event = section();
    event.open(place, wallMs(5000), { video: sampleVideoTrack() });
    expect(event.change({ endMs: wallMs(4000) })?.endMs).toBe(5000);
    expect(event.change({ frames: 2 })).toMatchObject({ frames: 2, endMs: 5000 });
  });
});
