import { sourceOf } from '../../../test/camera-settings.ts';
import { cameraSchema } from '../../config/schema/camera.ts';
import type { SourceRequest } from '../../ports/camera-source.ts';
import { captureArgs, firstHandling, inputArgs, LAST_RESORT_MS } from './source-args.ts';

const ask = (url: string, changes: Partial<SourceRequest> = {}): SourceRequest => ({
  source: sourceOf(url),
  audio: true,
  frameSkip: 0,
  pace: 'live',
  connectTimeoutMs: 8000,
  ...changes,
});

/** What stands after an option. */
const wordAfter = (args: readonly string[], option: string): string | undefined => args[args.indexOf(option) + 1];

describe('how ffmpeg is asked for a source', () => {
  it.each([
    'rtsp://viewer:s3cret@192.0.2.10/main?token=s3cret',
    'rtsps://viewer:s3cret@192.0.2.10/main',
    'http://viewer:s3cret@192.0.2.10/mjpeg?password=s3cret',
    'https://192.0.2.10/s3cret',
  ])('%s is in no argument', (url) => {
    for (const video of ['copy', 'encode'] as const) {
      const { args, script } = captureArgs(ask(url), { video, audio: 'copy' });
      expect(args.join(' ')).not.toContain('s3cret');
      expect(args.join(' ')).not.toContain('192.0.2.10');
      expect(script).toContain(url);
      expect(wordAfter(args, '-i')).toBe('pipe:3');
    }
  });

  it('quotes what a URL may hold, so that it stays one word on one line', () => {
    const { script } = inputArgs(ask("rtsp://viewer:it's%5C\"$(reboot)@192.0.2.10/a b'c"));
    expect(script?.split('\n')).toEqual([
      'ffconcat version 1.0',
      "file 'rtsp://viewer:it'\\''s%5C\"$(reboot)@192.0.2.10/a b'\\''c'",
      'option rtsp_transport tcp',
      `option timeout ${LAST_RESORT_MS * 1000}`,
      'option fpsprobesize 0',
      'option protocol_whitelist rtp,srtp,tcp,udp,tls,crypto',
      'option format_whitelist rtsp',
      '',
    ]);
  });

  it.each(['rtsp://192.0.2.10/a\nfile /etc/passwd', 'rtsp://192.0.2.10/a\roption x y', 'file:/a\0b'])('takes no source with line ends: %j', (url) => {
    expect(() => sourceOf(url)).toThrow(TypeError);
  });

  it.each(['rtsp://192.0.2.10/main', 'http://192.0.2.10/mjpeg'])('lets no answer of %s name files, playlists or descriptions elsewhere', (url) => {
    const { args, script = '' } = inputArgs(ask(url));
    const allowed =
      `${wordAfter(args, '-protocol_whitelist')},${/protocol_whitelist (\S+)/.exec(script)?.[1]},${/format_whitelist (\S+)/.exec(script)?.[1]}`.split(',');
    for (const word of ['file', 'data', 'hls', 'concat', 'sdp', 'dash', 'undefined']) expect(allowed).not.toContain(word);
  });

  it.each(['rtsp://192.0.2.10/main', 'http://192.0.2.10/mjpeg'])('leaves it to who watches %s to give it up, whatever the settings', (url) => {
    const { connectTimeoutSeconds, stallTimeoutSeconds } = cameraSchema.properties;
    const longestMs = [connectTimeoutSeconds, stallTimeoutSeconds].reduce((sum, field) => sum + 1000 * Number(Reflect.get(field, 'maximum')), 0);
    const timeoutUs = Number(/option (?:rw_)?timeout (\d+)/.exec(inputArgs(ask(url)).script ?? '')?.[1]);
    expect(timeoutUs / 1000).toBeGreaterThan(longestMs);
    expect(longestMs).toBeGreaterThan(0);
  });

  it('dates a stream of pictures by its arrival', () => {
    expect(inputArgs(ask('http://192.0.2.10/mjpeg')).script).toContain('option use_wallclock_as_timestamps 1');
  });

  it('plays files again and again at their own pace, or once as fast as possible', () => {
    expect(inputArgs(ask('file:///clips/a b.mp4')).args).toEqual(['-re', '-stream_loop', '-1', '-fpsprobesize', '0', '-i', 'file:/clips/a b.mp4']);
    expect(inputArgs(ask('file:-i.mp4', { pace: 'fast' })).args).toEqual(['-fpsprobesize', '0', '-i', 'file:-i.mp4']);
  });

  it('opens devices and made-up cameras', () => {
    expect(inputArgs(ask('v4l2:/dev/video0')).args).toEqual(['-f', 'v4l2', '-use_wallclock_as_timestamps', '1', '-i', '/dev/video0']);
    expect(inputArgs(ask('synthetic:visitor')).args.slice(0, 4)).toEqual(['-re', '-f', 'lavfi', '-i']);
    expect(inputArgs(ask('synthetic:visitor', { pace: 'fast' })).args[0]).toBe('-f');
  });

  it.each([
    ['rtsp://192.0.2.10/main', true, { video: 'copy', audio: 'copy' }],
    ['rtsp://192.0.2.10/main', false, { video: 'copy', audio: 'none' }],
    ['file:/clip.mp4', true, { video: 'copy', audio: 'copy' }],
    ['http://192.0.2.10/mjpeg', true, { video: 'encode', audio: 'none' }],
    ['v4l2:/dev/video0', true, { video: 'encode', audio: 'none' }],
    ['synthetic:quiet', true, { video: 'encode', audio: 'none' }],
  ] as const)('copies what can be copied: %s, sound %s', (url, audio, handling) => {
    expect(firstHandling(ask(url, { audio }))).toEqual(handling);
  });

  it('leaves frames out only where it encodes', () => {
    const skipping = ask('http://192.0.2.10/mjpeg', { frameSkip: 3 });
    expect(wordAfter(captureArgs(skipping, { video: 'encode', audio: 'none' }).args, '-vf')).toBe('framestep=4');
    expect(captureArgs(skipping, { video: 'copy', audio: 'none' }).args).not.toContain('-vf');
  });

  it('takes the first picture and, if any, the first sound', () => {
    expect(captureArgs(ask('rtsp://192.0.2.10/main'), { video: 'copy', audio: 'encode' }).args.join(' ')).toMatch(/-map 0:v:0 -map 0:a:0\? -c:v copy -c:a aac/);
    expect(captureArgs(ask('rtsp://192.0.2.10/main'), { video: 'copy', audio: 'none' }).args.join(' ')).toMatch(/-map 0:v:0 -c:v copy -an/);
  });
});
