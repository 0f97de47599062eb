// The form of Homebridge's UI and the reader agree.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { CAMERA_FIELDS } from './camera-fields.ts';
import { FACE_FIELDS } from './face-fields.ts';
import { MQTT_FIELDS, OVERRIDE_FIELDS, PLUGIN_FIELDS, RECORDER_FIELDS, RECORDINGS_FIELDS, readPluginConfig } from './read-plugin-config.ts';

interface Part {
  readonly properties?: Readonly<Record<string, Part>>;
  readonly items?: Part;
  readonly description?: string;
  readonly title?: string;
}

const file = JSON.parse(readFileSync(new URL('../../config.schema.json', import.meta.url), 'utf8')) as Readonly<Record<string, unknown>>;
const schema = file['schema'] as Part;
const isValid = new Ajv({ strict: false, allErrors: true }).compile(schema as object);
const problemsOf = (config: object) => readPluginConfig(config, { storagePath: '/var/lib/homebridge', servesExternalsOnly: false }).problems;
const keys = (part: Part | undefined): readonly string[] => Object.keys(part?.properties ?? {}).sort();

const camera = { name: 'Porch', source: 'rtsp://user:password@192.0.2.10/main' };
const everyFace = {
  hidden: true,
  stream: 'sub',
  liveStart: 'next',
  audio: false,
  secureVideo: false,
  maxRecordingKbps: 2000,
  viewers: 16,
  occupancy: true,
  doorbell: true,
  doorbellTrigger: 'bell',
  switches: ['armed', 'detection', 'recording', 'privacy'],
  offInHome: 'record',
  address: 'fd00::1',
};

describe('the form', () => {
  it('is one of a platform that is configured once', () => {
    expect(file).toMatchObject({ pluginAlias: 'Nightjar', pluginType: 'platform', singular: true, schema: { type: 'object' } });
  });

  it.each<[string, Part | undefined, object]>([
    ['the plugin', schema, PLUGIN_FIELDS],
    ['a camera', schema.properties?.['cameras']?.items, CAMERA_FIELDS],
    ['a recorder', schema.properties?.['recorder'], RECORDER_FIELDS],
    ['recordings', schema.properties?.['recordings'], RECORDINGS_FIELDS],
    ['mqtt', schema.properties?.['mqtt'], MQTT_FIELDS],
    ['all cameras', schema.properties?.['defaults'], FACE_FIELDS],
    ['one camera', schema.properties?.['overrides']?.items, OVERRIDE_FIELDS],
  ])('has the keys of %s that the reader has', (_, part, fields) => {
    expect(keys(part)).toEqual(Object.keys(fields).sort());
    expect(Object.values(part?.properties ?? {}).filter(({ title }) => title === undefined)).toEqual([]);
  });

  it.each<[string, object]>([
    ['one camera', { name: 'Nightjar', cameras: [camera] }],
    ['a recorder', { name: 'Nightjar', recorder: { url: 'http://192.0.2.1:8420', token: 'njt_x' } }],
    ['nothing', { name: 'Nightjar' }],
    [
      'everything',
      {
        name: 'Cameras',
        cameras: [{ ...camera, id: 'porch', subSource: 'RTSPS://192.0.2.10/sub', record: 'never', sensitivity: 0, settings: { exif: true }, ...everyFace }],
        recordings: { enabled: false, path: '/mnt/disk', maxGiB: 1, days: 3650 },
        mqtt: { broker: 'mqtts://192.0.2.1', username: 'u', password: 'p' },
        publish: 'external',
        defaults: everyFace,
        overrides: [{ camera: 'porch', ...everyFace }],
        armedSwitch: true,
        diagnosticsPort: 1024,
        ffmpeg: '/usr/bin/ffmpeg',
      },
    ],
  ])('takes %s, as the reader does', (_, config) => {
    expect([isValid(config), isValid.errors, problemsOf(config)]).toEqual([true, null, []]);
  });

  it.each<[string, object]>([
    ['a camera without an address', { cameras: [{ name: 'Porch' }] }],
    ['an address of an unknown kind', { cameras: [{ source: 'rtps://192.0.2.1/x' }] }],
    ['an id the recorder would refuse', { cameras: [{ ...camera, id: 'Porch' }] }],
    ['a word that is none', { cameras: [{ ...camera, record: 'sometimes' }] }],
    ['a share beyond all', { cameras: [{ ...camera, sensitivity: 101 }] }],
    ['a recorder without http', { recorder: { url: '192.0.2.1:8420', token: 'njt_x' } }],
    ['a recorder with a password in its address', { recorder: { url: 'http://u:p@192.0.2.1:8420', token: 'njt_x' } }],
    ['a relative path', { ffmpeg: 'ffmpeg' }],
    ['no viewers', { defaults: { viewers: 0 } }],
    ['a broken number', { defaults: { maxRecordingKbps: 2000.5 } }],
    ['an unknown switch', { defaults: { switches: ['alarm'] } }],
    ['an address that is a name', { defaults: { address: 'nas.local' } }],
    ['an override of no camera', { overrides: [{ viewers: 2 }] }],
    ['too small a port', { diagnosticsPort: 80 }],
    ['a broker without a scheme', { mqtt: { broker: '192.0.2.1' } }],
  ])('refuses %s, as the reader does', (_, config) => {
    expect(isValid({ name: 'Nightjar', ...config })).toBe(false);
    expect(problemsOf(config)).not.toEqual([]);
  });

  it('lays out nothing that it does not have, and everything but what only the JSON editor shows', () => {
    const laid = [...JSON.stringify(file['layout']).matchAll(/"([a-zA-Z]+(?:\[\])?(?:\.[a-zA-Z]+)?)"/g)]
      .map(([, key = '']) => key)
      .filter((key) => /[.[]/.test(key));
    const has = (key: string): boolean => {
      const [top = '', below = ''] = key.replace('[]', '').split('.');
      const part = schema.properties?.[top];
      return (part?.items ?? part)?.properties?.[below] !== undefined;
    };
    expect(laid.filter((key) => !has(key))).toEqual([]);
    const below = ['cameras', 'overrides', 'recorder', 'recordings', 'mqtt', 'defaults'].flatMap((top) => {
      const part = schema.properties?.[top];
      return keys(part?.items ?? part).map((key) => `${top}${part?.items === undefined ? '' : '[]'}.${key}`);
    });
    expect(below.filter((key) => !laid.includes(key))).toEqual(['cameras[].settings']);
  });
});
