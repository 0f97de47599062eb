// What each node does in a house, looked at from the flow and from the recorder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Camera, EventPage, RecorderEvent } from '@nightjar/client';
import { probeVideo } from '../../../core/test/integration/recorder-process.ts';
import type { House, Message } from './house.ts';

const isOf = (camera: string) => (message: Message) => message['camera'] === camera;
const typeOf = ({ payload }: Message): string => String((payload as { readonly event_type?: string }).event_type);

/** Motion begins and ends. */
export async function tellsMotion(house: House): Promise<void> {
  const began = await house.message('motion', 'that motion begins', ({ payload }) => payload === true);
  expect(began).toMatchObject({ topic: 'porch/motion', camera: 'porch' });
  const after = house.messages('motion').indexOf(began) + 1;
  expect(await house.message('motion', 'that it is over', ({ payload }) => payload === false, { after })).toMatchObject({
    topic: 'porch/motion',
    camera: 'porch',
  });
}

/** An event comes with its picture once it is whole. @returns Its id. */
export async function tellsEvents(house: House): Promise<number> {
  // One may have begun before the flows were there.
  const isBegun = ({ event }: Message): boolean => house.messages('event').some((each) => each['event'] === event && typeOf(each) === 'start');
  const fits = (message: Message): boolean => isOf('porch')(message) && typeOf(message) === 'ready' && isBegun(message);
  const ready = await house.message('event', 'that an event is ready', fits, { limitMs: 40_000 });
  const id = Number(ready['event']);
  expect(ready).toMatchObject({ topic: 'porch/event', payload: { id, camera: 'porch', kind: 'motion', has: { snapshot: true, clip: true } } });
  const ofIt = house.messages('event').filter(({ event }) => event === id);
  expect(ofIt.map(typeOf)).toEqual(['start', 'ready']);
  const { image, imageError } = await house.message('pictured', 'the event with a picture', ({ event }) => event === id);
  expect(imageError).toBeUndefined();
  const response = await house.site.recorder.ask(`/events/${id}/snapshot.jpg?width=320`);
  expect((image as Buffer).equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
  expect(widthOf(image)).toBe(320);
  return id;
}

/** Pictures of what is now, and of an event. */
export async function makesPictures(house: House, event: number): Promise<void> {
  for (const camera of ['porch', 'yard']) {
    const live = await house.ask('snapshot', { camera });
    expect(live).toMatchObject({ topic: `${camera}/snapshot`, camera, contentType: 'image/jpeg', stale: false });
    expect(widthOf(live['payload'])).toBe(320);
  }
  const kept = await house.ask('eventSnapshot', { camera: 'porch', event });
  expect(kept).toMatchObject({ camera: 'porch', event, contentType: 'image/jpeg' });
  const response = await house.site.recorder.ask(`/events/${event}/snapshot.jpg`);
  expect((kept['payload'] as Buffer).equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
}

/** A signal from outside makes an event. @returns Its id. */
export async function triggers(house: House): Promise<number> {
  // An event begins with pictures; a busy machine's camera may just have stalled.
  await house.site.camerasDeliver();
  const message = await house.ask('trigger', { camera: 'yard' });
  const id = Number(message['event']);
  expect(message).toMatchObject({ topic: 'yard/trigger', camera: 'yard', payload: { id, camera: 'yard', action: 'pulse' } });
  const limitMs = 30_000;
  await house.message('event', 'that it is ready', (each) => each['event'] === id && typeOf(each) === 'ready', { limitMs });
  const event = await house.site.api<RecorderEvent>(`/events/${id}`);
  expect(event).toMatchObject({ id, cameraId: 'yard', cause: 'trigger', state: 'ready' });
  return id;
}

/** What is set is confirmed, and the recorder has it. */
export async function sets(house: House): Promise<void> {
  const controls = async (): Promise<Camera['controls']> => (await house.site.api<Camera>('/cameras/yard')).controls;
  for (const value of [false, true]) {
    expect(await house.ask('set', { camera: 'yard', value })).toMatchObject({ payload: value, property: 'armed', camera: 'yard', topic: 'yard/armed' });
    expect(await controls()).toMatchObject({ armed: value });
  }
  const value = 37;
  expect(await house.ask('mode', { camera: 'porch', value })).toMatchObject({ payload: value, property: 'sensitivity', topic: 'porch/sensitivity' });
}

/** The whole site is armed and disarmed. */
export async function arms(house: House): Promise<void> {
  const isArmed = async (): Promise<boolean> => (await house.site.api<{ readonly armed: boolean }>('/controls')).armed;
  const before = await isArmed();
  for (const armed of [!before, before]) {
    expect(await house.ask('arm')).toMatchObject({ payload: armed, topic: 'site/armed', property: 'armed' });
    expect(await isArmed()).toBe(armed);
  }
}

/** What a camera cannot do comes to a Catch node in plain words. */
export async function refusesPtz(house: House): Promise<void> {
  await expect(house.ask('ptz', { camera: 'porch' })).rejects.toThrow(/porch|PTZ|turn/i);
}

/** Events as the API lists them. */
export async function lists(house: House): Promise<void> {
  const message = await house.ask('recordings', { camera: 'porch' });
  const listed = message['payload'] as readonly RecorderEvent[];
  const { events } = await house.site.api<EventPage>('/events?camera=porch&limit=1000');
  const oldest = listed.at(-1)?.id ?? 0;
  expect(listed.length).toBeGreaterThan(0);
  expect(listed.map(({ id }) => id)).toEqual(events.map(({ id }) => id).filter((id) => id >= oldest && id <= (listed[0]?.id ?? 0)));
  expect(message).toMatchObject({ topic: 'porch/recordings', count: listed.length });
  for (const { urls } of listed) expect(urls?.snapshot ?? house.site.recorder.url).toMatch(new RegExp(`^${house.site.recorder.url}/`));
}

/** A file that players take. */
export async function exportsVideo(house: House, event: number): Promise<void> {
  const file = join(house.red.path, 'exports', 'of the house.mp4');
  const { payload } = await house.ask('export', { event, file });
  const { sha256, size, duration } = payload as { readonly sha256: string; readonly size: number; readonly duration: number };
  expect(payload).toMatchObject({ file, events: [event], sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(readFileSync(file)).toHaveLength(size);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  const video = probeVideo(file);
  expect(video).toMatchObject({ startsWithKey: true, isMonotonic: true });
  expect(Math.abs(video.durationSeconds - duration)).toBeLessThan(0.2);
  await house.red.eventually('the progress ends at 100', () => (house.red.debug('export.1').at(-1) === 100 ? true : undefined));
}

/** An address that shows the camera. */
export async function streams(house: House): Promise<void> {
  const { payload, expires } = await house.ask('stream', { camera: 'porch' });
  expect(Date.parse(String(expires))).toBeGreaterThan(Date.now());
  const abort = new AbortController();
  const response = await fetch(String(payload), { signal: abort.signal });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^multipart\/x-mixed-replace/)]);
  const { value } = (await response.body?.getReader().read()) ?? {};
  expect(value?.length).toBeGreaterThan(0);
  abort.abort();
}

/** A camera that loses its power, and gets it back. */
export async function tellsOutages(house: House): Promise<void> {
  const after = house.messages('status').length;
  const says = (payload: string) => (message: Message) => isOf('yard')(message) && message['payload'] === payload;
  await house.site.loseYard();
  const lost = await house.message('status', 'that the yard is offline', says('offline'), { after, limitMs: 30_000 });
  expect(lost).toMatchObject({ topic: 'yard/availability', since: expect.stringMatching(/^\d{4}-.*Z$/) });
  await house.site.returnYard();
  await house.message('status', 'that it is back', says('online'), { after, limitMs: 30_000 });
  expect(house.messages('status').slice(after).filter(isOf('yard'))).toHaveLength(2);
}

/** Of a JPEG, in pixels. */
function widthOf(picture: unknown): number {
  const jpeg = picture as Buffer;
  expect(jpeg.subarray(0, 2).toString('hex')).toBe('ffd8');
  for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg.readUInt16BE(at);
    // Start of frame; what lies between has other meanings at 4, 8 and 12.
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) return jpeg.readUInt16BE(at + 7);
  }
  throw new Error('there is no frame in this JPEG');
}
