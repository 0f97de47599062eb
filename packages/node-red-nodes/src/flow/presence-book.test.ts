// What is told of cameras that are offline for one reason or another.
import { PresenceBook, type PresenceChange } from './presence-book.ts';

/** Jest has no global of that name in modules. */
const { jest } = import.meta as ImportMeta & {
  readonly jest: { useFakeTimers(): void; useRealTimers(): void; runAllTimers(): void; advanceTimersByTime(ms: number): void };
};

describe('a presence book', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const make = () => {
    const changes: PresenceChange[] = [];
    const told = () => changes.map(({ presence, reason = '' }) => `${presence} ${reason}`.trim());
    return { book: new PresenceBook((change) => changes.push(change)), told, changes };
  };

  it('tells with a recorder that is lost that its camera is offline, and of its return', () => {
    const { book, told } = make();
    book.heard('camera/porch', 'online', 0);
    book.heard('camera/porch', 'offline', 0, 'recorder offline');
    book.heard('camera/porch', 'offline', 0);
    book.heard('camera/porch', 'online', 0);
    jest.runAllTimers();
    expect(told()).toEqual(['online', 'offline recorder offline', 'online']);
  });

  it('tells it again of a camera that does not come back with its recorder, with the moment since when it is so', () => {
    const { book, told, changes } = make();
    book.heard('camera/porch', 'online', 0);
    book.heard('camera/porch', 'offline', 0, 'recorder offline');
    book.heard('camera/porch', 'offline', 0);
    jest.advanceTimersByTime(14_000);
    expect(told()).toHaveLength(2);
    jest.advanceTimersByTime(2000);
    expect(told()).toEqual(['online', 'offline recorder offline', 'offline']);
    expect(changes[2]?.since).toBe(changes[1]?.since);
    book.heard('camera/porch', 'offline', 0);
    jest.runAllTimers();
    expect(told()).toHaveLength(3);
  });

  it('waits as long as it is told to, from when the recorder is back', () => {
    const { book, told } = make();
    book.heard('camera/porch', 'online', 60_000);
    book.heard('camera/porch', 'offline', 60_000);
    jest.advanceTimersByTime(50_000);
    book.heard('camera/porch', 'offline', 60_000, 'recorder offline');
    jest.advanceTimersByTime(50_000);
    expect(told()).toEqual(['online']);
    jest.advanceTimersByTime(10_000);
    book.heard('camera/porch', 'offline', 60_000);
    jest.advanceTimersByTime(59_000);
    expect(told()).toEqual(['online', 'offline recorder offline']);
    jest.advanceTimersByTime(1000);
    expect(told()).toEqual(['online', 'offline recorder offline', 'offline']);
  });

  it('tells of what comes back after it was removed as of a change', () => {
    const { book, changes } = make();
    book.heard('camera/porch', 'online', 0);
    book.removed('camera/porch');
    book.heard('camera/porch', 'online', 0);
    expect(changes.map(({ presence, isFirst }) => [presence, isFirst])).toEqual([
      ['online', true],
      ['offline', false],
      ['online', false],
    ]);
  });

  it('says of what is removed that it is offline, once', () => {
    const { book, told } = make();
    book.heard('camera/porch', 'online', 0);
    book.removed('camera/porch');
    book.heard('camera/yard', 'offline', 0, 'recorder offline');
    book.removed('camera/yard');
    jest.runAllTimers();
    expect(told()).toEqual(['online', 'offline removed', 'offline recorder offline']);
  });
});
