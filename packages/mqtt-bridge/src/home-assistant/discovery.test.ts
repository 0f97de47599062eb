// Discovery messages: whole, valid, true to the topics, and never two things under one id.
import { readFileSync } from 'node:fs';
import type { Camera, ServerInfo } from '@nightjar/client';
import { FakeRecorder, fakeCamera } from '@nightjar/testkit';
import { discoveryProblems, schemaProblems } from '../../test/discovery-rules.ts';
import { cameraStatsPayload, serverStatsPayload } from '../payloads.ts';
import { cameraDiscovery, serverDiscovery } from './discovery.ts';
import type { DiscoveryContext, DiscoveryMessage } from './discovery-message.ts';

const CONTEXT: DiscoveryContext = { base: 'nightjar', prefix: 'homeassistant' };
const EVERYTHING: DiscoveryContext = {
  ...CONTEXT,
  preview: true,
  snapshots: true,
  restart: true,
  recordingsSize: true,
  presets: () => ['Home', 'Gate'],
  page: '/',
};
const recorder = new FakeRecorder();
const server: ServerInfo = { ...(await recorder.server()), api: 'https://nightjar.local:8443' };

const golden = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../test/golden/${name}.json`, import.meta.url), 'utf8'));
const messagesOf = (cameras: readonly Camera[], context: DiscoveryContext, of = server): readonly DiscoveryMessage[] => [
  serverDiscovery(of, context),
  ...cameras.map((camera) => cameraDiscovery(camera, of, context)),
];
const component = ({ payload }: DiscoveryMessage, key: string): Readonly<Record<string, unknown>> | undefined => payload.components[key];

describe('the discovery message', () => {
  it('of a camera with everything is the one in the golden file', () => {
    expect(cameraDiscovery({ ...fakeCamera('front'), name: 'Front door' }, server, EVERYTHING)).toEqual(golden('discovery-camera'));
  });

  it('of a recorder with everything is the one in the golden file', () => {
    expect(serverDiscovery(server, EVERYTHING)).toEqual(golden('discovery-server'));
  });

  it.each([
    ['with everything', EVERYTHING],
    ['with nothing that can be missing', { ...CONTEXT, snapshots: false }],
    ['below a base and a prefix of several levels', { ...EVERYTHING, base: 'home/cams', prefix: 'ha/discovery' }],
  ])('%s keeps every rule', (_, context) => {
    expect(discoveryProblems(messagesOf([fakeCamera('front')], context), context.base)).toEqual([]);
  });

  it('holds pictures, presets and the restart only where there are such', () => {
    const camera = cameraDiscovery(fakeCamera('front'), server, { ...CONTEXT, snapshots: false });
    for (const key of ['still', 'event_image', 'ptz_preset', 'disk_used']) expect([key, component(camera, key)]).toEqual([key, undefined]);
    expect(component(cameraDiscovery(fakeCamera('front'), server, CONTEXT), 'event_image')).toBeDefined();
    expect(component(serverDiscovery(server, CONTEXT), 'restart')).toBeUndefined();
  });

  it('leaves a camera that is switched off to be switched on: that depends on the recorder alone', () => {
    const camera = cameraDiscovery(fakeCamera('front'), server, CONTEXT);
    for (const key of ['enabled', 'privacy', 'connected'])
      expect(component(camera, key)).toMatchObject({ availability: [{ topic: 'nightjar/server/rec1/state' }] });
    expect(component(camera, 'armed')).not.toHaveProperty('availability');
    expect(camera.payload.availability).toEqual([
      { topic: 'nightjar/server/rec1/state' },
      { topic: 'nightjar/camera/front/availability', value_template: "{{ 'online' if value == 'online' else 'offline' }}" },
    ]);
  });

  it('reads only figures that are in the statistics', async () => {
    const camera = cameraDiscovery(fakeCamera('front'), server, CONTEXT);
    expect(unknownFigures(camera, cameraStatsPayload(fakeCamera('front'), new Date(0)))).toEqual([]);
    expect(unknownFigures(serverDiscovery(server, CONTEXT), serverStatsPayload(await recorder.stats()))).toEqual([]);
  });

  it.each([
    ['https://nightjar.local:8443', 'https://nightjar.local:8443/ui'],
    ['http://10.0.0.7:8420/base', 'http://10.0.0.7:8420/ui'],
    ['http://admin:secret@10.0.0.7:8420', 'http://10.0.0.7:8420/ui'],
    ['http://127.0.0.1:8420', undefined],
    ['http://[::1]:8420', undefined],
    ['http://localhost:8420', undefined],
    ['ftp://nightjar.local', undefined],
    ['not a URL', undefined],
  ])('of a recorder whose API is at %s links the page %s', (api, url) => {
    const at = { ...server, api };
    for (const message of messagesOf([fakeCamera('front')], { ...CONTEXT, page: '/ui' }, at)) expect(message.payload.device['configuration_url']).toBe(url);
    for (const message of messagesOf([fakeCamera('front')], CONTEXT, at)) expect(message.payload.device).not.toHaveProperty('configuration_url');
  });

  it('says nothing about where a camera’s stream comes from', () => {
    const camera = {
      ...fakeCamera('front'),
      settings: { source: 'rtsp://user:hunter2@192.0.2.10/main' },
      state: { ...fakeCamera('front').state, problem: 'hunter2' },
    };
    expect(JSON.stringify(cameraDiscovery(camera, server, EVERYTHING))).not.toMatch(/hunter2|192\.0\.2/);
  });

  it('of a camera on another recorder is the same but for the recorder', () => {
    const ids = (of: ServerInfo) => {
      const { topic, payload } = cameraDiscovery(fakeCamera('front'), of, EVERYTHING);
      return [
        topic,
        payload.device.identifiers,
        ...Object.values(payload.components).map(({ unique_id, default_entity_id }) => [unique_id, default_entity_id]),
      ];
    };
    expect(ids({ ...server, id: 'rec2' })).toEqual(ids(server));
    expect(JSON.stringify(ids(server))).not.toContain('rec1');
  });
});

describe('names', () => {
  it.each([
    ['quotes', `Bob's "front" \\ door`],
    ['emoji', '🚪 Tür 正門'],
    ['200 characters of four bytes', '🐦'.repeat(200)],
    ['200 quotes', '"'.repeat(200)],
    ['a template', '{{ states.secret }} {% raw %}'],
    ['half a character', 'door \ud83d'],
  ])('with %s survive as they are', (_, name) => {
    const messages = messagesOf([{ ...fakeCamera('front'), name }], EVERYTHING);
    expect(discoveryProblems(messages, 'nightjar')).toEqual([]);
    const [, camera] = JSON.parse(JSON.stringify(messages)) as readonly DiscoveryMessage[];
    expect(camera?.payload.device['name']).toBe(name);
  });

  it('that are empty are the id, and endless ones are cut', () => {
    expect(cameraDiscovery({ ...fakeCamera('front'), name: ' ' }, server, CONTEXT).payload.device['name']).toBe('front');
    expect(cameraDiscovery({ ...fakeCamera('front'), name: '🐦'.repeat(5000) }, server, CONTEXT).payload.device['name']).toBe('🐦'.repeat(200));
  });
});

