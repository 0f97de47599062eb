import { wallMs } from '../model/time.ts';
import { eventName } from './event-name.ts';

// Local time, because that is what people read.
const start = wallMs(new Date(2026, 0, 2, 3, 4, 5).getTime());

describe('names of events', () => {
  it.each([
    ['Event-', 'Event-42'],
    ['', '42'],
    ['%Y-%m-%d %H:%M:%S ', '2026-01-02 03:04:05 42'],
    ['%y/', '26/42'],
    ['100%% sure ', '100% sure 42'],
    ['%Q %', '%Q %42'],
  ])('%j', (prefix, name) => {
    expect(eventName(prefix, start, 42)).toBe(name);
  });
});
