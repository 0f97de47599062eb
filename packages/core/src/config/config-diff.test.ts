import type { Config } from './config.ts';
import { diffConfigs } from './config-diff.ts';
import { fakeConfigWorld } from './fake-config-world.ts';
import { loadConfig } from './load-config.ts';

function load(text: string, env: Readonly<Record<string, string>> = {}): Config {
  const loaded = loadConfig(text, { file: '/etc/nightjar.yaml', world: fakeConfigWorld({ env }) });
  if ('problems' in loaded) throw new TypeError(JSON.stringify(loaded.problems));
  return loaded.config;
}

function diff(before: string, after: string, env: readonly [Readonly<Record<string, string>>?, Readonly<Record<string, string>>?] = []) {
  const found = diffConfigs(load(before, env[0]), load(after, env[1]));
  const ids = (cameras: Config['cameras']) => cameras.map(({ id }) => id);
  return { ...found, startCameras: ids(found.startCameras), restartCameras: ids(found.restartCameras), updateCameras: ids(found.updateCameras) };
}

const nothing = { startCameras: [], stopCameras: [], restartCameras: [], updateCameras: [], restartServer: [], update: [] };
const camera = (more: string, id = 'porch'): string => `cameras:\n  - { id: ${id}, source: "synthetic:visitor"${more} }\n`;

describe('the difference of two configurations', () => {
  it('is nothing where nothing changed, secrets and paths included', () => {
    const text = `${camera('')}mqtt: { password: "\${P}", username: u }\nserver: { name: A }\n`;
    expect(diff(text, text, [{ P: 'a' }, { P: 'a' }])).toEqual(nothing);
  });

  it.each([
    ['a camera that is new', camera(''), `${camera('')}  - { id: yard, source: "synthetic:visitor" }\n`, { startCameras: ['yard'] }],
    ['a camera that is gone', camera(''), 'cameras: []\n', { stopCameras: ['porch'] }],
    ['a camera with another id', camera(''), camera('', 'yard'), { startCameras: ['yard'], stopCameras: ['porch'] }],
    ['another source', camera(''), camera('').replace('visitor', 'busy'), { restartCameras: ['porch'] }],
    ['another zone', camera(''), camera(', zones: [{ id: all, sensitivity: 51 }]'), { updateCameras: ['porch'] }],
    ['one more zone', camera(''), camera(', zones: [{ id: all }, { id: b }]'), { updateCameras: ['porch'] }],
    ['another name of a camera', camera(''), camera(', name: Porch'), { updateCameras: ['porch'] }],
    ['another name and source', camera(''), camera(', name: Porch').replace('visitor', 'busy'), { restartCameras: ['porch'] }],
    [
      'another order of cameras',
      `${camera('')}  - { id: b, source: "synthetic:quiet" }`,
      `cameras:\n  - { id: b, source: "synthetic:quiet" }\n${camera('').slice(9)}`,
      {},
    ],
    ['another port', 'http: { port: 1 }', 'http: { port: 2 }', { restartServer: ['http.port'] }],
    ['another retention', 'retention: { days: 1 }', 'retention: { days: null, maxSize: 1GB }', { update: ['retention.days', 'retention.maxSize'] }],
    ['MQTT that is new', '{}', 'mqtt: {}', { restartServer: ['mqtt'] }],
    ['another area', '{}', 'storage: { areas: [{ id: b, path: data/events }] }', { restartServer: ['storage.areas[0].id'] }],
    ['one more area', '{}', 'storage: { areas: [{ id: default, path: data/events }, { id: b, path: b }] }', { restartServer: ['storage.areas'] }],
    ['another log level', '{}', 'log: { level: debug }', { update: ['log.level'] }],
  ] as const)('sees %s', (_, before, after, expected) => {
    expect(diff(before, after)).toEqual({ ...nothing, ...expected });
  });

  it('sees a password that changed, without showing it', () => {
    const text = 'mqtt: { password: "${P}", username: u, broker: "mqtt://u:${P}@b" }\n';
    const found = diff(text, text, [{ P: 'first' }, { P: 'second' }]);
    expect(found.restartServer).toEqual(['mqtt.broker.url', 'mqtt.password']);
    expect(JSON.stringify(found)).not.toMatch(/first|second/);
  });
});
