// What goes wrong in houses, one thing after the other, in one Node-RED that has to outlive it all.
import { existsSync } from 'node:fs';
import type { ProcessFacts } from '@nightjar/testkit/node-red';
import { eventually } from '../../../core/test/integration/recorder-process.ts';
import { flood, floodCounts, flooded } from './flood.ts';
import { House } from './house.ts';
import { EVERY_NODE } from './site-flows.ts';
import { MOSQUITTO_PROGRAM } from './whole-site.ts';

const TIMEOUT_MS = 120_000;
const SOON_MS = 20_000;
const PER_SECOND = 1000;
const FLOOD_SECONDS = 10;
const DEPLOYMENTS = 30;
const CHANGE_EVERY_MS = 25;
/** Node keeps some connections to the recorder for the next request. */
const SOCKETS_TO_SPARE = 6;
const MEMORY_WITHIN_MS = 60_000;
const MIB = 1024 * 1024;
const MEMORY_TO_SPARE = 120 * MIB;
const CONNECTED = /^(green dot connected|blue dot )/;
const DISCONNECTED = 'red ring disconnected';

const hasMosquitto = existsSync(MOSQUITTO_PROGRAM);
const flows = [
  ...EVERY_NODE,
  ...flooded({ id: 'flooded', type: 'nightjar-snapshot', camera: 'payload.camera', cameraType: 'msg', source: 'live', output: 'buffer' }),
];

