import type { ChangeBody, RecorderEvent } from '@nightjar/client';
import { fakeCamera, sampleEvent } from '@nightjar/testkit';
import type { EventCause } from '../model/event.ts';
import { viewEvent } from '../model/event-view.ts';
import { StatusLines } from './status-lines.ts';

const MOTION: EventCause = { kind: 'motion', zones: ['all'] };
const DOOR: EventCause = { kind: 'trigger', source: 'zmtrigger' };
const CONTINUOUS: EventCause = { kind: 'continuous' };

const event = (id: number, ...causes: readonly EventCause[]): RecorderEvent => {
  const view = viewEvent(sampleEvent(id, { cameraId: 'porch', causes }), 'Porch');
  if (view === undefined) throw new TypeError('an event that nobody sees');
  return view;
};
const opened = (id: number, ...causes: readonly EventCause[]): ChangeBody => ({ type: 'event.opened', data: event(id, ...causes) });
const closed = (id: number): ChangeBody => ({ type: 'event.closed', data: event(id, MOTION) });
const deleted = (id: number): ChangeBody => ({ type: 'event.deleted', data: { id, cameraId: 'porch' } });
const moves = (motion: boolean): ChangeBody => ({ type: 'motion.changed', data: { cameraId: 'porch', motion, score: 0, zones: [] } });
const forced = (isForced: boolean): ChangeBody => {
  const camera = fakeCamera('porch');
  return { type: 'camera.changed', data: { ...camera, state: { ...camera.state, ...(isForced ? { forced: 'on' } : {}) } } };
};

describe('StatusLines', () => {
  it.each<[string, readonly ChangeBody[], string]>([
    ['an event of motion', [moves(true), opened(1, MOTION), moves(false), closed(1)], 'on 1, off 1'],
    ['an event of a trigger, to the end of its post-roll', [forced(true), opened(1, DOOR), forced(false), closed(1)], 'on 1, off 1'],
    ['an event that opens when its trigger is over', [forced(true), forced(false), opened(1, DOOR), closed(1)], 'on 1, off 1'],
    ['an event that nothing came of', [forced(true), opened(1, DOOR), forced(false), deleted(1)], 'on 1, off 1'],
    ['two events', [opened(1, DOOR), closed(1), opened(2, DOOR), closed(2)], 'on 1, off 1, on 2, off 2'],
    ['an alarm over several events', [moves(true), opened(1, MOTION), opened(2, MOTION), closed(1), moves(false), closed(2)], 'on 1, on 2, off 2'],
    ['sections without an alarm', [opened(1, CONTINUOUS), closed(1), opened(2, CONTINUOUS)], 'on 1, off 1, on 2, off 2'],
    ['an alarm within a section', [opened(1, CONTINUOUS), moves(true), moves(false)], 'on 1, off 1, on 1, off 1'],
    [
      'a section that begins within an alarm',
      [opened(1, CONTINUOUS), forced(true), closed(1), opened(2, CONTINUOUS), forced(false)],
      'on 1, off 1, on 1, on 2, off 2',
    ],
    ['a signal that nothing is recorded of', [forced(true), forced(false)], ''],
    [
      'later words about an event',
      [opened(1, DOOR), { type: 'event.updated', data: event(1, DOOR) }, closed(1), { type: 'event.ready', data: event(1) }],
      'on 1, off 1',
    ],
    ['a camera that is gone and comes again', [opened(1, DOOR), { type: 'camera.removed', data: { id: 'porch' } }, opened(2, DOOR)], 'on 1, on 2'],
    ['the end of an event that was open before anybody listened', [closed(7), moves(false)], ''],
  ])('tell of %s', (_, changes, told) => {
    const lines = new StatusLines((id) => (id === 'porch' ? '3' : id));
    const said = changes.map((change, index) => lines.take({ ...change, seq: index, at: new Date(1_800_000_000_999 + index).toISOString() })).join('');
    const words = [...said.matchAll(/^3\|(on|off)\|18000000\d\d\|(\d+)\n/gm)].map(([, word, id]) => `${word} ${id}`);
    expect(words.join(', ')).toBe(told);
    expect(said.split('\n')).toHaveLength(words.length + 1);
  });
});
