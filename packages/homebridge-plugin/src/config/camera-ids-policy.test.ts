// Ids that are made stay, whatever people change beside them.
import { cameraIds, idFromName, rememberedCameras } from './camera-ids-policy.ts';

describe('an id made of a name', () => {
  it.each([
    ['Front door', 'front-door'],
    ['  Küche & Flur! ', 'kuche-flur'],
    ['2. Stock', '2-stock'],
    ['玄関', 'camera-8b8cf7ac'],
    ['x'.repeat(60), 'x'.repeat(48)],
  ])('%s: %s', (name, id) => {
    expect(idFromName(name)).toMatch(name === '玄関' ? /^camera-[0-9a-f]{8}$/ : new RegExp(`^${id}$`));
  });
});

describe('ids of cameras without one', () => {
  const door = { name: 'Door', source: 'rtsp://192.0.2.1/a' };
  const yard = { name: 'Yard', source: 'rtsp://192.0.2.2/a' };
  const remember = (cameras: readonly (typeof door)[], ids: readonly string[]) =>
    rememberedCameras(
      cameras.map((each, index) => ({ ...each, id: ids[index] ?? '' })),
      [],
    );
  const known = remember([door, yard], ['door', 'yard']);

  it.each([
    ['stay', [door, yard], ['door', 'yard']],
    ['stay in another order', [yard, door], ['yard', 'door']],
    ['stay under another name', [{ ...door, name: 'Porch' }], ['door']],
    ['stay with another address', [{ ...door, source: 'rtsp://192.0.2.9/b' }], ['door']],
    [
      'follow the address where names were swapped',
      [
        { ...door, name: 'Yard' },
        { ...yard, name: 'Door' },
      ],
      ['door', 'yard'],
    ],
    ['are new for a camera that is', [{ name: 'Attic', source: 'rtsp://192.0.2.3/a' }], ['attic']],
    ['never are those that somebody wrote', [door, { ...yard, id: 'door' }], ['door-2', 'door']],
  ])('%s', (_, cameras, ids) => {
    expect(cameraIds(cameras, known)).toEqual(ids);
  });

  it('stay when name and address change one after the other', () => {
    const renamed = { ...door, name: 'Porch' };
    const then = rememberedCameras([{ ...renamed, id: 'door' }], known);
    expect(cameraIds([{ ...renamed, source: 'rtsp://192.0.2.7/c' }], then)).toEqual(['door']);
  });

  it('are told apart where cameras have one name and one source', () => {
    expect(cameraIds([door, door, door], [])).toEqual(['door', 'door-2', 'door-3']);
    expect(cameraIds([{ source: 'synthetic:' }, { source: 'synthetic:' }], [])).toEqual(['camera-1', 'camera-2']);
  });

  it('come back with a camera that was gone', () => {
    const without = rememberedCameras([{ ...yard, id: 'yard' }], known);
    expect(cameraIds([{ ...door, name: 'Entrance' }], without)).toEqual(['door']);
  });

  it('keep no source in memory', () => {
    expect(JSON.stringify(known)).not.toContain('192.0.2');
  });
});
