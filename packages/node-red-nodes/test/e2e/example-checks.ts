// What the flows of the Examples menu do in a house, deployed as they are packed.
import { join } from 'node:path';
import type { Camera, EventPage, RecorderEvent } from '@nightjar/client';
import { eventually, probeVideo } from '../../../core/test/integration/recorder-process.ts';
import { ExampleFlows } from '../example-bench.ts';
import type { House } from './house.ts';

/** The porch moves every twelve seconds. */
const SOON_MS = 30_000;
const JPEG = 'ffd8ff';
const [ON, OFF] = ['{"id":0,"on":true}', '{"id":0,"on":false}'];

/** A picture of the event comes to the phone. */
async function notifies({ site }: House, flows: ExampleFlows): Promise<void> {
  await flows.deploy('Notify with a picture when something large moves while armed', { NOTIFY_URL: flows.address('/topic'), MIN_SCORE: '1' });
  const [asked] = await flows.asks(1, SOON_MS);
  expect(asked?.headers).toMatchObject({ title: 'Movement at porch', filename: 'porch.jpg', message: expect.stringMatching(/^Score \d+, .*event \d+$/) });
  expect(asked?.body.subarray(0, 3).toString('hex')).toBe(JPEG);
  const id = /event (\d+)$/.exec(String(asked?.headers['message']))?.[1];
  expect(await site.api<RecorderEvent>(`/events/${id}`)).toMatchObject({ cameraId: 'porch', cause: 'motion' });
}

/** The lamp goes on with motion, and off once it is over. */
async function lights(_house: House, flows: ExampleFlows): Promise<void> {
  await flows.deploy('Light on when something moves, off a while after', { LIGHT_URL: flows.address('/lamp'), MINUTES: '0.01' });
  await flows.asks(2, SOON_MS);
  expect(flows.bodies.slice(0, 2)).toEqual([ON, OFF]);
}

/** The site is armed when everybody has left, and disarmed for the first who comes home. */
async function arms({ site, red }: House, flows: ExampleFlows): Promise<void> {
  await flows.deploy('Arm when everybody is away', { AWAY_MINUTES: '0.005' });
  const becomes = (armed: boolean): Promise<true> =>
    eventually(`armed is ${armed}`, async () => ((await site.api<{ readonly armed: boolean }>('/controls')).armed === armed ? true : undefined));
  for (const home of [true, false]) {
    for (const person of ['anna', 'ben']) expect((await red.post('/presence', { person, home })).status).toBe(204);
    await becomes(!home);
  }
}

/** A sensor has the camera record as long as it says so, and motion is recorded again afterwards. */
async function records({ site, red }: House, flows: ExampleFlows): Promise<void> {
  await flows.deploy('A motion sensor starts a recording', { CAMERA: 'yard' });
  const begun = await red.post('/pir', { motion: true });
  const { id } = (await begun.json()) as { readonly id: number };
  expect([begun.status, await site.api<RecorderEvent>(`/events/${id}`)]).toMatchObject([200, { cameraId: 'yard', cause: 'trigger', state: 'open' }]);
  expect((await red.post('/pir', { motion: false })).status).toBe(200);
  await eventually('the event is ready', async () => ((await site.api<RecorderEvent>(`/events/${id}`)).state === 'ready' ? true : undefined), SOON_MS);
  expect((await site.api<Camera>('/cameras/yard')).state).not.toHaveProperty('forced');
}

/** A file of a span of time that players take; a house that is new has no day before. */
async function files({ red }: House, flows: ExampleFlows): Promise<void> {
  const folder = join(red.path, 'exports');
  const span = { 'The day before': { from: '-1h', fromType: 'str', to: '', toType: 'str' } };
  await flows.deploy('Every night a file of the day before', { CAMERAS: 'porch', FOLDER: folder }, span);
  await red.inject(flows.id('At 00:30'));
  const file = await red.eventually('a file is written', () => red.debug('File').at(-1), SOON_MS);
  expect(probeVideo(String(file))).toMatchObject({ startsWithKey: true, isMonotonic: true });
}

/** The plug of a camera that lost its power is switched off and on. */
async function powers({ site, red }: House, flows: ExampleFlows): Promise<void> {
  const service = { PLUG_URL: flows.address('/plug'), NOTIFY_URL: flows.address('/words') };
  await flows.deploy('Power cycle of a camera that is offline', { CAMERA: 'yard', OFFLINE_SECONDS: '1', OFF_SECONDS: '0.2', BACK_MINUTES: '1', ...service });
  await site.loseYard();
  await flows.asks(2, SOON_MS);
  await site.returnYard();
  await red.shows(flows.id('Camera'), 'green dot 1 online', SOON_MS);
  expect(flows.asked.map(({ path, body }) => `${path} ${body.toString()}`)).toEqual([`/plug ${OFF}`, `/plug ${ON}`]);
}

/** The page of the wall gets its pictures, its recordings and an address that shows the camera. */
async function hangs({ site, red }: House, flows: ExampleFlows): Promise<void> {
  await flows.deploy('Cameras on the wall');
  const get = (path: string): Promise<Response> => red.request(`/api/nightjar-wall${path}`);
  const [{ id } = { id: 0 }] = (await site.api<EventPage>('/events?camera=porch&limit=1')).events;
  expect((await get('')).status).toBe(200);
  for (const path of ['/picture/yard', `/event/porch/${id}`]) {
    const picture = await get(path);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(
      Buffer.from(await picture.arrayBuffer())
        .subarray(0, 3)
        .toString('hex'),
    ).toBe(JPEG);
  }
  expect(((await (await get('/recordings/porch')).json()) as readonly { readonly id: number }[]).map((each) => each.id)).toContain(id);
  const { url } = (await (await get('/stream/porch')).json()) as { readonly url: string };
  const live = await fetch(url);
  expect(live.headers.get('content-type')).toMatch(/^multipart\/x-mixed-replace/);
  await live.body?.cancel();
}

/** A test for each of them, in a house that runs when they begin. */
export function describeExamples(houseOf: () => House, limitMs: number): void {
  describe('the examples', () => {
    let flows: ExampleFlows;
    beforeAll(async () => {
      flows = await new ExampleFlows(houseOf()).serve();
    });
    afterAll(() => flows[Symbol.asyncDispose]());

    it.each([
      ['send a picture of what moves', notifies],
      ['have a lamp follow a camera', lights],
      ['arm the site by who is at home', arms],
      ['have a sensor start a recording', records],
      ['write a file of a span of time', files],
      ['show the cameras on a wall', hangs],
      ['switch the power of a camera that is lost off and on', powers],
    ])('%s', (_what, check) => check(houseOf(), flows), limitMs);
    it('complain of nothing', () => expect(flows.complaints).toEqual([]));
  });
}
