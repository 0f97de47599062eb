import { maskSource, unmaskSource } from './masked-source.ts';

describe('a masked source', () => {
  it.each([
    ['rtsp://viewer:s3cret@192.0.2.10/main', 'rtsp://viewer:***@192.0.2.10/main'],
    ['rtsp://viewer:s3%40cret@192.0.2.10:8554/main', 'rtsp://viewer:***@192.0.2.10:8554/main'],
    ['rtsp://:s3cret@192.0.2.10/main', 'rtsp://:***@192.0.2.10/main'],
    ['rtsps://t0ken@[2001:db8::1]/main', 'rtsps://***@[2001:db8::1]/main'],
    ['http://192.0.2.10/video?channel=1&subtype=0', 'http://192.0.2.10/video?channel=1&subtype=0'],
    ['http://192.0.2.10/video?channel=1&user=admin&pwd=s3cret', 'http://192.0.2.10/video?channel=1&user=***&pwd=***'],
    ['http://192.0.2.10/video?s3cret', 'http://192.0.2.10/video?***'],
    ['rtsp://192.0.2.10/user=admin_password=s3cret_channel=1_stream=0.sdp', 'rtsp://192.0.2.10/user=admin_password=***_channel=1_stream=0.sdp'],
    ['rtsp://192.0.2.10:554/s3cret@x/main', 'rtsp://192.0.2.10:554/***@x/main'],
    ['rtsp://192.0.2.10/main', 'rtsp://192.0.2.10/main'],
    ['file:/srv/clip.mp4', 'file:/srv/clip.mp4'],
    ['v4l2:/dev/video0', 'v4l2:/dev/video0'],
    ['synthetic:visitor', 'synthetic:visitor'],
  ])('of %s is %s, and gives it back', (source, masked) => {
    expect(maskSource(source)).toBe(masked);
    expect(masked).not.toContain('s3cret');
    expect(unmaskSource(masked, [source])).toBe(source);
  });

  const porch = 'rtsp://viewer:s3cret@192.0.2.10/main?user=a&pwd=b';

  it.each([
    ['rtsp://viewer:***@192.0.2.10/sub', 'rtsp://viewer:s3cret@192.0.2.10/sub'],
    ['rtsp://viewer:***@192.0.2.10/main?pwd=***&user=***', 'rtsp://viewer:s3cret@192.0.2.10/main?pwd=b&user=a'],
    ['rtsp://viewer:n3w@192.0.2.10/main', 'rtsp://viewer:n3w@192.0.2.10/main'],
  ])('that was edited to %s keeps what is masked', (edited, expected) => {
    expect(unmaskSource(edited, ['rtsp://other:no@192.0.2.99/main', porch])).toBe(expected);
  });

  it.each([
    'rtsp://viewer:***@198.51.100.7/main',
    'rtsp://viewer:***@192.0.2.10:8554/main',
    'rtsps://viewer:***@192.0.2.10/main',
    'http://viewer:***@192.0.2.10/main',
    'rtsp://admin:***@192.0.2.10/main',
    'rtsp://viewer:***@192.0.2.10/main?key=***',
    'rtsp://viewer:***@192.0.2.10/***',
    'rtsp://viewer:x***@192.0.2.10/main',
    '***',
  ])('gives no password to %s', (edited) => {
    expect(unmaskSource(edited, [porch])).toBeUndefined();
  });
});
