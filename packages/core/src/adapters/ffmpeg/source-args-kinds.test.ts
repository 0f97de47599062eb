// Each kind of source becomes the arguments it needs, and no URL with a password is among them.
import { parseSource } from '../../model/source.ts';
import type { SourceRequest } from '../../ports/camera-source.ts';
import { captureArgs, firstHandling } from './source-args.ts';

const request = (url: string, changes: Partial<SourceRequest> = {}): SourceRequest => {
  const source = parseSource(url);
  if (source === undefined) throw new Error(`${url} is no source`);
  return { source, audio: true, frameSkip: 0, pace: 'live', connectTimeoutMs: 5000, ...changes };
};
const argsOf = (wanted: SourceRequest): string => captureArgs(wanted, firstHandling(wanted)).args.join(' ');

describe('arguments of a source', () => {
  it('of a V4L2 device: its path, wall-clock times, encoding, no sound', () => {
    const args = argsOf(request('v4l2:/dev/video0'));
    expect(args).toContain('-f v4l2 -use_wallclock_as_timestamps 1 -i /dev/video0 -map 0:v:0 -c:v libx264');
    expect(args).toContain('-an');
  });

  it('of a file: in real time and again and again when live, once when fast', () => {
    expect(argsOf(request('file:/clips/a.mp4'))).toContain('-re -stream_loop -1');
    expect(argsOf(request('file:/clips/a.mp4', { pace: 'fast' }))).not.toMatch(/-re |-stream_loop/);
  });

  it.each(['rtsp://viewer:secret@camera/main', 'https://viewer:secret@camera/video'])('of %s: the URL is only in the script', (url) => {
    const wanted = request(url);
    const { args, script } = captureArgs(wanted, firstHandling(wanted));
    expect(args.join(' ')).not.toContain('secret');
    expect(script).toContain(`file '${url}'`);
  });

  it('leave out frames only where the source is encoded', () => {
    expect(argsOf(request('v4l2:/dev/video0', { frameSkip: 4 }))).toContain('framestep=5');
    expect(argsOf(request('rtsp://camera/main', { frameSkip: 4 }))).not.toContain('framestep');
  });

  it('of a URL that is polled: pictures from standard input', () => {
    const { args, script } = captureArgs(request('http://camera/snap.jpg'), { video: 'encode', audio: 'none', polled: true });
    expect(args.join(' ')).toContain('-f mjpeg -i pipe:0');
    expect(args).not.toContain('-nostdin');
    expect(script).toBeUndefined();
  });
});
