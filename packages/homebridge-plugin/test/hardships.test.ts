// What homes do to Homebridge: settings that change between its starts, recorders that hang, tokens that are revoked, bridges that are full.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@nightjar/testkit';
import { type AccessoryView, type HapClient, LiveViewer, recordingChoice, USUAL_RECORDING } from '@nightjar/testkit/homekit';
import { CameraHome } from './camera-home.ts';

const LIMIT_MS = 180_000;
const CAMERAS = 6;
/** Of a service: its type, and its number in the accessory, which Home knows it by. */
const ALWAYS = ['CameraRTPStreamManagement', 'CameraRecordingManagement', 'CameraOperatingMode', 'MotionSensor'] as const;

describeWith('ffmpeg', 'a home in hardship', () => {
  let home: CameraHome;
  let client: HapClient;
  let camera: AccessoryView;
  const stored = (folder: string, begin: string): string => {
    const name = readdirSync(join(home.homebridge.path, folder)).find((each) => each.startsWith(begin));
    return name === undefined ? '' : join(home.homebridge.path, folder, name);
  };
  const chosen = (view: AccessoryView): readonly unknown[] =>
    (['Active', 'SelectedCameraRecordingConfiguration'] as const).map((name) => view.value('CameraRecordingManagement', name));
  const numbers = (view: AccessoryView): readonly number[] => ALWAYS.flatMap((name) => view.services(name).map(({ iid }) => iid));

  /** @returns The first camera after a start, once all of them are there. */
  async function restarted(): Promise<AccessoryView> {
    await home.homebridge.restart();
    await client.connect();
    const views = await home.shown(client, (cameras) => cameras.length === CAMERAS);
    const first = views.find(({ aid }) => aid === camera.aid);
    if (first === undefined) throw new Error(`no camera has the number ${camera.aid}`);
    return first;
  }

  beforeAll(async () => {
    home = await CameraHome.start({ cameras: CAMERAS, gopSeconds: 1 });
    client = await home.pair(CAMERAS);
    camera = (await client.accessories()).camera('Camera 1');
  }, LIMIT_MS);

  afterAll(async () => {
    client?.close();
    await home?.[Symbol.asyncDispose]();
  }, LIMIT_MS);

  it(
    'has a picture on every tile while the recorder takes connections and says nothing, and a live view once it goes on',
    async () => {
      const { cameras } = await client.accessories();
      const askAll = async (width: number): Promise<number> => {
        const askedAt = performance.now();
        for (const { aid } of cameras) expect((await client.snapshot(aid, { width, height: (width * 9) / 16 })).readUInt16BE(0)).toBe(0xffd8);
        return performance.now() - askedAt;
      };
      await askAll(640);
      process.kill(home.recorder.pid, 'SIGSTOP');
      try {
        expect(await askAll(320)).toBeLessThan(3000);
        using viewer = await LiveViewer.open(client, camera);
        process.kill(home.recorder.pid, 'SIGCONT');
        await viewer.waitForKey(20_000);
        await viewer.end();
      } finally {
        process.kill(home.recorder.pid, 'SIGCONT');
      }
    },
    LIMIT_MS,
  );

  it(
    'keeps its cameras, and what a hub chose of recordings, whatever else is switched on or off between two starts',
    async () => {
      await client.put(
        { id: camera.id('CameraRecordingManagement', 'SelectedCameraRecordingConfiguration'), value: recordingChoice(USUAL_RECORDING) },
        { id: camera.id('CameraRecordingManagement', 'Active'), value: 1 },
      );
      const before = (await client.accessories()).camera('Camera 1');
      // hap-nodejs stores what was chosen a while later, and not when it is stopped.
      const isStored = (): true | undefined => {
        const file = stored('persist', 'ControllerStorage');
        return file !== '' && readFileSync(file, 'utf8').includes('selectedConfiguration') ? true : undefined;
      };
      await home.homebridge.eventually('the choice is stored', isStored, 30_000);
      const settings = [
        { defaults: { occupancy: true, switches: ['armed', 'privacy'], doorbell: true }, armedSwitch: true },
        { defaults: { viewers: 3, audio: false, offInHome: 'record' }, armedSwitch: false, name: 'Another name' },
      ];
      for (const more of settings) {
        home.homebridge.configure((platform) => ({ ...platform, ...more }));
        const after = await restarted();
        expect(chosen(after)).toEqual(chosen(before));
        expect(numbers(after).filter((iid) => !numbers(before).includes(iid))).toEqual([]);
        expect([after.has('OccupancySensor'), after.has('Doorbell'), after.services('Switch').length]).toEqual(
          more.armedSwitch ? [true, true, 2] : [false, false, 0],
        );
      }
    },
    LIMIT_MS,
  );

  it(
    'starts with more cameras than a bridge takes, and says what to do',
    async () => {
      await home.homebridge.stop();
      const file = stored('nightjar', 'home-');
      const text = readFileSync(file, 'utf8');
      const { cameras, ...rest } = JSON.parse(text) as { readonly cameras: readonly object[] };
      const extra = Array.from({ length: 160 }, (_, index) => ({ id: `extra${index}`, name: `Extra ${index}`, identity: 'extra', hasSound: false }));
      writeFileSync(file, JSON.stringify({ cameras: [...cameras, ...extra], ...rest }));
      for (let times = 0; times < 2; times += 1) {
        await home.homebridge.start();
        await client.connect();
        const views = await home.shown(client, (found) => found.length > CAMERAS);
        expect([views.length, views.some(({ aid }) => aid === camera.aid)]).toEqual([149, true]);
        expect(home.homebridge.log.filter((line) => line.includes('HomeKit takes 149 accessories on one bridge'))).toHaveLength(1);
        if (times === 0) await home.homebridge.stop();
      }
    },
    LIMIT_MS,
  );

  it(
    'says that the token was revoked, and what to do, and keeps its cameras',
    async () => {
      await home.homebridge.waitForLog(/Connected to the recorder/, 30_000);
      const { said } = await home.recorder.run('token', 'list');
      await home.recorder.run('token', 'revoke', /^[0-9a-f]{16}(?= +machine)/m.exec(said)?.[0] ?? '');
      const line = await home.homebridge.waitForLog(/refuses the login/, 30_000);
      expect(line).toMatch(/nightjar token create homebridge --role operator/);
      expect((await client.snapshot(camera.aid)).readUInt16BE(0)).toBe(0xffd8);
      expect((await home.report()).recorder.problem).toMatch(/refuses the login/);
      expect(home.homebridge.log.join('\n')).not.toMatch(/njt_|s3cret/);
    },
    LIMIT_MS,
  );
});
