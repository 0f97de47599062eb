// nightjar-ptz: turns a camera that can be turned.
import { fixedCameras } from '../flow/camera-choice.ts';
import { type CommandWork, commandNode } from '../flow/command-node.ts';
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { currentProperties } from '../flow/saved-node.ts';
import type { TypedValues } from '../flow/typed-value.ts';

const TYPED = {
  camera: { value: '', type: 'str' },
  preset: { value: '', type: 'str' },
  pan: { value: '', type: 'num' },
  tilt: { value: '', type: 'num' },
  zoom: { value: '', type: 'num' },
  duration: { value: '', type: 'num' },
};
const TIMEOUT_MS = 10_000;
const LONGEST_SECONDS = 60;

/** Registers the type. */
export const nightjarPtz: NodeFile = (red) => {
  function NightjarPtz(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved, TYPED);
    const action = String(properties['action'] ?? 'preset');
    const work: CommandWork = async ({ member, values, signal, left }) => {
      const camera = await values.camera();
      const fields = { action, ...(await fieldsOf(action, values)) };
      await member.site.commands.command(camera, 'ptz', fields, { timeoutMs: left(TIMEOUT_MS), signal });
      return { payload: { ok: true, action }, camera, topic: `${camera}/ptz` };
    };
    commandNode(red, this, saved, { properties, atOnce: 16, cameras: fixedCameras({ red, node: this, properties }, 'camera'), work });
  }
  red.nodes.registerType('nightjar-ptz', NightjarPtz as never);
};

/** @throws Error where something is missing. */
async function fieldsOf(action: string, values: TypedValues): Promise<object> {
  if (action === 'stop' || action === 'home') return {};
  if (action === 'preset') {
    const preset = await values.text('preset');
    if (preset === undefined) throw new Error('no preset: write one into the node, or choose where it comes from');
    return { preset };
  }
  if (action !== 'move') throw new Error(`action is one of preset, move, stop, home; got ${JSON.stringify(action)}`);
  const [pan, tilt, zoom] = [await values.number('pan', [-1, 1]), await values.number('tilt', [-1, 1]), await values.number('zoom', [-1, 1])];
  if (pan === undefined && tilt === undefined && zoom === undefined) throw new Error('nowhere to move: set pan, tilt or zoom, each from -1 to 1');
  return { pan, tilt, zoom, duration: await values.number('duration', [0, LONGEST_SECONDS]) };
}
