import { httpSettings } from '../../test/http-settings.ts';
import type { Config } from './config.ts';
import { explainProblem } from './explain-problem.ts';
import { type FakeWorldContent, fakeConfigWorld } from './fake-config-world.ts';
import { loadConfig, loadConfigFile } from './load-config.ts';

const file = '/etc/nightjar/nightjar.yaml';

function load(text: string, content: FakeWorldContent = {}): Config {
  const loaded = loadConfig(text, { file, world: fakeConfigWorld(content) });
  if ('problems' in loaded) throw new TypeError(loaded.problems.map(explainProblem).join('\n'));
  return loaded.config;
}

describe('the configuration', () => {
  it('is filled in from one camera on', () => {
    const config = load('cameras:\n  - { id: porch, source: "rtsp://192.0.2.10/main" }\n');
    expect(JSON.parse(JSON.stringify(config))).toEqual({
      file,
      written: {},
      server: { id: 'attic', name: 'attic' },
      http: { ...httpSettings(), port: 8420 },
      database: { engine: 'sqlite', file: '/etc/nightjar/data/nightjar.db' },
      storage: {
        areas: [{ id: 'default', path: '/etc/nightjar/data/events', scheme: 'medium', minFree: { percent: 5 }, maxSize: null }],
        syncIntervalMs: 5000,
      },
      retention: { days: 14, maxSize: null },
      exports: { path: '/etc/nightjar/data/exports', keepHours: 24, maxSize: 20e9, maxQueued: 100 },
      encoding: { maxVideo: 4, maxSound: 32 },
      triggers: {
        socket: '/etc/nightjar/data/zmtrigger.sock',
        tcp: null,
        lines: { connections: 256, bytes: 8192, perSecond: 50, totalPerSecond: 200 },
        pulseSeconds: 10,
        debounceMs: 0,
        maxPerSecond: 50,
        schedule: [],
      },
      log: { level: 'info' },
      cameras: [
        {
          id: 'porch',
          name: 'porch',
          source: { kind: 'rtsp', url: '***', label: 'rtsp://192.0.2.10/main' },
          detect: { mode: 'continuous', fps: 5 },
          function: 'modect',
          preRollSeconds: 5,
          postRollSeconds: 5,
          sectionLengthSeconds: 600,
          alarmFrameCount: 2,
          eventPrefix: 'Event-',
          frameSkip: 0,
          fpsReportInterval: 1000,
          defaultScale: 100,
          webColour: '#c0392b',
          exif: false,
          audio: true,
          recordPictures: false,
          connectTimeoutSeconds: 10,
          stallTimeoutSeconds: 10,
          preRollMaxMiB: 64,
          zones: [{ id: 'all', kind: 'active', sensitivity: 50, overloadFrames: 0, extendAlarmFrames: 0 }],
        },
      ],
    });
  });

  it('is frozen all the way down', () => {
    const config = load('cameras: [{ id: porch, source: "synthetic:visitor" }]');
    const parts = [
      config,
      config.http,
      config.storage.areas,
      config.storage.areas[0],
      config.cameras,
      config.cameras[0],
      config.cameras[0]?.zones[0],
      config.cameras[0]?.source,
    ];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true));
  });

  it('needs no passwords where nobody logs in, but everything else', () => {
    const text = [
      'mqtt: { broker: "${NO_BROKER}", username: u, password: "${file:/no/such}" }',
      'triggers: { tcp: { token: "${NO_TOKEN}" } }',
      'cameras: [{ id: a, source: "rtsp://u:${NO_PASSWORD}@192.0.2.10/main" }, { id: b, source: "${NO_URL}" }]',
    ].join('\n');
    expect(loadConfig(text, { file, world: fakeConfigWorld(), withoutLogins: true })).toHaveProperty('config');
    expect(loadConfig(text, { file, world: fakeConfigWorld() })).toMatchObject({ problems: { length: 5 } });
    expect(loadConfig('storage: { areas: [{ id: a, path: "${NO_PATH}" }] }', { file, world: fakeConfigWorld(), withoutLogins: true })).toMatchObject({
      problems: { length: 1 },
    });
  });

  it('reads everything the contract shows', () => {
    const config = load(
      [
        'server: { id: rec1, name: Recorder 1 }',
        'http: { host: 127.0.0.1, port: 8421, tls: { cert: tls/cert.pem, key: /k/key.pem }, trustProxy: true }',
        'database: { url: sqlite:/var/lib/nightjar.db }',
        'storage:',
        '  areas: [ { id: nas, path: /mnt/nas, scheme: deep, minFree: 2GiB, maxSize: 500GB } ]',
        '  syncIntervalMs: 1000',
        'retention: { days: null, maxSize: 1.5TB }',
        'mqtt:',
        '  broker: mqtts://recorder:${MQTT_PASSWORD}@broker.local:8883',
        '  base: home/nightjar',
        '  username: recorder',
        '  password: ${MQTT_PASSWORD}',
        '  homeAssistant: { enabled: false, prefix: ha }',
        'triggers: { socket: null, tcp: { token: "${file:secrets/trigger}" } }',
        'cameras:',
        '  - id: porch',
        '    name: Front porch',
        '    source: rtsp://user:${PORCH_PASSWORD}@192.0.2.10/main',
        '    detect: { source: "rtsp://192.0.2.10/sub", mode: keyframes, fps: 2.5 }',
        '    function: mocord',
        '    zones:',
        '      - { id: all, kind: active, sensitivity: 60 }',
        '      - { id: street, kind: inactive, polygon: [{x: 0, y: 0}, {x: 1, y: 0}, {x: 1, y: 0.2}] }',
        '      - { id: expert, kind: exclusive, thresholds: { minBlobs: 1, maxBlobs: 3, minAlarmPixels: 0.5 } }',
      ].join('\n'),
      {
        env: { MQTT_PASSWORD: 'mq/tt', PORCH_PASSWORD: 'p@ss#1%' },
        files: { '/etc/nightjar/tls/cert.pem': 'c', '/k/key.pem': 'k', '/etc/nightjar/secrets/trigger': 'long-enough-token\n' },
      },
    );
    expect(config.http).toEqual({ ...httpSettings(), port: 8421, tls: { cert: '/etc/nightjar/tls/cert.pem', key: '/k/key.pem' }, trustProxy: true });
    expect(config.storage.areas[0]).toEqual({ id: 'nas', path: '/mnt/nas', scheme: 'deep', minFree: { bytes: 2 ** 31 }, maxSize: 500e9 });
    expect(config.retention).toEqual({ days: null, maxSize: 1.5e12 });
    expect(config.mqtt?.broker).toMatchObject({ kind: 'remote', label: 'mqtts://broker.local:8883' });
    expect(config.mqtt?.broker.kind === 'remote' && config.mqtt.broker.url.reveal()).toBe('mqtts://recorder:mq%2Ftt@broker.local:8883');
    expect(config.mqtt).toMatchObject({ base: 'home/nightjar', clientId: 'nightjar-rec1', listen: { host: '127.0.0.1', port: 1883 }, tls: {} });
    expect(config.mqtt?.password?.reveal()).toBe('mq/tt');
    expect(config.triggers.tcp).toMatchObject({ host: '127.0.0.1', port: 6802 });
    expect(config.triggers.tcp?.token?.reveal()).toBe('long-enough-token');
    const camera = config.cameras[0];
    expect(camera?.source.url.reveal()).toBe('rtsp://user:p%40ss%231%25@192.0.2.10/main');
    expect(camera?.source.label).toBe('rtsp://192.0.2.10/main');
    expect(camera?.detect.source?.label).toBe('rtsp://192.0.2.10/sub');
    expect(camera?.zones[2]?.thresholds).toEqual({
      checkMethod: 'blobs',
      minPixelThreshold: 25,
      filterX: 3,
      filterY: 3,
      minBlobs: 1,
      maxBlobs: 3,
      minAlarmPixels: 0.5,
    });
    expect(JSON.stringify(config)).not.toMatch(/p@ss|mq\/tt|mq%2Ftt|long-enough/);
  });

  it('resolves paths against the folder of the file', () => {
    const config = load('cameras: [{ id: a, source: "file:clips/a.mp4" }, { id: b, source: "file:///clips/b.mp4" }]', {
      files: { '/etc/nightjar/clips/a.mp4': '', '/clips/b.mp4': '' },
    });
    expect(config.cameras.map((camera) => camera.source.url.reveal())).toEqual(['file:/etc/nightjar/clips/a.mp4', 'file:/clips/b.mp4']);
  });

  it('takes numbers and flags from the environment, and `$${` as the characters themselves', () => {
    const config = load('http: { port: "${PORT}", trustProxy: "${PROXY}" }\ncameras:\n  - { id: a, source: "synthetic:quiet", eventPrefix: "$${NAME}-" }', {
      env: { PORT: '9000', PROXY: 'true' },
    });
    expect([config.http.port, config.http.trustProxy, config.cameras[0]?.eventPrefix]).toEqual([9000, true, '${NAME}-']);
  });

  it('takes a section or list that holds only comments as left out', () => {
    expect(load('http:\n  # port: 1\ncameras:\n  # - id: a\n').http.port).toBe(8420);
  });

  it('unfolds anchors and aliases', () => {
    const config = load(
      'cameras:\n  - id: a\n    source: synthetic:quiet\n    detect: &d { fps: 2 }\n  - id: b\n    source: synthetic:quiet\n    detect: *d\n',
    );
    expect(config.cameras.map((camera) => camera.detect.fps)).toEqual([2, 2]);
  });

  it.each([
    ['a file that is not there', {}, 'the file does not exist; `nightjar init` writes one'],
    ['a directory', { files: { [file]: null } }, 'this is a directory, expected a file'],
    ['a file without permission', { forbidden: [file] }, 'the file may not be read'],
    ['a binary file', { files: { [file]: 'a: \0b' } }, 'the file is binary, expected text'],
    ['text in another encoding', { files: { [file]: new Uint8Array([0x61, 0xe4, 0x62]) } }, 'the file is not UTF-8 text'],
    ['a huge file', { files: { [file]: '#'.repeat(1024 * 1024 + 1) } }, 'the file is longer than 1 MiB, which no configuration is'],
  ] as const)('refuses %s', (_, content, message) => {
    const loaded = loadConfigFile({ file, world: fakeConfigWorld(content) });
    expect('problems' in loaded && loaded.problems.map(explainProblem)).toEqual([`${file}:1:1: ${message}`]);
  });

  it('reads a good file', () => {
    const loaded = loadConfigFile({ file, world: fakeConfigWorld({ files: { [file]: 'cameras: []\n' } }) });
    expect('config' in loaded && loaded.config.cameras).toEqual([]);
  });
});
