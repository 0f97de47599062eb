// What is told of recorders and cameras while brokers stop and come back.
import { LossDoubt } from './loss-doubt.ts';
import { SiteBoard } from './site-board.ts';

const { jest } = import.meta;
const STATE = 'server/rec1/state';
const PORCH = 'camera/porch/availability';

describe('a loss that is doubted', () => {
  let board: SiteBoard;
  let told: string[];
  let doubt: LossDoubt;
  beforeEach(() => {
    jest.useFakeTimers();
    board = new SiteBoard();
    told = [];
    doubt = new LossDoubt(board, (topic, message) => {
      board.take(topic, message);
      told.push(`${topic} ${message.payload.toString()}`);
    });
    for (const topic of [STATE, PORCH]) say(topic, 'online');
    told = [];
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const say = (topic: string, text: string, retained = false): void => doubt.take(topic, { topic, payload: Buffer.from(text), retained });

  it('counts half a second later, and what came meanwhile keeps its order', () => {
    say(PORCH, 'offline');
    say(STATE, 'offline');
    say('camera/porch/armed/state', 'ON');
    expect([told, doubt.isOpen]).toEqual([[], true]);
    jest.advanceTimersByTime(500);
    expect([told, doubt.isOpen]).toEqual([[`${PORCH} offline`, `${STATE} offline`, 'camera/porch/armed/state ON'], false]);
  });

  it('counts at once where more comes than can be held back, and nothing overtakes what came before', () => {
    say(STATE, 'offline');
    for (let at = 0; at < 10_000; at++) say('camera/porch/armed/state', String(at));
    expect([told.length, told[0], told.at(-1), doubt.isOpen]).toEqual([10_001, `${STATE} offline`, 'camera/porch/armed/state 9999', false]);
    jest.runAllTimers();
    expect(board.text('camera/porch/armed/state')).toBe('9999');
  });

  it('is none where the connection ends before', () => {
    say(STATE, 'offline');
    doubt.forget();
    jest.runAllTimers();
    expect([told, doubt.isOpen]).toEqual([[], false]);
  });

  it('is none where the broker had kept it and the recorder comes back within three seconds', () => {
    board.expectAll();
    say(STATE, 'offline', true);
    say(STATE, 'offline', true);
    expect([board.isConfirmed(STATE), told]).toEqual([true, []]);
    jest.advanceTimersByTime(2900);
    say(STATE, 'online');
    jest.runAllTimers();
    expect(told).toEqual([`${STATE} online`]);
  });

  it('counts where it does not come back', () => {
    say(STATE, 'offline', true);
    jest.advanceTimersByTime(3000);
    expect([told, doubt.isOpen]).toEqual([[`${STATE} offline`], false]);
  });

  it('is not doubted of what was not there before', () => {
    for (const retained of [true, false]) say('server/rec2/state', 'offline', retained);
    expect(told).toEqual(['server/rec2/state offline', 'server/rec2/state offline']);
  });
});
