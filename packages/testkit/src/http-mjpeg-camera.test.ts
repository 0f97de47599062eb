// The MJPEG camera as clients see it.
import { describeWith } from './describe-with.ts';
import { fakeJpeg } from './fakes/fake-picture-maker.ts';
import { HttpMjpegCamera, testPictures } from './http-mjpeg-camera.ts';
import { run } from './rtsp/load-clip.ts';

describe('an MJPEG camera', () => {
  it('sends its pictures in turn', async () => {
    const camera = await HttpMjpegCamera.start({ pictures: [fakeJpeg('one'), fakeJpeg('two')], fps: 100, dropAfterPictures: 3 });
    const text = Buffer.from(await (await fetch(camera.url)).arrayBuffer()).toString('latin1');
    await camera.close();
    expect(text.match(/one|two/g)).toEqual(['one', 'two', 'one']);
  });

  it('asks for a password', async () => {
    const camera = await HttpMjpegCamera.start({ pictures: [fakeJpeg('one')], fps: 100, dropAfterPictures: 1, auth: { user: 'viewer', password: 'secret' } });
    const bare = camera.url.replace('viewer:secret@', '');
    const statuses = [(await fetch(bare)).status, (await fetch(bare, { headers: { authorization: `Basic ${btoa('viewer:secret')}` } })).status];
    await camera.close();
    expect(statuses).toEqual([401, 200]);
  });
});

describeWith('ffmpeg', 'ffmpeg plays the MJPEG camera', () => {
  it('and gets every picture', async () => {
    const camera = await HttpMjpegCamera.start({ pictures: await testPictures(5), fps: 25, dropAfterPictures: 12 });
    const lines = (await run('ffmpeg', ['-v', 'error', '-f', 'mpjpeg', '-i', camera.url, '-c', 'copy', '-f', 'framecrc', '-'])).toString().split('\n');
    await camera.close();
    expect(lines.filter((line) => line.startsWith('0,'))).toHaveLength(12);
  });
});
