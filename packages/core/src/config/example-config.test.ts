import { exampleConfig } from './example-config.ts';
import { fakeConfigWorld } from './fake-config-world.ts';
import { loadConfig } from './load-config.ts';

const world = fakeConfigWorld({
  env: { PORCH_PASSWORD: 'x', MQTT_PASSWORD: 'x', TRIGGER_TOKEN: '12345678' },
  files: Object.fromEntries(
    ['cert', 'key', 'ca', 'client', 'client-key', 'broker', 'broker-key', 'clients-ca'].map((name) => [`/etc/tls/${name}.pem`, ''] as const),
  ),
});
/** What a text means, apart from what of it was written out. */
const load = (text: string): unknown => {
  const loaded = loadConfig(text, { file: '/etc/nightjar.yaml', world });
  return JSON.parse(JSON.stringify('config' in loaded ? { ...loaded.config, written: {} } : loaded.problems));
};

/** Takes the comment signs of one level off a block that begins with `# KEY:`. */
function uncomment(text: string, key: string): string {
  const lines = text.split('\n');
  const start = lines.indexOf(`# ${key}:`);
  let end = start;
  while (lines[end]?.startsWith('#') === true) end++;
  return lines
    .map((line, at) => (at >= start && at < end ? line.slice(2) : line))
    .filter((line) => line !== `${key}: []`)
    .join('\n');
}

describe('the example configuration', () => {
  it('has every default, and nothing else', () => {
    expect(load(exampleConfig())).toEqual(load('cameras: []'));
  });

  it('has every default of a camera', () => {
    expect(load(uncomment(exampleConfig(), 'cameras'))).toEqual(load('cameras: [{ id: porch, source: "rtsp://user:${PORCH_PASSWORD}@192.0.2.10/main" }]'));
  });

  it('has every default of MQTT', () => {
    expect(load(uncomment(exampleConfig(), 'mqtt'))).toEqual(load('mqtt: {}'));
  });

  it('has samples that are valid for every key that is commented out', () => {
    let text = exampleConfig();
    for (const key of ['mqtt', 'cameras']) text = uncomment(text, key);
    // What stands after `# ` and is no sentence is a key; `null` beside its commented block goes away.
    for (let round = 0; round < 3; round++)
      text = text.replace(/^( *)# ((?: {2})*(?:# )?[A-Za-z]+:(?: \S.*)?)$/gm, (line, indent: string, rest: string) =>
        /: [a-z]+ [a-z]/.test(rest) ? line : `${indent}${rest}`,
      );
    text = text.replace(/^ *(tls|tcp): null\n/gm, '');
    const config = load(text) as {
      server: unknown;
      http: { tls: unknown };
      mqtt: { clientId: string };
      triggers: { tcp: unknown };
      cameras: { name: string; area: string; zones: { polygon: unknown[] }[] }[];
    };
    expect(config.server).toEqual({ id: 'rec1', name: 'Recorder 1' });
    expect(config.cameras[0]).toMatchObject({ name: 'Front porch', area: 'default' });
    expect(config.cameras[0]?.zones[0]?.polygon).toHaveLength(3);
    expect(config.http.tls).toEqual({ cert: '/etc/tls/cert.pem', key: '/etc/tls/key.pem' });
    expect(config.triggers.tcp).toMatchObject({ port: 6802, token: '***' });
  });

  it('is the same text with a camera, the camera filled in', () => {
    const text = exampleConfig({ id: 'yard', name: 'Yard: back', source: 'rtsp://192.0.2.11/#1', detectSource: 'rtsp://192.0.2.11/sub' });
    expect(text.split('\ncameras:')[0]).toBe(exampleConfig().split('\ncameras:')[0]);
    expect(load(text)).toEqual(
      load('cameras: [{ id: yard, name: "Yard: back", source: "rtsp://192.0.2.11/#1", detect: { source: "rtsp://192.0.2.11/sub" } }]'),
    );
  });
});
