// Which events a message means.
import { exportedEvents } from './exported-events.ts';

describe('exportedEvents', () => {
  it.each([
    [42, { ids: [42] }],
    ['42', { ids: [42] }],
    ['42, 43', { ids: [42, 43] }],
    [[1, '2', { id: 3, camera: 'porch' }, 1], { ids: [1, 2, 3], camera: 'porch' }],
    [
      { id: 7, cameraId: 'yard', camera: 'else' },
      { ids: [7], camera: 'yard' },
    ],
    [{ id: '7' }, { ids: [7] }],
  ])('reads %j', (value, events) => {
    expect(exportedEvents(value)).toEqual(events);
  });

  it.each([['porch'], [0], [1.5], [true], [{}], [null], [[[]]]])('refuses %j', (value) => {
    expect(() => exportedEvents(value)).toThrow('event is the id of an event, an event, or a list of them; got ');
  });

  it('refuses events of several cameras, and none at all', () => {
    const both = [
      { id: 1, cameraId: 'porch' },
      { id: 2, cameraId: 'yard' },
    ];
    expect(() => exportedEvents(both)).toThrow('these are events of several cameras (porch, yard); an export is of one camera');
    expect(() => exportedEvents([])).toThrow('event is an empty list; there is nothing to export');
  });
});