describe('messages', () => {
  it('of 50 cameras on each of 3 recorders share no id, and are below 10 kB', () => {
    const messages = ['rec1', 'rec2', 'rec3'].flatMap((id) => {
      const cameras = Array.from({ length: 50 }, (_, index) => fakeCamera(`${id}_cam-${index}`));
      return messagesOf(cameras, EVERYTHING, { ...server, id });
    });
    expect(messages).toHaveLength(153);
    expect(discoveryProblems(messages, 'nightjar')).toEqual([]);
  });

  it('of cameras that are called like recorders, or like entities, share no id', () => {
    const ids = [
      'server',
      'camera',
      'server_rec1',
      'camera_server_rec1',
      'camera_front',
      'front',
      'front_record',
      'front_record_mode',
      'rec1_armed',
      'a-b',
      'a_b',
    ];
    const messages = messagesOf(
      ids.map((id) => fakeCamera(id)),
      EVERYTHING,
    );
    expect(discoveryProblems(messages, 'nightjar')).toEqual([]);
  });

  it('below different bases share no id, however alike the bases are', () => {
    const bases = [
      'home/cams',
      'home_cams',
      'home-cams',
      'home',
      'home/cams/',
      'Home/cams',
      'home//cams',
      'home cams',
      'höme',
      `${'x'.repeat(40)}1`,
      `${'x'.repeat(40)}2`,
    ];
    const ids = bases.flatMap((base) =>
      messagesOf([fakeCamera('cams_front'), fakeCamera('front')], { ...EVERYTHING, base }).flatMap(({ topic, payload }) => [
        topic,
        ...payload.device.identifiers,
        ...Object.values(payload.components).flatMap(({ unique_id }) => (unique_id === undefined ? [] : [unique_id])),
      ]),
    );
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^(homeassistant\/device\/)?[A-Za-z0-9_-]+(\/config)?$/);
  });

  it('stay below 10 kB with everything as long as the settings let it be', () => {
    const base = 'level/'.repeat(20).slice(0, 100);
    const long = { ...server, id: 'r'.repeat(48), name: '"'.repeat(100) };
    const camera = { ...fakeCamera('c'.repeat(48)), name: '🐦'.repeat(100) };
    const context = { ...EVERYTHING, base, prefix: 'p'.repeat(100), presets: () => Array.from({ length: 100 }, (_, index) => `Place ${index}`) };
    expect(discoveryProblems(messagesOf([camera], context, long), base)).toEqual([]);
  });

  it('have keys of which none ends like another', () => {
    const keys = new Set(messagesOf([fakeCamera('front')], EVERYTHING).flatMap(({ payload }) => Object.keys(payload.components)));
    for (const key of keys) for (const other of keys) expect([key, other, key.endsWith(`_${other}`)]).toEqual([key, other, false]);
  });
});

