// What waits for the broker.
import { type Message, Outbox } from './outbox.ts';

const message = (topic: string, keep: Message['keep'], payload = ''): Message => ({ topic, payload, keep, qos: 1, retain: keep !== 'event' });

describe('the outbox', () => {
  let nowMs: number;
  let outbox: Outbox;
  beforeEach(() => {
    nowMs = 0;
    outbox = new Outbox({ maxEvents: 3, maxEventAgeMs: 1000 }, () => nowMs);
  });
  const drain = () => {
    const taken: string[] = [];
    for (let entry = outbox.take(); entry; entry = outbox.take()) taken.push(`${entry.message.topic}${entry.message.payload}`);
    return taken;
  };

  it('gives things out in the order they came', () => {
    outbox.put(message('a', 'state'));
    outbox.put(message('e', 'event', '1'));
    outbox.put(message('b', 'state'));
    outbox.put(message('e', 'event', '2'));
    expect(drain()).toEqual(['a', 'e1', 'b', 'e2']);
    expect(outbox.size).toBe(0);
  });

  it('keeps the newest of each state', () => {
    for (let count = 0; count < 1000; count++) outbox.put(message('a', 'state', String(count)));
    expect(outbox.size).toBe(1);
    expect(drain()).toEqual(['a999']);
  });

  it('gives up the oldest events beyond the limit and counts them', () => {
    for (let count = 0; count < 5; count++) outbox.put(message('e', 'event', String(count)));
    expect(outbox.dropped).toBe(2);
    expect(drain()).toEqual(['e2', 'e3', 'e4']);
  });

  it('keeps every answer while the broker is there, beside the events, and none when it is gone', () => {
    for (let count = 0; count < 5; count++) outbox.put(message('r', 'answer', String(count)));
    outbox.put(message('e', 'event', '1'));
    expect(drain()).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'e1']);
    for (let count = 0; count < 2000; count++) outbox.put(message('r', 'answer', String(count)));
    expect([outbox.size, outbox.dropped]).toEqual([500, 0]);
    outbox.dropVolatile();
    expect(outbox.size).toBe(0);
  });

  it('gives up events that are too old', () => {
    outbox.put(message('e', 'event', '1'));
    nowMs = 600;
    outbox.put(message('e', 'event', '2'));
    nowMs = 1100;
    expect(drain()).toEqual(['e2']);
    expect(outbox.dropped).toBe(1);
  });

  it('puts events that were not acknowledged back in front', () => {
    for (const payload of ['1', '2', '3']) outbox.put(message('e', 'event', payload));
    const taken = [outbox.take(), outbox.take()].filter((entry) => entry !== undefined);
    outbox.giveBack(taken);
    expect(drain()).toEqual(['e1', 'e2', 'e3']);
  });

  it('lets events follow the full state after a reconnection', () => {
    outbox.put(message('e', 'event', '1'));
    outbox.put(message('gone', 'state'));
    outbox.clearSlots();
    outbox.put(message('a', 'state'));
    outbox.eventsLast();
    expect(drain()).toEqual(['a', 'e1']);
  });

  it('drops pictures and statistics when the broker is lost, and keeps states', () => {
    outbox.put(message('picture', 'volatile'));
    outbox.put(message('a', 'state'));
    outbox.dropVolatile();
    expect(drain()).toEqual(['a']);
  });
});
