import { RetainedRoom } from './retained-room.ts';

describe('room for retained messages', () => {
  it('ends with the bytes, counts a topic once, and comes back when a topic is cleared', () => {
    const room = new RetainedRoom({ maxBytes: 20, maxTopics: 10 });
    expect(room.take('a', 9)).toBe(true);
    expect(room.take('a', 8)).toBe(true);
    expect(room.take('b', 10)).toBe(true);
    expect(room.take('c', 1)).toBe(false);
    expect(room.take('a', 0)).toBe(true);
    expect(room.take('c', 1)).toBe(true);
  });

  it('ends with the topics', () => {
    const room = new RetainedRoom({ maxBytes: 1000, maxTopics: 1 });
    expect(room.take('a', 1)).toBe(true);
    expect(room.take('b', 1)).toBe(false);
    expect(room.take('a', 2)).toBe(true);
    expect(room.take('b', 0)).toBe(true);
  });
});