describe('the schema', () => {
  const valid = () =>
    structuredClone(cameraDiscovery(fakeCamera('front'), server, EVERYTHING).payload) as unknown as Record<string, Record<string, Record<string, unknown>>>;

  it('takes a message with components that are taken back', () => {
    const payload = valid();
    payload['components']!['still'] = { platform: 'camera' };
    expect(schemaProblems(payload)).toEqual([]);
  });

  it.each<[string, (payload: ReturnType<typeof valid>) => void]>([
    ['without an origin', (payload) => delete payload['origin']],
    ['with ~ at its root', (payload) => Object.assign(payload, { '~': 'nightjar' })],
    ['with an entity without a unique id', ({ components }) => delete components!['motion']!['unique_id']],
    ['with a select without options', ({ components }) => delete components!['record_mode']!['options']],
    ['with an image of two topics', ({ components }) => Object.assign(components!['event_image']!, { url_topic: 'a/b' })],
    [
      'with a wildcard where something is published',
      ({ components }) => Object.assign(components!['armed']!, { command_topic: 'nightjar/camera/+/armed/set' }),
    ],
    ['with object_id', ({ components }) => Object.assign(components!['motion']!, { object_id: 'front_motion' })],
    ['with both forms of availability', (payload) => Object.assign(payload, { availability_topic: 'a/b' })],
    ['with both forms of availability in a component', ({ components }) => Object.assign(components!['connected']!, { availability_topic: 'a/b' })],
    ['with a camera without a topic', ({ components }) => delete components!['still']!['topic']],
    ['with an event without types', ({ components }) => delete components!['event']!['event_types']],
    ['with an enumeration that has a unit', ({ components }) => Object.assign(components!['fps']!, { device_class: 'enum', options: ['1'] })],
    ['with a device that nothing identifies', ({ device }) => delete device!['identifiers']],
    ['with a platform that there is not', ({ components }) => Object.assign(components!['motion']!, { platform: 'motion' })],
  ])('refuses a message %s', (_, change) => {
    const payload = valid();
    expect(schemaProblems(payload)).toEqual([]);
    change(payload);
    expect(schemaProblems(payload)).not.toEqual([]);
  });
});

describe('the rules beside the schema', () => {
  const problems = (change: (payload: { device: Record<string, unknown>; components: Record<string, Record<string, unknown>> }) => void) => {
    const messages = structuredClone(messagesOf([fakeCamera('front')], EVERYTHING));
    change(messages[1]?.payload as unknown as Parameters<typeof change>[0]);
    return discoveryProblems(messages, 'nightjar');
  };

  it.each<[string, Parameters<typeof problems>[0], string]>([
    ['min above max', ({ components }) => Object.assign(components['sensitivity']!, { min: 101 }), 'min is above max'],
    ['a unit of another class', ({ components }) => Object.assign(components['bitrate']!, { unit_of_measurement: 'B' }), 'B is no unit of data_rate'],
    [
      'a topic nobody publishes',
      ({ components }) => Object.assign(components['motion']!, { state_topic: 'nightjar/camera/front/movement' }),
      'nothing is published',
    ],
    [
      'a state that is a command',
      ({ components }) => Object.assign(components['armed']!, { state_topic: 'nightjar/camera/front/armed/set' }),
      'nothing is published',
    ],
    [
      'a command that is a state',
      ({ components }) => Object.assign(components['armed']!, { command_topic: 'nightjar/camera/front/armed/state' }),
      'nobody listens',
    ],
    [
      'a property that there is not',
      ({ components }) => Object.assign(components['armed']!, { command_topic: 'nightjar/camera/front/sound/set' }),
      'nobody listens',
    ],
    [
      'a state that is not retained',
      ({ components }) => Object.assign(components['motion']!, { state_topic: 'nightjar/camera/front/event' }),
      'is not retained',
    ],
    ['an event that is retained', ({ components }) => Object.assign(components['event']!, { state_topic: 'nightjar/camera/front/event/last' }), 'is retained'],
    ['a picture that is none', ({ components }) => Object.assign(components['still']!, { topic: 'nightjar/camera/front/info' }), 'holds JSON'],
    ['one id twice', ({ components }) => Object.assign(components['armed']!, { unique_id: components['motion']!['unique_id'] }), 'more than once'],
    ['a device behind itself', ({ device }) => Object.assign(device, { via_device: 'nightjar_camera_front' }), 'behind itself'],
    ['a device behind an unknown one', ({ device }) => Object.assign(device, { via_device: 'nightjar_server_rec9' }), 'not published before'],
  ])('find %s', (_, change, expected) => {
    expect(problems(change)).toEqual([expect.stringContaining(expected)]);
  });
});

/** Paths in value templates that lead nowhere in `payload`. */
function unknownFigures({ payload: { components } }: DiscoveryMessage, payload: object): readonly string[] {
  const templates = Object.values(components).flatMap(({ platform, value_template: template }) => (platform === 'sensor' ? [String(template)] : []));
  const paths = templates.map((template) => /^\{\{ value_json\.([a-z0-9_.]+)( \| default\(none\))? \}\}$/.exec(template)?.[1] ?? template);
  return paths.filter((path) => path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], payload) === undefined);
}
