import type { Change } from './change.ts';
import { takeChange } from './change-messages.ts';

const change = (seq: number): string => JSON.stringify({ seq, type: 'event.deleted', at: '2026-11-22T12:00:00.000Z', data: { id: seq, cameraId: 'porch' } });

describe('messages of the change feed', () => {
  it('are changes, or say up to where everything was sent', () => {
    const queue: Change[] = [];
    expect([takeChange(change(17), queue), takeChange('{"type":"heartbeat","seq":18}', queue)]).toEqual([17, 18]);
    expect(queue).toEqual([JSON.parse(change(17))]);
  });

  it('may say that what was asked for is forgotten, or why there are no more', () => {
    expect(() => takeChange('{"type":"reload","reason":"too long ago","seq":5}', [])).toThrow(expect.objectContaining({ code: 'CHANGES_FORGOTTEN' }));
    expect(() => takeChange('{"type":"error","error":{"code":"NOT_LOGGED_IN","message":"revoked"}}', [])).toThrow('revoked');
  });

  it('are lost where they would wait without end for a reader, which is told so', () => {
    const queue: Change[] = [];
    for (let seq = 1; seq <= 5000; seq++) takeChange(change(seq), queue);
    expect(queue).toHaveLength(5000);
    expect(() => takeChange(change(5001), queue)).toThrow(expect.objectContaining({ code: 'CHANGES_FORGOTTEN' }));
    expect(queue).toEqual([]);
  });
});
