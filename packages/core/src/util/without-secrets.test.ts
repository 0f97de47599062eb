import { dataWithoutSecrets, urlLabel, withoutSecrets } from './without-secrets.ts';

const SECRET = /s3cret|hunter2|viewer|tlJwpbo6/i;

// What a text becomes, and what is worth keeping of it.
const TEXTS: readonly (readonly [string, string])[] = [
  ['rtsp://viewer:s3cret@192.0.2.10/main: 401 Unauthorized', 'rtsp://192.0.2.10/main: 401 Unauthorized'],
  ["Impossible to open 'rtsp://viewer:it's@s3cret@192.0.2.10/main'", "Impossible to open 'rtsp://192.0.2.10/main'"],
  ['rtsp://viewer:s3/cret@192.0.2.10/main', 'rtsp://192.0.2.10/main'],
  ['rtsp://viewer:1s3cret/x@192.0.2.10/main', 'rtsp://192.0.2.10/main'],
  ['rtsp://cam:554/s3cret@192.0.2.10/main', 'rtsp://cam:554/***@192.0.2.10/main'],
  ['rtsp://viewer:s3cret?#@192.0.2.10/main', 'rtsp://192.0.2.10/main'],
  ['rtsp://viewer:s3"cret@192.0.2.10/main', 'rtsp://192.0.2.10/main'],
  ['rtsp://viewer:s3cret%40%2F%3A@192.0.2.10:554/main', 'rtsp://192.0.2.10:554/main'],
  ['rtsp://viewer%3As3cret@cam/main', 'rtsp://cam/main'],
  ['rtsp://viewer@cam/main', 'rtsp://cam/main'],
  ['rtsp://:s3cret@cam/main', 'rtsp://cam/main'],
  ['RTSPS://Viewer:S3CRET@CAM/Main', 'RTSPS://CAM/Main'],
  ['rtsp://viewer:s3cret@[fe80::1]:554/main', 'rtsp://[fe80::1]:554/main'],
  ['rtsp://[fe80::1]:554/main', 'rtsp://[fe80::1]:554/main'],
  ['mqtt://viewer:s3cret@broker:1883 refused', 'mqtt://broker:1883 refused'],
  ['rtsp://viewer:s3cret@a http://viewer:s3cret@b/x', 'rtsp://a http://b/x'],
  ['rtsp://viewer:s3cret@a/x,rtsp://viewer:s3cret@b/y', 'rtsp://a/x,rtsp://b/y'],
  ['(rtsp://viewer:s3cret@a/x) ["http://viewer:s3cret@b"] <http://viewer:s3cret@c>', '(rtsp://a/x) ["http://b"] <http://c>'],
  ['http://192.0.2.10/cgi?user=viewer&password=s3cret: failed', 'http://192.0.2.10/cgi?… failed'],
  ['http://192.0.2.10/cgi?x=hunter2,s3cret', 'http://192.0.2.10/cgi?…'],
  ['http://cam/proxy/rtsp%3A%2F%2Fviewer%3As3cret%40192.0.2.10%2Fmain', 'http://cam/proxy/rtsp%3A%2F%2F192.0.2.10%2Fmain'],
  ['rtsp://cam/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp', 'rtsp://cam/user=admin_password=***_channel=1_stream=0.sdp'],
  ['rtsp://cam/user=admin&password=it_s3cret&channel=1.sdp?real', 'rtsp://cam/user=admin&password=***&channel=1.sdp?…'],
  ['rtsp://cam/user=admin_password=x_y=s3cret', 'rtsp://cam/user=admin_password=***'],
  ['rtsp://cam/PASSWORD%3Ds3cret%26a', 'rtsp://cam/PASSWORD%3D***'],
  ['http://cam/pwd=s3cret', 'http://cam/pwd=***'],
  ['http://cam/token=abc/s3cret==', 'http://cam/token=***'],
  ['bad login: psw=s3cret, auth=hunter2;x api_key=s3cret&apikey=hunter2', 'bad login: psw=*** auth=*** api_key=***&apikey=***'],
  ['passphrase="s3cret hunter2" given', 'passphrase=*** given'],
  ['viewer:s3cret@cam is away', '***@cam is away'],
  ['user=viewer:s3@cret@[fe80::1]', 'user=***@[fe80::1]'],
];

const HARMLESS: readonly string[] = [
  'pipe:3: Input/output error',
  'write to me@example.org',
  'rtsp://192.0.2.10/compass=north',
  'listening on http://127.0.0.1:8420, mail to someone@example.org at 12:30',
  'http://127.0.0.1:8420/api/v1/health',
  'synthetic:night?width=640&height=360',
  'v4l2:/dev/video0',
];

describe('a text without secrets', () => {
  it.each(TEXTS)('%s', (text, clean) => {
    expect(withoutSecrets(text)).toBe(clean);
    expect(withoutSecrets(text)).not.toMatch(SECRET);
  });

  it.each(HARMLESS)('is left alone: %s', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });

  it.each(TEXTS.map(([text]) => text))('stays the same when it is cleaned twice: %s', (text) => {
    expect(withoutSecrets(withoutSecrets(text))).toBe(withoutSecrets(text));
  });

  it.each(['a', 'a://', 'a:b@', 'x=', "a://b:c/'"])('takes no long time over many times %j', (part) => {
    const startMs = performance.now();
    withoutSecrets(part.repeat(8192 / part.length));
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
});

describe('the label of a URL', () => {
  it.each([
    ['rtsp://viewer:s3cret@192.0.2.10:554/main?token=abc#s3cret', 'rtsp://192.0.2.10:554/main?…'],
    ['http:viewer:s3cret@cam/x', 'http://cam/x'],
    ['http:\\\\viewer:s3cret@cam\\x', 'http://cam/x'],
    ['rtsp://viewer:s3 cret@cam/main', 'rtsp://cam/main'],
    ['rtsp://viewer:s3/cret@cam/main', 'rtsp://cam/main'],
    ['rtsp://viewer:12/s3cret@cam/main', 'rtsp://viewer:12/***@cam/main'],
    ['mqtts://viewer:s3cret@broker:8883', 'mqtts://broker:8883'],
    ['rtsp://[fe80::1]:554/user=a_password=s3cret_channel=1', 'rtsp://[fe80::1]:554/user=a_password=***_channel=1'],
  ])('%s', (url, label) => {
    expect(urlLabel(url)).toBe(label);
  });
});

describe('data without secrets', () => {
  it('has none in texts however deep, nor under a key that is named like one', () => {
    const data = {
      url: 'rtsp://u:s3cret@cam',
      at: 5,
      on: true,
      none: null,
      password: 's3cret',
      myToken: 's3cret',
      tokens: 3,
      list: ['http://u:s3cret@a', { pwd: 1234 }],
    };
    expect(dataWithoutSecrets(data)).toEqual({
      url: 'rtsp://cam',
      at: 5,
      on: true,
      none: null,
      password: '***',
      myToken: '***',
      tokens: 3,
      list: ['http://a', { pwd: '***' }],
    });
  });
});
