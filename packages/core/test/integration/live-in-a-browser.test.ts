import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith, loadClip, RtspCamera } from '@nightjar/testkit';
import { CHROMIUM } from '../chromium.ts';
import { type LiveBrowser, liveBrowser } from '../live-page.ts';
import { temporaryFolder } from '../test-clip.ts';
import { eventually, RecorderFolder } from './recorder-process.ts';

/** Generous: the machine may be busy. `npm run bench:live` measures. */
const FIRST_PICTURE_WITHIN_MS = 3000;

/** Pictures with a key frame every 4 s, B-frames and sound. */
async function slowGop(path: string, size: string): Promise<void> {
  const inputs = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=15:d=12`, '-f', 'lavfi', '-i', 'sine=d=12'];
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '60', '-keyint_min', '60', '-sc_threshold', '0', '-bf', '2'];
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-y', ...inputs, ...video, '-c:a', 'aac', path]);
}

describeWith(CHROMIUM, 'live video in Chromium', () => {
  const folder = temporaryFolder();
  let camera: RtspCamera;
  let browser: LiveBrowser;
  let recorder: RecorderFolder;

  beforeAll(async () => {
    await slowGop(join(folder(), 'clip.mp4'), '640x360');
    const clip = await loadClip(join(folder(), 'clip.mp4'), 'aac');
    camera = await RtspCamera.start({ streams: { main: { clip, loop: true } } });
    recorder = new RecorderFolder({ cameras: `  - { id: porch, source: "${camera.url('main')}", function: monitor }` });
    await recorder.start();
    browser = await liveBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await recorder[Symbol.asyncDispose]();
    await camera[Symbol.asyncDispose]();
  });

  it('shows the picture at once, not with the next key frame, and plays on with sound', async () => {
    const { url, token } = await recorder.session();
    await eventually('the camera is online', async () => ((await recorder.health()).cameras.online === 1 ? true : undefined), 20_000);
    const page = await browser.open(`${url.replace('http', 'ws')}/api/v1/cameras/porch/live`, token);
    await page.play();
    const early = await eventually('a picture is painted', async () => ((await page.playing()).firstPictureMs === null ? undefined : page.playing()), 20_000);
    expect(early.firstPictureMs).toBeLessThan(FIRST_PICTURE_WITHIN_MS);
    expect(JSON.parse(early.texts[0] ?? '{}')).toMatchObject({
      type: 'init',
      width: 640,
      height: 360,
      hasAudio: true,
      codecs: expect.stringMatching(/^avc1\..*,mp4a\.40\.2$/),
    });
    const later = await eventually(
      'it plays on',
      async () => {
        const playing = await page.playing();
        return playing.shown > 60 ? playing : undefined;
      },
      30_000,
    );
    expect(later.error).toBeNull();
    expect(later.buffered).toHaveLength(1);
    await page.page.screenshot({ path: join(folder(), 'live.png') });
    if (process.env['NIGHTJAR_SCREENSHOTS'] !== undefined) await page.page.screenshot({ path: join(process.env['NIGHTJAR_SCREENSHOTS'], 'live.png') });
  }, 90_000);

  it('plays live.mp4 in a video element', async () => {
    const { url, token } = await recorder.session();
    const made = await fetch(`${url}/api/v1/media-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ cameraId: 'porch', operations: ['getLiveMp4'] }),
    });
    const { token: mediaToken } = (await made.json()) as { token: string };
    const { page } = await browser.open('ws://127.0.0.1:1/', 'none');
    // A page of the recorder's own address: the recorder lets nobody else's embed its video.
    const origin = new URL(url).origin;
    const video = `<video id="video" muted autoplay src="${url}/api/v1/cameras/porch/live.mp4?token=${mediaToken}"></video>`;
    await page.route(`${origin}/page`, (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html>${video}` }));
    await page.goto(`${origin}/page`);
    await eventually('it plays', async () => ((await page.evaluate<number>(`document.getElementById('video').currentTime`)) > 1.5 ? true : undefined), 30_000);
    if (process.env['NIGHTJAR_SCREENSHOTS'] !== undefined) await page.screenshot({ path: join(process.env['NIGHTJAR_SCREENSHOTS'], 'live-mp4.png') });
  }, 60_000);

  it('stops within seconds while it is watched', async () => {
    const { url, token } = await recorder.session();
    const page = await browser.open(`${url.replace('http', 'ws')}/api/v1/cameras/porch/live`, token);
    await page.play();
    await eventually('a picture is painted', async () => ((await page.playing()).firstPictureMs === null ? undefined : true), 20_000);
    const { code, tookMs } = await recorder.stop();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(8000);
    await eventually('the page hears of it', async () => (await page.playing()).texts.find((text) => text.startsWith('closed 100')), 10_000);
  }, 60_000);
});
