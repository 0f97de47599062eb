// Every node in a whole house: a real recorder with two cameras, its own broker, and Node-RED 5 with the palette as npm packs it.
import { describeWith } from '@nightjar/testkit';
import { describeExamples } from './example-checks.ts';
import { House } from './house.ts';
import * as node from './node-checks.ts';

const TIMEOUT_MS = 120_000;

describeWith('ffmpeg', 'in Node-RED 5 with the recorder’s own broker', () => {
  let house: House;
  let event = 0;
  beforeAll(async () => {
    house = await House.start(5, 'embedded');
  }, TIMEOUT_MS);
  afterAll(() => house?.[Symbol.asyncDispose]());

  it('motion is told when it begins and when it is over', () => node.tellsMotion(house), TIMEOUT_MS);
  it(
    'events are told in order, with the picture of this event once it is ready',
    async () => {
      event = await node.tellsEvents(house);
    },
    TIMEOUT_MS,
  );
  it('a picture of now and a picture of an event are made', () => node.makesPictures(house, event));
  it('a trigger makes an event', async () => expect(await node.triggers(house)).toBeGreaterThan(event), TIMEOUT_MS);
  it('what is set is confirmed, and the recorder has it', () => node.sets(house));
  it('the site is armed and disarmed as a whole', () => node.arms(house));
  it('a camera that cannot turn says so to a Catch node', () => node.refusesPtz(house));
  it('recordings are listed as the recorder has them', () => node.lists(house));
  it('an export is a file that players take', () => node.exportsVideo(house, event), TIMEOUT_MS);
  it('the address of a stream shows the camera', () => node.streams(house));
  it('a camera that loses its power is told, once, and its return too', () => node.tellsOutages(house), TIMEOUT_MS);
  it('Node-RED said nothing of an error', () => expect(house.red.log.filter((line) => /\[error\]|uncaught/i.test(line) && !/ptz/.test(line))).toEqual([]));

  describeExamples(() => house, TIMEOUT_MS);
});
