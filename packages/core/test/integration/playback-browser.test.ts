// A browser seeks in ten minutes of playback across three events: which picture it paints is read from the picture itself.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventStore, MemoryGapStore } from '@nightjar/testkit';
import type { BrowserContext, Page } from 'playwright-core';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { FsRecordedVideos } from '../../src/adapters/fs/fs-recorded-videos.ts';
import { Playback } from '../../src/streams/playback.ts';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '../chromium.ts';
import { encodeNumbered, numberIn, writeEvent } from '../numbered-footage.ts';
import { type RangeServer, serveRanges } from '../range-server.ts';

const FPS = 5;
const FRAMES = 600 * FPS;
const START_MS = Date.UTC(2026, 10, 22, 12);
/** What runs in the page: seeking as a person does who drags the handle, and the gray values of the picture that is painted then. */
const SCRIPT = `
  const video = document.querySelector('video');
  const facts = () => ({ duration: video.duration, from: video.seekable.start(0), to: video.seekable.end(0), width: video.videoWidth, error: video.error?.message });
  const seek = async (seconds) => {
    const painted = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    const seeked = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
    video.currentTime = seconds;
    await Promise.all([painted, seeked]);
    const canvas = Object.assign(document.createElement('canvas'), { width: video.videoWidth, height: video.videoHeight });
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0);
    const { data } = context.getImageData(0, Math.floor(canvas.height / 2), canvas.width, 1);
    return { row: Array.from({ length: canvas.width }, (_, x) => data[x * 4]), currentTime: video.currentTime };
  };
  const playUntil = async (seconds) => {
    await video.play();
    await new Promise((resolve) => {
      const look = () => (video.currentTime > seconds ? resolve() : video.requestVideoFrameCallback(look));
      look();
    });
    video.pause();
    return { at: video.currentTime, error: video.error?.message };
  };`;
const PAGE = `<body style="margin:0"><video src="/playback.mp4" muted preload="auto" width="640"></video><script>${SCRIPT}</script></body>`;
const WITHIN_MS = 60_000;

const describeWithChromium = existsSync(CHROMIUM) ? describe : describe.skip;

describeWithChromium(existsSync(CHROMIUM) ? 'playback in Chromium' : 'playback in Chromium (skipped: chromium is not installed)', () => {
  let folder: string;
  let playback: Playback;
  let server: RangeServer;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nightjar-browser-'));
    const area = join(folder, 'area');
    await mkdir(area);
    const footage = await encodeNumbered(join(folder, 'footage.mp4'), { frames: FRAMES, fps: FPS, gop: 2 * FPS });
    const events = new MemoryEventStore();
    // The second follows the first, the third comes half a minute later.
    const shapes = [
      { id: 1, from: 0, to: 1000, startMs: START_MS },
      { id: 2, from: 1000, to: 2000, startMs: START_MS + 200_000 },
      { id: 3, from: 2000, to: FRAMES, startMs: START_MS + 430_000 },
    ];
    for (const shape of shapes) await events.put((await writeEvent(area, footage, shape)).row);
    const ports = { events, gaps: new MemoryGapStore(), videos: new FsRecordedVideos(), clock: systemClock };
    playback = new Playback({ ...ports, find: (id) => events.get(id), rootOf: () => area });
    const span = { from: new Date(START_MS).toISOString(), to: new Date(START_MS + 700_000).toISOString() };
    server = await serveRanges(async (path, reader) => (path === '/playback.mp4' ? playback.playback('porch', span, reader) : path === '/' ? PAGE : undefined));
    const { chromium } = await import('playwright-core');
    context = await chromium.launchPersistentContext(join(folder, 'profile'), { executablePath: CHROMIUM, headless: true, args: [...CHROMIUM_ARGUMENTS] });
    page = await context.newPage();
    await page.goto(server.url);
    await page.waitForFunction('video.readyState >= 2', undefined, { timeout: WITHIN_MS });
  }, 180_000);

  afterAll(async () => {
    await context?.close();
    await server?.close();
    playback?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const seek = async (seconds: number): Promise<{ readonly shown: number; readonly currentTime: number }> => {
    const { row, currentTime } = await page.evaluate<{ readonly row: number[]; readonly currentTime: number }>(`seek(${seconds})`);
    return { shown: numberIn(row), currentTime };
  };

  it('knows its length at once and may be sought anywhere', async () => {
    const facts = await page.evaluate<{ readonly duration: number; readonly to: number }>('facts()');
    expect(facts).toMatchObject({ from: 0, width: 320, error: undefined });
    expect(facts.duration).toBeCloseTo(600, 0);
    expect(facts.to).toBeCloseTo(facts.duration, 3);
  });

  it('paints the picture of the moment it was sent to, in every event and across their borders', async () => {
    for (const seconds of [590.1, 10.1, 399.9, 400.1, 199.9, 200.1, 301.3, 0.1, 599.5, 123.5]) {
      const { shown, currentTime } = await seek(seconds);
      expect({ seconds, currentTime, shown }).toEqual({ seconds, currentTime: seconds, shown: Math.floor(seconds * FPS + 1e-6) });
    }
    expect(server.ranges.length).toBeGreaterThan(0);
    if (process.env['NIGHTJAR_SCREENSHOTS'] !== undefined) await page.screenshot({ path: join(process.env['NIGHTJAR_SCREENSHOTS'], 'playback.png') });
  }, 120_000);

  it('plays on over the border of two events', async () => {
    await seek(199);
    const passed = await page.evaluate<{ readonly at: number; readonly error?: string }>('playUntil(201)');
    expect(passed.error).toBeUndefined();
    expect(passed.at).toBeLessThan(210);
  }, 120_000);
});
