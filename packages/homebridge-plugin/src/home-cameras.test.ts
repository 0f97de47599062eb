import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Camera } from '@nightjar/client';
import { FakeRecorder } from '@nightjar/testkit';
import type { API, PlatformAccessory } from 'homebridge';
import { hap, hapAccessory } from '../test/hap-accessory.ts';
import { logBook } from '../test/log-book.ts';
import { HomeAccessories } from './accessories/home-accessories.ts';
import { FACE_DEFAULTS } from './config/face-fields.ts';
import type { Publishing } from './config/plugin-config.ts';
import { HomeCameras } from './home-cameras.ts';
import { KnownCameras } from './known-cameras.ts';
import { RecorderDoor } from './recorder-door.ts';
import { SessionBook } from './session-book.ts';
import { Placeholder } from './snapshots/placeholder.ts';

const folder = mkdtempSync(join(tmpdir(), 'home-cameras-'));
// Else it writes the keys of what is published into the folder the tests run in.
hap.HAPStorage.setCustomStoragePath(folder);
afterAll(() => rmSync(folder, { recursive: true }));

/** A Homebridge that writes down what is done with accessories. */
function homebridge() {
  const done: string[] = [];
  const note =
    (what: string) =>
    (...given: readonly unknown[]): void => {
      for (const { displayName } of given.at(-1) as readonly PlatformAccessory[]) done.push(`${what} ${displayName}`);
    };
  const api = {
    hap,
    platformAccessory: function accessory(name: string, uuid: string) {
      return hapAccessory(name, uuid);
    },
    registerPlatformAccessories: note('register'),
    unregisterPlatformAccessories: note('unregister'),
    updatePlatformAccessories: note('update'),
    publishExternalAccessories: (_plugin: string, accessories: readonly PlatformAccessory[]) => {
      for (const { displayName, _associatedHAPAccessory } of accessories) {
        done.push(`publish ${displayName}`);
        void _associatedHAPAccessory.publish({ username: '0E:00:00:00:00:01', pincode: '031-45-154', bind: ['lo'], advertiser: 'bonjour-hap' as never });
      }
    },
  };
  return { api: api as unknown as API, done };
}

let files = 0;

function world(publishing: Publishing, file = `${++files}.json`) {
  const { api, done } = homebridge();
  const { log, lines } = logBook();
  const recorder = new FakeRecorder({ cameras: ['porch', 'gate'] });
  const seen = new Map<string, Camera>();
  const hidden = new Set<string>();
  const accessories = new HomeAccessories(api, publishing);
  const known = new KnownCameras(join(folder, file), (problem) => lines.push(problem));
  const cameras = new HomeCameras({
    ...{ api, log, accessories, publishing, known },
    door: new RecorderDoor(),
    sessions: new SessionBook(),
    placeholder: new Placeholder(),
    version: '1.2.3',
    media: () => ({
      live: () => ({ prepareStream: () => undefined, handleStreamRequest: () => undefined, endAll: () => undefined, dispose: () => undefined }),
    }),
    face: (id) => ({ ...FACE_DEFAULTS, isHidden: hidden.has(id) }),
    camera: (id) => seen.get(id),
  });
  return {
    ...{ accessories, api, cameras, done, file, hidden, known, lines, recorder },
    tell: async (id: string, identity = 'recorder-1') => {
      const camera = await recorder.camera(id);
      seen.set(id, camera);
      cameras.changed(camera, identity);
    },
  };
}

describe('cameras in Home', () => {
  it('come onto the bridge once, and leave it when they were removed', async () => {
    const { cameras, done, tell } = world('bridged');
    await tell('porch');
    await tell('porch');
    await tell('gate');
    cameras.removed('gate');
    expect(done).toEqual(['register Camera porch', 'register Camera gate', 'unregister Camera gate']);
    await tell('gate');
    expect(done.at(-1)).toBe('register Camera gate');
    cameras.stop();
  });

  it('are the ones of before although the recorder has another name now, or does not answer', async () => {
    const first = world('bridged');
    await first.tell('porch', 'old-name');
    const uuid = first.cameras.get('porch')?.accessory.UUID;
    first.cameras.stop();
    const second = world('bridged', first.file);
    for (const camera of second.known.all()) second.cameras.expect(camera);
    expect(second.cameras.get('porch')?.accessory.UUID).toBe(uuid);
    await second.tell('porch', 'new-name');
    expect(second.cameras.faces.map(({ accessory }) => accessory.UUID)).toEqual([uuid]);
    second.cameras.stop();
  });

  it('are restored from Homebridge’s cache, which is not registered again', async () => {
    const first = world('bridged');
    await first.tell('porch');
    const accessory = first.cameras.get('porch')?.accessory;
    first.cameras.stop();
    const second = world('bridged', first.file);
    second.accessories.restore(hapAccessory('Camera porch', accessory?.UUID));
    second.accessories.restore(hapAccessory('Somebody else'));
    for (const camera of second.known.all()) second.cameras.expect(camera);
    second.accessories.dropUnwanted(() => false);
    expect(second.done).toEqual(['update Camera porch', 'unregister Somebody else']);
    second.cameras.stop();
  });

  it('beyond what a bridge takes stay out of Home, which is said once', async () => {
    const { accessories, cameras, done, lines, tell } = world('bridged');
    for (let index = 0; index < 149; index += 1) accessories.restore(hapAccessory(`Light ${index}`));
    await tell('porch');
    await tell('gate');
    await tell('gate');
    expect([done, cameras.faces]).toEqual([[], []]);
    expect(lines).toEqual([
      expect.stringMatching(/^error: HomeKit takes 149 accessories on one bridge, and it has them: Camera porch and whatever comes after it/),
    ]);
  });

  it('that Homebridge refuses are taken back from its cache, or it would not start with them', async () => {
    const { api, cameras, done, tell } = world('bridged');
    api.registerPlatformAccessories = () => {
      throw new Error('Cannot Bridge more than 149 Accessories');
    };
    await expect(tell('porch')).rejects.toThrow('149');
    expect([done, cameras.faces]).toEqual([['unregister Camera porch'], []]);
  });

  it('stay away where they are hidden', async () => {
    const { cameras, done, hidden, tell } = world('bridged');
    hidden.add('porch');
    await tell('porch');
    expect([done, cameras.faces]).toEqual([[], []]);
  });

  it('of their own are published once, rest when they were removed, and come back with what Home knew of them', async () => {
    const { accessories, cameras, done, tell } = world('external');
    await tell('porch');
    const face = cameras.get('porch');
    const published: string[] = [];
    const hapPorch = face?.accessory._associatedHAPAccessory;
    expect(done).toEqual(['publish Camera porch']);
    expect(face && accessories.setup(face.accessory)?.code).toBe('031-45-154');
    cameras.removed('porch');
    hapPorch?.on('listening', () => published.push('again'));
    await tell('porch');
    expect(cameras.get('porch')).toBe(face);
    while (published.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual(['publish Camera porch']);
    cameras.stop();
    await hapPorch?.unpublish();
  });
});
