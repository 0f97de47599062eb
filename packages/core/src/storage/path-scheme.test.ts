// Names of directories and files: there and back, for every scheme.
import fc from 'fast-check';
import type { PathScheme } from '../model/event.ts';
import { wallMs } from '../model/time.ts';
import { eventDirectory, parseEventDirectory, parseVideoName, videoName, videoPath } from './path-scheme.ts';

const local = (...fields: [number, number, number, number, number, number, number]) => wallMs(new Date(...fields).getTime());
const start = local(2026, 10, 2, 3, 4, 5, 678);

const schemes = fc.constantFrom<PathScheme>('deep', 'medium', 'shallow');
const cameras = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,47}$/);
const starts = fc.integer({ min: Date.UTC(2000, 0, 2), max: Date.UTC(2099, 11, 30) }).map(wallMs);
const eventIds = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

describe('the directory of an event', () => {
  it.each<[PathScheme, string]>([
    ['deep', 'porch/26/11/02/03/04/05'],
    ['medium', 'porch/2026-11-02/42'],
    ['shallow', 'porch/42'],
  ])('is in local time under %s', (scheme, expected) => {
    expect(eventDirectory(scheme, 'porch', start, 42)).toBe(expected);
  });

  it('carries the id when another event of the same second has the deep one', () => {
    const first = eventDirectory('deep', 'porch', start, 42);
    const second = eventDirectory('deep', 'porch', wallMs(start + 100), 43, (directory) => directory === first);
    expect(second).toBe('porch/26/11/02/03/04/05-43');
    expect(parseEventDirectory(second)).toEqual({ scheme: 'deep', cameraId: 'porch', eventId: 43, fromMs: start - 678 });
  });

  it('is read back as what it was made from', () => {
    fc.assert(
      fc.property(schemes, cameras, starts, eventIds, fc.boolean(), (scheme, cameraId, startMs, eventId, isTaken) => {
        const directory = eventDirectory(scheme, cameraId, startMs, eventId, () => isTaken);
        const parsed = parseEventDirectory(directory);
        expect(parsed).toMatchObject({ scheme, cameraId });
        expect(parsed?.eventId).toBe(scheme === 'deep' && !isTaken ? undefined : eventId);
        if (scheme === 'deep') expect(eventDirectory('deep', cameraId, parsed!.fromMs!, eventId, () => isTaken)).toBe(directory);
        if (scheme === 'medium') expect(eventDirectory('medium', cameraId, parsed!.fromMs!, eventId)).toBe(directory);
      }),
    );
  });

  it('is different for different events', () => {
    fc.assert(
      fc.property(schemes, cameras, starts, eventIds, eventIds, (scheme, cameraId, startMs, a, b) => {
        fc.pre(a !== b);
        const first = eventDirectory(scheme, cameraId, startMs, a);
        expect(eventDirectory(scheme, cameraId, startMs, b, (directory) => directory === first)).not.toBe(first);
      }),
    );
  });

  it('is nothing else', () => {
    const wrong = ['', 'porch', 'porch/0', 'porch/01', 'porch/x', '../42', 'Porch/42', 'porch/2026-02-30/1', 'porch/2026-13-01/1', 'porch/2026-11-02/', '/42'];
    const wrongDeep = ['porch/26/11/02/03/04', 'porch/26/11/02/24/04/05', 'porch/26/11/02/03/04/05-x', 'porch/26/11/02/03/04/05-', 'porch/26/02/30/03/04/05'];
    for (const directory of [...wrong, ...wrongDeep, 'porch/9999999999999999', 'porch//42'])
      expect([directory, parseEventDirectory(directory)]).toEqual([directory, undefined]);
  });

  it('never crashes on a name from a disk', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseEventDirectory(text)));
  });
});

describe('the video of an event', () => {
  it('is named after the event, and the name says whose it is', () => {
    fc.assert(fc.property(eventIds, (id) => expect(parseVideoName(videoName(id))).toBe(id)));
    expect(videoPath('/srv/events', 'porch/42', 42)).toBe('/srv/events/porch/42/42-video.mp4');
  });

  it.each(['snapshot.jpg', '42-video.mp4.part', 'x-video.mp4', '0-video.mp4', '-video.mp4', '42-video.mp4\n'])('is not %j', (name) => {
    expect(parseVideoName(name)).toBeUndefined();
  });
});