(hasMosquitto ? describe : describe.skip)(`faults of a house${hasMosquitto ? '' : ' (skipped: mosquitto is not installed)'}`, () => {
  let house: House;
  let pid = 0;
  let before: ProcessFacts;

  beforeAll(async () => {
    house = await House.start(5, 'mosquitto');
    await house.deploy({}, flows);
    await worksAgain();
    ({ pid } = house.red);
    before = house.red.facts();
  }, TIMEOUT_MS);
  // Whatever came of a test, the next one finds everything at work.
  afterEach(async () => {
    if (!house.red.isRunning) return;
    await house.deploy({}, flows, 'nodes');
    await worksAgain();
  }, TIMEOUT_MS);
  afterAll(() => house?.[Symbol.asyncDispose]());

  const isSaid = async (work: () => Promise<unknown>): Promise<string> => {
    try {
      await work();
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const snapshotFails = (): Promise<string> => isSaid(() => house.ask('snapshot', { camera: 'porch' }));
  const works = async (id: string, payload: object): Promise<void> => {
    let said = '';
    const tried = async (): Promise<true | undefined> => {
      said = await isSaid(() => house.ask(id, payload));
      return said === '' ? true : undefined;
    };
    expect([await isSaid(() => eventually(`${id} works`, tried, SOON_MS)), said]).toEqual(['', '']);
  };
  /** What goes over MQTT and what goes over HTTP. */
  const worksAgain = async (): Promise<void> => {
    await house.red.shows('motion', CONNECTED, SOON_MS);
    await works('set', { camera: 'yard', value: true });
    await works('snapshot', { camera: 'porch' });
  };

  it(
    'a broker that is killed is told, and used again once it is back',
    async () => {
      await house.site.killBroker();
      await house.red.shows('motion', DISCONNECTED);
      expect(await isSaid(() => house.ask('set', { camera: 'yard', value: true }))).toMatch(/not connected/);
      expect(await snapshotFails()).toBe('');
      await house.site.returnBroker();
      await worksAgain();
    },
    TIMEOUT_MS,
  );

  it(
    'a recorder that is killed is told, and used again once it is back',
    async () => {
      const after = house.messages('status').length;
      await house.site.recorder.kill();
      expect(await snapshotFails()).toMatch(/recorder|reach/);
      await house.red.shows('snapshot', /^red dot /);
      await house.message('status', 'that the porch is offline', ({ camera, payload }) => camera === 'porch' && payload === 'offline', {
        after,
        limitMs: SOON_MS,
      });
      expect(await isSaid(() => house.ask('set', { camera: 'yard', value: true }))).toMatch(/recorder|offline|answer/);
      await house.site.recorder.start();
      await house.site.camerasDeliver();
      await house.message('status', 'that it is back', ({ camera, payload }) => camera === 'porch' && payload === 'online', { after, limitMs: SOON_MS });
      await worksAgain();
    },
    TIMEOUT_MS,
  );

  it(
    'an API that cannot be reached, and a wrong token, are named; what goes over the broker works all the same',
    async () => {
      await house.deploy({ apiUrl: 'http://127.0.0.1:9' }, flows, 'nodes');
      expect(await snapshotFails()).toMatch(/127\.0\.0\.1:9/);
      await house.red.shows('snapshot', /^red dot /);
      await works('set', { camera: 'yard', value: true });
      await house.deploy({ credentials: { token: 'of-somebody-else' } }, flows, 'nodes');
      expect(await snapshotFails()).toMatch(/token/);
      await house.red.shows('snapshot', /^red dot /);
    },
    TIMEOUT_MS,
  );

  it(
    'a wrong password of the broker is named, and never repeated',
    async () => {
      await house.deploy({ credentials: { password: 'not-the-pass-word' } }, flows, 'nodes');
      await house.red.shows('motion', 'red ring login refused');
      await house.red.eventually('the log says why', () => house.red.log.find((line) => /nightjar-site.*(password|user)/i.test(line)));
      expect(house.red.log.join('\n')).not.toContain('not-the-pass-word');
    },
    TIMEOUT_MS,
  );

  it(
    `${PER_SECOND} messages a second into nightjar-snapshot are all answered or refused`,
    async () => {
      await flood(house, PER_SECOND, FLOOD_SECONDS);
      const all = PER_SECOND * FLOOD_SECONDS;
      const counts = await eventually(
        'every message is answered',
        async () => {
          const now = await floodCounts(house);
          return now.answered + now.refused >= all ? now : undefined;
        },
        FLOOD_SECONDS * 1000 + SOON_MS,
      );
      expect(counts).toMatchObject({ sent: all, answered: expect.any(Number) });
      expect(counts.answered + counts.refused).toBe(all);
      expect(counts.answered).toBeGreaterThan(FLOOD_SECONDS);
    },
    TIMEOUT_MS,
  );

  it(
    `${DEPLOYMENTS} deployments lose nothing of what changes meanwhile, and say nothing twice`,
    async () => {
      const after = house.messages('motion').length;
      const publisher = await house.site.publisher();
      let changes = 0;
      const timer = setInterval(
        () => publisher.publish(house.site.topic('camera/ghost/motion'), changes++ % 2 === 0 ? 'ON' : 'OFF', { qos: 1 }),
        CHANGE_EVERY_MS,
      );
      for (let count = 0; count < DEPLOYMENTS; count++) {
        const changed = flows.map((node) => (node.id === 'motion' ? { ...node, name: `deployed ${count}` } : node));
        // With credentials the site counts as changed, and everything that uses it begins anew as well.
        await house.red.deploy([...changed, house.site.node(count % 3 === 0 ? {} : { credentials: undefined })], count % 2 === 0 ? 'full' : 'nodes');
      }
      clearInterval(timer);
      await publisher.endAsync();
      const ghost = (): readonly unknown[] =>
        house
          .messages('motion')
          .slice(after)
          .filter(({ camera }) => camera === 'ghost')
          .map(({ payload }) => payload);
      await isSaid(() => eventually('every change is told', () => (ghost().length >= changes ? true : undefined), SOON_MS));
      expect(ghost()).toEqual(Array.from({ length: changes }, (_, index) => index % 2 === 0));
    },
    TIMEOUT_MS,
  );

  it(
    'and Node-RED is the same process, with what it held before',
    async () => {
      expect([house.red.isRunning, house.red.pid]).toEqual([true, pid]);
      expect(house.red.log.filter((line) => /uncaught|unhandled/i.test(line))).toEqual([]);
      // Node gives memory back when it gets round to it: it is asked meanwhile, as a house would.
      const isAsBefore = async (): Promise<ProcessFacts | undefined> => {
        await isSaid(() => house.ask('snapshot', { camera: 'porch' }));
        const { sockets, rssBytes } = house.red.facts();
        return sockets <= before.sockets + SOCKETS_TO_SPARE && rssBytes < before.rssBytes + MEMORY_TO_SPARE ? house.red.facts() : undefined;
      };
      expect(await isSaid(() => eventually('it holds what it held', isAsBefore, MEMORY_WITHIN_MS))).toBe('');
      expect(await house.red.stop()).toBe(0);
    },
    TIMEOUT_MS,
  );
});
