// The nodes in Node-RED 4.1 (with Node 20 where there is one) and with mosquitto, as most houses have them.
import { existsSync } from 'node:fs';
import { describeExamples } from './example-checks.ts';
import { House } from './house.ts';
import * as node from './node-checks.ts';
import { MOSQUITTO_PROGRAM } from './whole-site.ts';

const TIMEOUT_MS = 120_000;
const hasMosquitto = existsSync(MOSQUITTO_PROGRAM);

(hasMosquitto ? describe : describe.skip)(`in Node-RED 4.1 with mosquitto${hasMosquitto ? '' : ' (skipped: mosquitto is not installed)'}`, () => {
  let house: House;
  beforeAll(async () => {
    house = await House.start(4, 'mosquitto');
  }, TIMEOUT_MS);
  afterAll(() => house?.[Symbol.asyncDispose]());

  it(
    'events come with their pictures, and are exported',
    async () => {
      const event = await node.tellsEvents(house);
      await node.makesPictures(house, event);
      await node.lists(house);
      await node.exportsVideo(house, event);
    },
    TIMEOUT_MS,
  );
  it('what is set is confirmed, and triggers make events', async () => {
    await node.sets(house);
    await node.triggers(house);
    await Promise.all(Array.from({ length: 20 }, () => house.ask('trigger', { camera: 'yard' })));
    expect(house.red.log.filter((line) => /\[error\]|uncaught|MaxListeners/i.test(line))).toEqual([]);
  });

  describeExamples(() => house, TIMEOUT_MS);
});
