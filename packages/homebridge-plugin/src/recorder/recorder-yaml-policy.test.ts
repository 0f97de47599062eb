// What the recorder is told of the plugin's configuration.
import { readPluginConfig } from '../config/read-plugin-config.ts';
import { neverKept, recorderYaml, usableCameras } from './recorder-yaml-policy.ts';

const read = (config: object) => readPluginConfig(config, { storagePath: '/hb', servesExternalsOnly: false }).config;
const yamlOf = (config: object) => {
  const plugin = read(config);
  return recorderYaml(plugin, plugin.cameras, { serverId: 'homebridge-1', port: 8430 });
};

describe('the configuration of our own recorder', () => {
  it('listens on loopback alone, keeps what a small disk can hold, and talks to no broker', () => {
    const yaml = yamlOf({ cameras: [{ name: 'Porch', source: 'rtsp://192.0.2.1/main' }] });
    expect(yaml).toEqual({
      server: { id: 'homebridge-1', name: 'Nightjar' },
      http: { host: '127.0.0.1', port: 8430 },
      database: { url: 'sqlite:data/nightjar.db' },
      storage: { areas: [{ id: 'default', path: '/hb/nightjar/recordings', minFree: '10%', maxSize: '10GiB' }] },
      retention: { days: 7 },
      triggers: { socket: null },
      cameras: [
        { id: 'porch', name: 'Porch', source: 'rtsp://192.0.2.1/main', function: 'modect', preRollSeconds: 8, audio: true, detect: { mode: 'keyframes' } },
      ],
    });
  });

  it('watches the small stream where there is one, and takes more settings over its own', () => {
    const camera = { id: 'a', source: 'rtsp://192.0.2.1/main', subSource: 'rtsp://192.0.2.1/sub', record: 'always', sensitivity: 70, audio: false };
    const settings = { preRollSeconds: 3, detect: { fps: 2 }, exif: true };
    expect(yamlOf({ cameras: [{ ...camera, settings }], mqtt: { broker: 'mqtt://192.0.2.9' } })).toMatchObject({
      mqtt: { broker: 'mqtt://192.0.2.9' },
      cameras: [
        {
          function: 'mocord',
          preRollSeconds: 3,
          exif: true,
          audio: false,
          zones: [{ id: 'all', kind: 'active', sensitivity: 70 }],
          detect: { source: 'rtsp://192.0.2.1/sub', mode: 'continuous', fps: 2 },
        },
      ],
    });
  });

  it('names the cameras of which nothing is kept', () => {
    const cameras = [
      { id: 'a', source: 'synthetic:', record: 'never' },
      { id: 'b', source: 'synthetic:' },
    ];
    const [some, none] = [read({ cameras }), read({ cameras, recordings: { enabled: false } })];
    expect(neverKept(some, some.cameras)).toEqual(['a']);
    expect(neverKept(none, none.cameras)).toEqual(['a', 'b']);
  });
});

describe('what the recorder refuses', () => {
  const { cameras } = read({
    cameras: [
      { id: 'a', source: 'synthetic:', settings: { zones: [], exif: true } },
      { id: 'b', source: 'synthetic:' },
    ],
  });

  it('is left out alone where it is one of more settings, else with its camera', () => {
    const usable = usableCameras(cameras, [
      { path: 'cameras[0].zones[1].kind', message: 'wrong' },
      { path: 'cameras[1].source', message: 'worse' },
      { path: 'storage.areas[0].path', message: 'not about a camera' },
      { path: 'cameras[7].id', message: 'nobody' },
    ]);
    expect(usable.cameras.map(({ id, settings }) => [id, settings])).toEqual([['a', { exif: true }]]);
    expect(usable.leftOut).toEqual(['b']);
    expect(usable.problems).toEqual(['"zones[1].kind" of "settings" of camera "a" is left out: wrong', 'camera "b" is left out: worse']);
  });
});
