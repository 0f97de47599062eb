import fc from 'fast-check';
import { cameraWords } from './camera-words.ts';
import { fakeConfigWorld } from './fake-config-world.ts';
import { type LoadedCamera, loadCamera } from './load-camera.ts';
import { type CameraTree, mergeCamera } from './merge-camera.ts';

const world = fakeConfigWorld({ files: { '/etc/clip.mp4': 'x' }, env: { PASSWORD: 's3cret' } });
const load = (tree: CameraTree): LoadedCamera => loadCamera(tree, { world, folder: '/etc', areas: ['default', 'attic'] });
const problemsOf = (tree: CameraTree): readonly string[] => {
  const loaded = load(tree);
  return 'problems' in loaded ? loaded.problems.map(({ path, message }) => `${path}: ${message}`) : [];
};
const wordsOf = (tree: CameraTree): CameraTree => {
  const loaded = load(tree);
  if ('problems' in loaded) throw new TypeError(JSON.stringify(loaded.problems));
  return cameraWords(loaded.camera);
};

describe('a camera that does not stand in the file', () => {
  it('has the defaults of the file, and words without passwords that make the same camera again', () => {
    const tree = { id: 'porch', source: 'rtsp://viewer:s3cret@192.0.2.10/main', detect: { source: 'rtsp://viewer:s3cret@192.0.2.10/sub', fps: 3 } };
    const words = wordsOf(tree);
    expect(words).toMatchObject({
      id: 'porch',
      name: 'porch',
      source: 'rtsp://viewer:***@192.0.2.10/main',
      detect: { mode: 'continuous', fps: 3, source: 'rtsp://viewer:***@192.0.2.10/sub' },
      function: 'modect',
      preRollSeconds: 5,
      zones: [{ id: 'all', kind: 'active', sensitivity: 50 }],
    });
    expect(JSON.stringify(words)).not.toContain('s3cret');
    expect(wordsOf({ ...words, source: tree.source, detect: { ...tree.detect, mode: 'continuous' } })).toEqual(words);
    expect(wordsOf({ id: 'clip', source: 'file:clip.mp4' })['source']).toBe('file:/etc/clip.mp4');
    expect(tree).not.toHaveProperty('function');
  });

  it('is told all that is wrong with it at once, each with its place and what is expected', () => {
    expect(
      [
        ...problemsOf({
          id: 'Front Porch',
          source: 'rtps://192.0.2.10/main',
          functoin: 'modect',
          preRollSeconds: -1,
          detect: { mode: 'keyframe' },
          area: 'atic',
          zones: [{ id: 'a', polygon: [{ x: 0, y: 0 }] }, { id: 'a' }],
        }),
      ].sort(),
    ).toEqual([
      'area: got "atic", expected the id of an entry of storage.areas (default, attic); did you mean "attic"?',
      'detect.mode: got "keyframe", expected one of continuous, keyframes, off; did you mean "keyframes"?',
      expect.stringMatching(/^functoin: got the unknown key functoin, expected one of .*; did you mean "function"\?$/),
      'id: got "Front Porch", expected lower-case letters, digits, "_" and "-", at most 48',
      'preRollSeconds: got -1, expected a number from 0 to 300',
      expect.stringMatching(/^source: got a URL of scheme rtps, expected one of the schemes rtsp, .*; did you mean "rtsp"\?$/),
      'zones[0].polygon: got 1 entry, expected a list of 3 to 100 corners such as {x: 0, y: 0.5}',
      'zones[1].id: "a" is the id of an earlier zone (number 1) already',
    ]);
  });

  it('needs an id and a source', () => {
    expect(problemsOf({}).map((line) => line.split(',')[0])).toEqual(['id: the key is missing', 'source: the key is missing']);
  });

  it('is refused with references, which are for the file, and with masks nobody can fill', () => {
    expect(problemsOf({ id: 'a', source: 'rtsp://u:${PASSWORD}@192.0.2.10/main', eventPrefix: '${file:/etc/passwd}' })).toEqual([
      expect.stringMatching(/^source: a reference such as \$\{NAME\} is looked up in the configuration file only/),
      expect.stringMatching(/^eventPrefix: a reference/),
    ]);
    expect(problemsOf({ id: 'a', source: 'rtsp://u:***@192.0.2.10/main' })).toEqual([expect.stringMatching(/^source: "\*\*\*" stands for a password/)]);
  });

  it('never shows what may be a password', () => {
    for (const source of ['s3cret', 'viewer:s3cret@192.0.2.10', 'ftp://u:s3cret@x/', 'rtsp://u:s3/cret@', 'rtsp://u:s3cret@/x'])
      expect(problemsOf({ id: 'a', source }).join()).not.toContain('cret@');
  });

  it.each([[null], [[]], ['text'], [7]])('may be nonsense: %j', (nonsense) => {
    expect(problemsOf({ id: 'a', source: 'synthetic:', zones: nonsense, detect: nonsense }).length).toBeLessThanOrEqual(2);
    expect(problemsOf({ id: nonsense, source: nonsense }).map((line) => line.split(':')[0])).toContain('source');
  });
});

describe('whatever somebody sends', () => {
  const settings = fc.dictionary(
    fc.constantFrom('id', 'name', 'source', 'detect', 'zones', 'function', 'area', 'preRollSeconds', '__proto__', 'constructor', 'x'),
    fc.oneof(fc.jsonValue(), fc.constantFrom('porch', 'synthetic:', 'rtsp://u:***@x/', '${A}', 'file:')),
  );

  it('is a camera or a list of mistakes, and leaves what was sent as it was', () => {
    fc.assert(
      fc.property(settings, settings, (before, changes) => {
        const copy = structuredClone([before, changes]);
        const loaded = load(mergeCamera(before, changes));
        expect('camera' in loaded || loaded.problems.length > 0).toBe(true);
        expect([before, changes]).toEqual(copy);
      }),
    );
  });
});

describe('changes of a camera', () => {
  const before = { id: 'porch', name: 'Porch', detect: { source: 'a', fps: 3 }, zones: [{ id: 'a' }, { id: 'b' }] };

  it.each<[CameraTree, CameraTree]>([
    [{}, before],
    [{ name: 'Door' }, { ...before, name: 'Door' }],
    [{ name: null }, { id: 'porch', detect: before.detect, zones: before.zones }],
    [{ detect: { fps: 4 } }, { ...before, detect: { source: 'a', fps: 4 } }],
    [{ detect: { source: null } }, { ...before, detect: { fps: 3 } }],
    [{ detect: null }, { id: 'porch', name: 'Porch', zones: before.zones }],
    [{ detect: 5 }, { ...before, detect: 5 }],
    [{ zones: [{ id: 'c' }] }, { ...before, zones: [{ id: 'c' }] }],
    [{ nmae: null }, { ...before, nmae: null }],
    [{ detect: { fsp: null } }, { ...before, detect: { source: 'a', fps: 3, fsp: null } }],
  ])('%j are merged key by key', (changes, after) => {
    expect(mergeCamera(before, changes)).toEqual(after);
  });

  it('cannot reach what every object has', () => {
    const merged = mergeCamera(before, JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as CameraTree);
    expect(Object.hasOwn(merged, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(problemsOf({ ...merged, source: 'synthetic:' }).length).toBeGreaterThan(0);
  });
});
