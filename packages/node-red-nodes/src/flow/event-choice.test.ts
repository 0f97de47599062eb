// Events as messages name them.
import { eventChoice } from './event-choice.ts';

describe('eventChoice', () => {
  it.each([
    [42, { id: 42 }],
    [' 42 ', { id: 42 }],
    [
      { id: 42, camera: 'porch', kind: 'motion' },
      { id: 42, camera: 'porch' },
    ],
    [
      { id: '42', cameraId: 'porch' },
      { id: 42, camera: 'porch' },
    ],
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
  ])('takes %j', (value, choice) => {
    expect(eventChoice(value)).toEqual(choice);
  });

  it.each([
    ['front', '"front"'],
    [0, '0'],
    [4.2, '4.2'],
    [true, 'true'],
    [[42], 'a list'],
    [{ start: 'now' }, 'an object without a usable id'],
  ])('refuses %j', (value, shown) => {
    expect(() => eventChoice(value)).toThrow(`event is the id of an event such as 42, or a whole event; got ${shown}`);
  });
});
