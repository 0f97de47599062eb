import { QueueRoom } from './queue-room.ts';

describe('room for messages that wait', () => {
  it('ends with the messages and the bytes of a client and of all, and comes back', () => {
    const room = new QueueRoom({ maxMessages: 2, maxBytes: 100, maxTotalBytes: 150 });
    expect([room.take('a', 10), room.take('a', 10), room.take('a', 10)]).toEqual([true, true, false]);
    expect([room.take('b', 101), room.take('b', 100), room.take('c', 50)]).toEqual([false, true, false]);
    room.giveBack('b');
    expect(room.take('c', 50)).toBe(true);
    room.giveBack('a');
    expect(room.take('a', 10)).toBe(true);
    room.giveBack('nobody');
  });
});
