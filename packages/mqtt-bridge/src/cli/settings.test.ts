import { resolveOptions } from '../options.ts';
import { readSettings, type SettingSources } from './settings.ts';
import { UsageProblem } from './usage-problem.ts';

const sources = (files: Readonly<Record<string, string>> = {}, env: SettingSources['env'] = {}): SettingSources => ({
  env,
  cwd: '/home/bridge',
  readBytes: (path) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('s3cret'), { code: 'ENOENT' });
    return new TextEncoder().encode(text);
  },
});

const problemsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof UsageProblem) return error.problems;
    throw error;
  }
  return [];
};

describe('settings of the bridge alone', () => {
  it('needs none beside the recorder’s token', () => {
    const { recorder, bridge } = readSettings({}, sources({}, { NIGHTJAR_TOKEN: 's3cret' }));
    expect(recorder).toEqual({ url: 'http://127.0.0.1:8420', token: 's3cret' });
    expect(bridge).toMatchObject({ broker: 'mqtt://localhost:1883', homeAssistant: { enabled: true, prefix: 'homeassistant' } });
  });

  it('takes the words of the recorder’s configuration, and what is looked up in them', () => {
    const file = `
recorder: { url: https://rec.local, token: "\${TOKEN}", api: https://cams.example }
mqtt:
  broker: mqtts://broker.local
  base: home/cams
  username: rec
  password: \${file:secrets/mqtt}
  tls: { ca: ca.pem }
  publish: { statsSeconds: 10, snapshots: false, pictureWidth: 320, previewSeconds: 5 }
  homeAssistant: { enabled: false, prefix: ha }`;
    const files = { '/etc/nightjar/bridge.yaml': file, '/etc/nightjar/secrets/mqtt': 'p4ss\n', '/etc/nightjar/ca.pem': 'PEM' };
    const { recorder, api, bridge, secrets } = readSettings({ config: '/etc/nightjar/bridge.yaml' }, sources(files, { TOKEN: 't0ken' }));
    expect(recorder).toEqual({ url: 'https://rec.local', token: 't0ken' });
    expect(api).toBe('https://cams.example');
    expect(resolveOptions(bridge)).toMatchObject({
      address: 'mqtts://broker.local',
      base: 'home/cams',
      username: 'rec',
      password: 'p4ss',
      statsIntervalMs: 10_000,
      snapshots: false,
      snapshotWidth: 320,
      previewSeconds: 5,
      homeAssistant: { enabled: false, prefix: 'ha' },
    });
    expect(typeof bridge.tls === 'function' && bridge.tls().ca).toEqual(new TextEncoder().encode('PEM'));
    expect(secrets).toEqual(['t0ken', 'p4ss']);
  });

  it('lets options go before variables, and these before the file', () => {
    const files = {
      '/home/bridge/b.yaml': 'recorder: { url: http://file, token: file }\nmqtt: { username: file, base: file }',
      '/home/bridge/t': 'option\r\n',
    };
    const env = { NIGHTJAR_TOKEN: 'variable', MQTT_USERNAME: 'variable' };
    const { recorder, bridge } = readSettings({ config: 'b.yaml', recorder: 'http://option', 'token-file': 't' }, sources(files, env));
    expect(recorder).toEqual({ url: 'http://option', token: 'option' });
    expect(bridge).toMatchObject({ username: 'variable', base: 'file' });
  });

  it('reads a renewed password at each connection', () => {
    const files: Record<string, string> = { '/home/bridge/p': 'first' };
    const { bridge } = readSettings({ 'password-file': 'p' }, sources(files));
    files['/home/bridge/p'] = 'second\n';
    expect(typeof bridge.password === 'function' && bridge.password()).toBe('second');
  });

  it.each<readonly [what: string, given: object, files: Readonly<Record<string, string>>, problem: string]>([
    ['a login in the broker’s address', { broker: 'mqtt://u:s3cret@h' }, {}, '--broker must not hold a user name or password'],
    ['a login in the recorder’s address', { recorder: 'http://u:s3cret@h' }, {}, '--recorder must not hold a user name or password'],
    ['another scheme of the recorder', { recorder: 'ftp://h' }, {}, '--recorder must look like http://host:8420'],
    ['another scheme of the clients’ address', { api: 'cams.example' }, {}, '--api must look like'],
    ['another scheme of the broker', { broker: 'http://h' }, {}, 'must look like mqtt://host:1883'],
    ['a base with wildcards', { base: 'a/#' }, {}, 'must not contain +, #'],
    ['a prefix with wildcards', { 'home-assistant': 'a/+' }, {}, 'prefix of --home-assistant'],
    ['previews too often', { 'preview-seconds': '0.1' }, {}, 'from 1 to 3600'],
    ['an unknown level', { 'log-level': 'loud' }, {}, 'one of debug, info, warn, error'],
    ['a certificate without key', { cert: 'c' }, { '/home/bridge/c': 'PEM' }, 'need each other'],
    ['a file that is not there', { 'token-file': 'nowhere' }, {}, '--token-file: /home/bridge/nowhere cannot be read (ENOENT)'],
    ['an unknown word', { config: 'f' }, { '/home/bridge/f': 'mqtt: { brocker: s3cret }' }, '/home/bridge/f: mqtt.brocker is not used by the bridge'],
    [
      'a wrong kind',
      { config: 'f' },
      { '/home/bridge/f': 'mqtt: { publish: { statsSeconds: s3cret } }' },
      'mqtt.publish.statsSeconds must be a number above 0',
    ],
    ['a variable that is not set', { config: 'f' }, { '/home/bridge/f': 'recorder: { token: "${NO}" }' }, 'recorder.token: the variable NO is not set'],
    ['what is no YAML', { config: 'f' }, { '/home/bridge/f': 'mqtt:\n  password: "s3cret' }, '/home/bridge/f: line 2 is no YAML'],
    ['the embedded broker', { config: 'f' }, { '/home/bridge/f': 'mqtt: { broker: embedded }' }, 'runs in the recorder only'],
  ])('refuses %s and shows no value', (_what, given, files, problem) => {
    const problems = problemsOf(() => readSettings(given, sources(files)));
    expect(problems).toContainEqual(expect.stringContaining(problem));
    expect(problems.join()).not.toContain('s3cret');
  });
});
