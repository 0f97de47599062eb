// What comes of a `platforms` entry, right or wrong.
import { faceOf } from './plugin-config.ts';
import { readPluginConfig, strangeOverrides } from './read-plugin-config.ts';

const STORAGE = '/var/lib/homebridge';
const facts = { storagePath: STORAGE, servesExternalsOnly: false };
const read = (config: unknown, more: Partial<Parameters<typeof readPluginConfig>[1]> = {}) => readPluginConfig(config, { ...facts, ...more });
const camera = { name: 'Front door', source: 'rtsp://user:s3cret@192.0.2.10/main' };

describe('a platform entry', () => {
  it('needs no more than the address of one camera', () => {
    const { config, problems } = read({ platform: 'Nightjar', cameras: [camera] });
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      name: 'Nightjar',
      recorder: { kind: 'embedded' },
      cameras: [{ id: 'front-door', name: 'Front door', source: camera.source, record: 'motion', sensitivity: 50, audio: true, settings: {} }],
      isComplete: true,
      recordings: { isEnabled: true, path: `${STORAGE}/nightjar/recordings`, maxGiB: 10, days: 7 },
      publish: 'bridged',
      armedSwitch: false,
    });
    expect(faceOf(config, 'front-door')).toEqual({
      isHidden: false,
      stream: 'auto',
      liveStart: 'cached',
      audio: true,
      recording: true,
      maxRecordingKbps: 3000,
      viewers: 5,
      occupancy: false,
      doorbell: false,
      switches: [],
      offInHome: 'privacy',
    });
  });

  it('may name a recorder instead', () => {
    const { config, problems } = read({ recorder: { url: 'http://192.0.2.1:8420/api/v1/', token: 'njt_x' }, cameras: [] });
    expect(problems).toEqual([]);
    expect(config.recorder).toEqual({ kind: 'network', url: 'http://192.0.2.1:8420', token: 'njt_x' });
  });

  it('with neither looks for a recorder on this machine', () => {
    expect(read({ platform: 'Nightjar', name: 'Cameras' }).config.recorder).toEqual({ kind: 'find' });
    expect(read({ recorder: { url: '', token: 'njt_x' } }).config.recorder).toEqual({ kind: 'find', token: 'njt_x' });
  });

  it('keeps its own recorder where the last camera was removed', () => {
    const known = [{ id: 'a', name: 'A', sourceHash: '0' }];
    expect(read({ cameras: [] }, { known }).config).toMatchObject({ recorder: { kind: 'embedded' }, cameras: [], isComplete: true });
    expect(read({}, { known }).config.recorder).toEqual({ kind: 'find' });
    expect(read({ cameras: [], recorder: { token: 'njt_x' } }, { known }).config.recorder).toEqual({ kind: 'find', token: 'njt_x' });
  });

  it('takes what forms leave in fields that were emptied', () => {
    const emptied = { name: '', recorder: { url: '', token: null }, cameras: [{ ...camera, id: '', subSource: '', viewers: null }], overrides: [], ffmpeg: '' };
    expect(read(emptied)).toMatchObject({ problems: [], config: { recorder: { kind: 'embedded' }, cameras: [{ id: 'front-door' }] } });
  });

  it.each([
    ['auto', false, 'bridged'],
    ['auto', true, 'external'],
    [undefined, true, 'external'],
    ['bridged', true, 'bridged'],
    ['external', false, 'external'],
  ])('published %s where the bridge serves its own accessories only: %s, is %s', (publish, servesExternalsOnly, expected) => {
    expect(read({ publish }, { servesExternalsOnly }).config.publish).toBe(expected);
  });

  it('says what holds for all cameras, beside one, and for one by its id; the last word counts', () => {
    const { config, problems } = read({
      cameras: [
        { ...camera, id: 'door', viewers: 2, doorbellTrigger: 'bell' },
        { ...camera, id: 'yard', secureVideo: false },
      ],
      defaults: { viewers: 3, audio: false, switches: ['privacy', 'armed'] },
      overrides: [{ camera: 'yard', viewers: 4, hidden: true, address: '192.0.2.5' }],
    });
    expect(problems).toEqual([]);
    expect(faceOf(config, 'door')).toMatchObject({ viewers: 2, audio: false, doorbell: 'bell', recording: true, switches: ['armed', 'privacy'] });
    expect(faceOf(config, 'yard')).toMatchObject({ viewers: 4, isHidden: true, recording: false, address: '192.0.2.5' });
    expect(faceOf(config, 'new')).toMatchObject({ viewers: 3, doorbell: false });
  });

  it.each<[string, unknown, string]>([
    ['an unknown key', { cameras: [{ ...camera, sorce: 'x' }] }, '"sorce" of camera "Front door" is not known and is left out; did you mean "source"?'],
    ['a key of the entry', { camaras: [] }, '"camaras" is not known and is left out; did you mean "cameras"?'],
    [
      'a key of other plugins',
      { cameras: [{ ...camera, url: 'rtsp://u:p@192.0.2.1/x' }] },
      '"url" of camera "Front door" is not known and is left out; did you mean "source"?',
    ],
    ['a key of a camera in the entry', { viewers: 2 }, '"viewers" is not known and is left out; did you mean "defaults"?'],
    [
      'what is not for a recorder that runs already',
      { recorder: { url: 'http://192.0.2.1:8420', token: 't' }, recordings: { days: 3 }, mqtt: {}, ffmpeg: '' },
      '"recordings" is left out: it is for the recorder that comes with the plugin, and "recorder" names another',
    ],
    ['a wrong word', { publish: 'brigded' }, '"publish" is "brigded" and is left out: expected auto, bridged or external; did you mean "bridged"?'],
    ['a wrong number', { defaults: { viewers: 0 } }, '"viewers" of "defaults" is 0 and is left out: expected a whole number from 1 to 16'],
    [
      'a wrong switch',
      { defaults: { switches: ['amred'] } },
      '"switches" of "defaults" is ["amred"] and is left out: expected a list of armed, detection, recording, privacy',
    ],
    ['a wrong kind', { recordings: true }, '"recordings" is true and is left out: expected a mapping with enabled, path, maxGiB and days'],
    [
      'a relative folder',
      { recordings: { path: 'recordings' } },
      '"path" of "recordings" is "recordings" and is left out: expected a whole path, which begins with /',
    ],
    ['an override of nothing', { overrides: [{ viewers: 2 }] }, '"overrides" entry 1 is left out: expected the id of a camera as "camera"'],
    [
      'an override of an unknown camera',
      { cameras: [camera], overrides: [{ camera: 'frontdor' }] },
      '"overrides" entry 1 is left out: there is no camera "frontdor"; did you mean "front-door"?',
    ],
    ['a broker that is left out', { mqtt: { username: 'me' } }, '"mqtt" is left out: expected "broker" in it'],
    [
      'a recorder without a token',
      { recorder: { url: 'http://192.0.2.1:8420' } },
      '"recorder" has no "token": make one on the machine of the recorder with nightjar token create homebridge --role operator',
    ],
    [
      'cameras beside a recorder',
      { recorder: { url: 'http://192.0.2.1:8420', token: 't' }, cameras: [camera] },
      '"cameras" is left out, because "recorder" names a recorder that has cameras of its own',
    ],
    [
      'an id of its own in settings',
      { cameras: [{ ...camera, settings: { id: 'x', exif: true } }] },
      '"id" of "settings" of camera "Front door" is left out: expected it beside "settings"',
    ],
  ])('tells of %s in one sentence', (_, config, problem) => {
    expect(read(config).problems).toEqual([problem]);
  });

  it('tells of overrides for cameras that a recorder does not have, once it said which it has', () => {
    const { config, problems } = read({
      recorder: { url: 'http://192.0.2.1:8420', token: 't' },
      overrides: [{ camera: 'front-dor', doorbell: true }, { camera: 'yard' }],
    });
    expect(problems).toEqual([]);
    expect(strangeOverrides(config, new Set(['front-door', 'yard']))).toEqual([
      '"overrides" for "front-dor" count for nothing: there is no camera "front-dor"; did you mean "front-door"?',
    ]);
  });

  it.each([
    ['a wrong scheme', 'rtps://u:s3cret@192.0.2.1/x', 'did you mean rtsp://?'],
    ['a password that breaks the address', 'rtsp://u:s3cret#1@192.0.2.1/x', 'write % as %25, # as %23'],
    ['no scheme', '192.0.2.1/s3cret', 'beginning with one of rtsp'],
    ['a number', 7, 'expected an address such as'],
  ])('leaves out a camera whose source has %s, without showing it', (_, source, hint) => {
    const { config, problems } = read({ cameras: [{ name: 'Yard', source }, camera] });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('"source" of camera "Yard"');
    expect(problems[0]).toContain(hint);
    expect(problems[1]).toBe('camera "Yard" is left out: it has no "source" that can be used');
    expect(problems.join()).not.toContain('s3cret');
    expect(config.cameras.map(({ id }) => id)).toEqual(['front-door']);
    // It was not removed by anybody, so nothing may go from Home.
    expect(config.isComplete).toBe(false);
  });

  it('makes no second id for a camera whose id is wrong', () => {
    expect(read({ cameras: [{ ...camera, id: 'Front Door' }] })).toMatchObject({ config: { cameras: [], isComplete: false, recorder: { kind: 'none' } } });
  });

  it('starts nothing else where a recorder is named wrongly', () => {
    expect(read({ recorder: { url: 'nvr:8420' }, cameras: [camera] }).config.recorder).toEqual({ kind: 'none' });
    expect(read({ recorder: 'http://192.0.2.1:8420' }).config.recorder).toEqual({ kind: 'none' });
    expect(read({ cameras: 'rtsp://192.0.2.1/x' }).config).toMatchObject({ recorder: { kind: 'none' }, isComplete: false });
  });

  it('leaves out a second camera with the id of another', () => {
    const { config, problems } = read({
      cameras: [
        { ...camera, id: 'a' },
        { ...camera, id: 'a', name: 'Twin' },
      ],
    });
    expect(config.cameras.map(({ name }) => name)).toEqual(['Front door']);
    expect(problems).toEqual(['a second camera with the id "a" is left out: expected an id of its own']);
  });

  it.each([undefined, null, 7, 'x', [], [[]], { cameras: [null, 7, 'x', []] }, { overrides: [null, 7] }, { recorder: [] }, { mqtt: 'x' }, { defaults: [] }])(
    'is never a reason to fail: %j',
    (config) => {
      expect(() => read(config)).not.toThrow();
      for (const problem of read(config).problems) expect(problem).not.toContain('\n');
    },
  );
});
