// Pictures of many tiles through a real Homebridge, with the recorder there and gone.
import { describeWith } from '@nightjar/testkit';
import type { AccessoryView, HapClient } from '@nightjar/testkit/homekit';
import { CameraHome } from './camera-home.ts';

const LIMIT_MS = 120_000;
const CAMERAS = 8;
const ROUNDS = 10;
/** Several times what is promised: the machine that runs tests has other work. */
const P95_WITHIN_MS = 1000;

const isJpeg = (picture: Buffer): boolean => picture.readUInt16BE(0) === 0xffd8 && picture.readUInt16BE(picture.length - 2) === 0xffd9;

describeWith('ffmpeg', 'the picture of a tile', () => {
  let home: CameraHome;
  let client: HapClient;
  let cameras: readonly AccessoryView[];

  beforeAll(async () => {
    home = await CameraHome.start({ cameras: CAMERAS });
    client = await home.pair(CAMERAS);
    cameras = (await client.accessories()).cameras;
  }, LIMIT_MS);

  afterAll(async () => {
    client?.close();
    await home?.[Symbol.asyncDispose]();
  }, LIMIT_MS);

  /** Asks for all tiles at once, as Home does. @returns Milliseconds of each answer. */
  async function askAll(width: number): Promise<readonly number[]> {
    return Promise.all(
      cameras.map(async ({ aid }) => {
        const askedAt = performance.now();
        const picture = await client.snapshot(aid, { width, height: (width * 9) / 16, reason: 'periodic' });
        expect(isJpeg(picture)).toBe(true);
        return performance.now() - askedAt;
      }),
    );
  }

  it(
    'comes within a moment, however many tiles ask',
    async () => {
      await askAll(640);
      const took: number[] = [];
      for (let round = 0; round < ROUNDS; round++) took.push(...(await askAll(640)));
      took.sort((a, b) => a - b);
      expect(took[Math.floor(took.length * 0.95)]).toBeLessThan(P95_WITHIN_MS);
      expect(home.homebridge.processes().filter(({ command }) => command.includes('ffmpeg'))).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'comes from what was seen before, or is drawn, while the recorder is gone, and is new again with it',
    async () => {
      await home.recorder.kill();
      const kept = await askAll(640);
      const drawn = await askAll(320);
      // One answer after the other on one connection, so eight tiles wait for each other.
      expect(Math.max(...kept)).toBeLessThan(4000);
      expect(Math.max(...drawn)).toBeLessThan(4000);
      await home.recorder.start();
      await home.online(CAMERAS);
      await home.homebridge.eventually(
        'no camera is faulty',
        () => (home.homebridge.log.some((line) => /Connected to the recorder/.test(line)) ? true : undefined),
        30_000,
      );
      expect(Math.max(...(await askAll(640)))).toBeLessThan(4000);
    },
    LIMIT_MS,
  );
});
