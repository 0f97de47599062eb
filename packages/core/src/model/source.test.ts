import { parseSource } from './source.ts';

describe('a source', () => {
  it('hides user, password and query of its URL in the label', () => {
    const source = parseSource('rtsp://user:s3cret@192.0.2.10:554/main?token=abc');
    expect(source?.kind).toBe('rtsp');
    expect(source?.label).toBe('rtsp://192.0.2.10:554/main?…');
    expect(JSON.stringify(source)).not.toContain('s3cret');
    expect(source?.url.reveal()).toBe('rtsp://user:s3cret@192.0.2.10:554/main?token=abc');
  });

  it.each([
    ['rtsps://camera/main', 'rtsp'],
    ['http://camera/video.mjpg', 'mjpeg'],
    ['file:clips/porch.mp4', 'file'],
    ['v4l2:/dev/video0', 'v4l2'],
    ['synthetic:visitor', 'synthetic'],
  ])('%s is a source of kind %s', (text, kind) => {
    expect(parseSource(text)?.kind).toBe(kind);
  });

  it.each(['synthetic:nobody', 'ftp://camera/x', 'rtsp://', 'v4l2:/etc/passwd', 'file:', 'camera', "rtsp://host/a\nfile '/etc/passwd'"])(
    '%j is not a source',
    (text) => {
      expect(parseSource(text)).toBeUndefined();
    },
  );
});
