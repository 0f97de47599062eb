// nightjar-set: switches something of a camera, or arms and disarms the whole site; goes on once the recorder has confirmed it.
import { fixedCameras } from '../flow/camera-choice.ts';
import { type CommandCall, type CommandWork, commandNode } from '../flow/command-node.ts';
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { typedState, wantedState } from '../flow/switch-value.ts';
import { errorText } from '../site/error-text.ts';
import { type BoardServer, SERVER_FILTERS } from '../site/site-board.ts';
import { nobodyText } from '../site/site-commands.ts';

const TYPED = { camera: { value: '', type: 'str' }, value: { value: 'payload', type: 'msg' }, timeout: { value: '10', type: 'num' } };
const TIMEOUT_SECONDS = 10;
const LONGEST_SECONDS = 3600;

/** Registers the type. */
export const nightjarSet: NodeFile = (red) => {
  function NightjarSet(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved, TYPED);
    const property = String(properties['property'] ?? 'armed');
    const isSite = properties['target'] === 'site';
    const work: CommandWork = async (call) => {
      const { values } = call;
      const camera = isSite ? undefined : await values.camera();
      const value = properties['valueType'] === 'toggle' ? 'toggle' : await values.value('value');
      const wanted = wantedState(property, value);
      const limitMs = ((await values.number('timeout', [0.1, LONGEST_SECONDS])) ?? TIMEOUT_SECONDS) * 1000;
      if (camera === undefined) {
        if (property !== 'armed') throw new Error(`only armed can be set for the whole site; ${property} is set for each camera`);
        return { payload: typedState(property, await setSite(call, wanted, limitMs)), property, topic: 'site/armed' };
      }
      const state = await setCamera(call, { camera, property, wanted, limitMs });
      return { payload: typedState(property, state), property, camera, topic: `${camera}/${property}` };
    };
    const target = isSite ? { cameras: [], needs: SERVER_FILTERS } : { cameras: fixedCameras({ red, node: this, properties }, 'camera') };
    // One at a time: a recorder answers that it passed over what is set again meanwhile, and a toggle needs the state before it.
    commandNode(red, this, saved, { properties, atOnce: 1, work, ...target });
  }
  red.nodes.registerType('nightjar-set', NightjarSet as never);
};

interface CameraWish {
  readonly camera: string;
  readonly property: string;
  readonly wanted: string;
  readonly limitMs: number;
}

async function setCamera({ member, signal, left }: CommandCall, { camera, property, wanted, limitMs }: CameraWish): Promise<string> {
  const { board, commands } = member.site;
  if (wanted !== 'toggle') return commands.set(camera, property, wanted, { timeoutMs: left(limitMs), signal });
  await commands.expectCamera(camera, signal);
  const state = await member.site.known(() => board.text(`camera/${camera}/${property}/state`), signal);
  if (state === undefined) throw new Error(`${property} of ${camera} cannot be toggled: its state is not known at the broker; set it to true or false`);
  return commands.set(camera, property, state === 'ON' ? 'OFF' : 'ON', { timeoutMs: left(limitMs), signal });
}

/** Every recorder; one that is not there keeps none of the others from it. */
async function setSite({ member, signal, left }: CommandCall, wanted: string, limitMs: number): Promise<string> {
  const { site } = member;
  // All of them: one that is not known yet would be left as it is.
  await site.known(() => undefined, signal);
  const { servers } = site.board;
  if (servers.length === 0) throw new Error(nobodyText(site.base));
  const value = wanted === 'toggle' ? turnedOver(servers, (id) => site.board.text(`server/${id}/armed/state`)) : wanted;
  const timeoutMs = left(limitMs);
  const ends = await Promise.allSettled(servers.map(({ id }) => site.commands.setServer(id, 'armed', value, { timeoutMs, signal })));
  const failed = ends.flatMap((end, at) => (end.status === 'rejected' ? [{ name: servers[at]?.name, reason: errorText(end.reason) }] : []));
  if (failed.length === 0) return value;
  const done = servers.filter((_, at) => ends[at]?.status === 'fulfilled').map(({ name }) => name);
  const also = done.length === 0 ? '' : `; it was done at ${done.join(', ')}`;
  throw new Error(`armed could not be set to ${value} at ${failed.map(({ name, reason }) => `${name} (${reason})`).join(', ')}${also}`);
}

/** Off where every recorder that is there is armed, else on. */
function turnedOver(servers: readonly BoardServer[], stateOf: (id: string) => string | undefined): string {
  const states = servers.filter(({ isOnline }) => isOnline).map(({ id }) => stateOf(id));
  if (states.length === 0 || states.includes(undefined))
    throw new Error('the site cannot be toggled: its state is not known at the broker; set it to true or false');
  return states.every((state) => state === 'ON') ? 'OFF' : 'ON';
}
