// A page that plays a camera live, in a Chromium of its own: the least a page needs, and what tells how soon a picture was painted.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from './chromium.ts';

/** What the page knows of the video. */
export interface Playing {
  readonly firstPictureMs: number | null;
  readonly shown: number;
  readonly texts: readonly string[];
  readonly error: string | null;
  readonly currentTime: number;
  readonly buffered: readonly (readonly [number, number])[];
  readonly width: number;
}

const HTML = `<!doctype html><title>Live</title><body style="margin:0;background:#222"><button id="play">Play</button><video id="video" muted style="width:100%"></video>
<script>
const video = document.getElementById('video');
const state = { firstPictureMs: null, shown: 0, texts: [], error: null };
const wanted = new URLSearchParams(location.search);
function play() {
  const clickedMs = performance.now();
  const socket = new WebSocket(wanted.get('url'), ['nightjar', 'bearer.' + wanted.get('token')]);
  socket.binaryType = 'arraybuffer';
  const source = new MediaSource();
  const opened = new Promise((resolve) => source.addEventListener('sourceopen', resolve, { once: true }));
  const waiting = [];
  let buffer;
  const feed = () => buffer && !buffer.updating && waiting.length > 0 && buffer.appendBuffer(waiting.shift());
  video.src = URL.createObjectURL(source);
  socket.onmessage = async ({ data }) => {
    if (typeof data !== 'string') { waiting.push(data); return feed(); }
    state.texts.push(data);
    const message = JSON.parse(data);
    if (message.type !== 'init') return;
    await opened;
    if (buffer) buffer.changeType(message.mimeType);
    else { buffer = source.addSourceBuffer(message.mimeType); buffer.addEventListener('updateend', feed); }
    feed();
  };
  socket.onclose = ({ code, reason }) => { state.texts.push('closed ' + code + ' ' + reason); };
  video.onerror = () => { state.error = video.error.message; };
  const seen = () => { state.firstPictureMs ??= performance.now() - clickedMs; state.shown += 1; video.requestVideoFrameCallback(seen); };
  video.requestVideoFrameCallback(seen);
  video.play().catch((error) => { state.error = String(error); });
}
document.getElementById('play').onclick = play;
window.playing = () => ({ ...state, currentTime: video.currentTime, width: video.videoWidth,
  buffered: Array.from({ length: video.buffered.length }, (_, i) => [video.buffered.start(i), video.buffered.end(i)]) });
</script>`;

/** A browser and a server of the page. */
export interface LiveBrowser extends AsyncDisposable {
  /** Opens the page for an address of `/cameras/{id}/live` (`ws://…`). */
  open(url: string, token: string): Promise<LivePage>;
}

/** The page. */
export interface LivePage {
  /** Clicks on play. */
  play(): Promise<void>;
  playing(): Promise<Playing>;
  readonly page: Page;
}

/** Starts both. */
export async function liveBrowser(): Promise<LiveBrowser> {
  const server = createServer((_request, response) => void response.setHeader('content-type', 'text/html').end(HTML));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...CHROMIUM_ARGUMENTS] });
  return {
    open: async (url, token) => {
      const page = await browser.newPage({ viewport: { width: 960, height: 600 } });
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?${new URLSearchParams({ url, token })}`);
      return {
        page,
        play: () => page.click('#play'),
        playing: () => page.evaluate<Playing>('window.playing()'),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
