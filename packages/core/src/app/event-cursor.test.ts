import { RecorderError } from '../errors/recorder-error.ts';
import { wallMs } from '../model/time.ts';
import { cursorOf, readCursor } from './event-cursor.ts';

describe('the cursor of a page of events', () => {
  it.each([
    [1_795_348_800_123, 42],
    [0, 0],
    [-5, 1],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])('stands for the place behind the event of %d with id %d', (startMs, id) => {
    const cursor = cursorOf({ startMs: wallMs(startMs), id });
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(readCursor(cursor)).toEqual({ startMs, id });
  });

  it.each([
    ['', 'nothing'],
    ['42', 'a number'],
    ['!!', 'other characters'],
    [`${cursorOf({ startMs: wallMs(1), id: 1 })}=`, 'a character too many'],
    [cursorOf({ startMs: wallMs(1), id: 1 }).slice(0, -1), 'a character too few'],
    [Buffer.from('zzzzzzzzzzz.1').toString('base64url'), 'a time beyond all'],
    [Buffer.from('1.-1').toString('base64url'), 'an id below 0'],
    [Buffer.from('01.1').toString('base64url'), 'a number written otherwise'],
    [Buffer.from("1' or '1'='1").toString('base64url'), 'SQL'],
    ['A'.repeat(5000), 'a long text'],
  ])('is refused where it is %j (%s)', (cursor) => {
    expect(() => readCursor(cursor)).toThrow(RecorderError);
    expect(() => readCursor(cursor)).toThrow(/^cursor: /);
  });
});
