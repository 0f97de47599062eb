// What was told, and how much is remembered of it.
import { SaidOnce } from './said-once.ts';

it('remembers nothing of ids that no recorder gives', () => {
  const once = new SaidOnce();
  const event = { event_type: 'ready', id: 'x'.repeat(200_000), seq: 1 };
  expect([once.isNew('porch', event), once.isNew('porch', event)]).toEqual([true, true]);
  expect(once.keys).toEqual([]);
});

it('says what has a usual id once', () => {
  const once = new SaidOnce();
  const event = { event_type: 'ready', id: 7, seq: 1 };
  expect([once.isNew('porch', event), once.isNew('porch', event), once.isNew('yard', event)]).toEqual([true, false, true]);
});

it('says an event of a recorder that counts anew', () => {
  const once = new SaidOnce();
  const event = { event_type: 'ready', id: 7, seq: 1, start: '2026-11-22T12:00:03.120Z' };
  const later = { ...event, start: '2026-11-23T12:00:03.120Z' };
  expect([event, event, later, later].map((each) => once.isNew('porch', each))).toEqual([true, false, true, false]);
});
