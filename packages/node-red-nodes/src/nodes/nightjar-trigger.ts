// nightjar-trigger: begins, prolongs or ends an event of a camera.
import { fixedCameras } from '../flow/camera-choice.ts';
import { type CommandWork, commandNode } from '../flow/command-node.ts';
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { currentProperties } from '../flow/saved-node.ts';

const TYPED = {
  camera: { value: '', type: 'str' },
  label: { value: '', type: 'str' },
  note: { value: '', type: 'str' },
  duration: { value: '', type: 'num' },
};
const ACTIONS = ['pulse', 'on', 'off', 'cancel'];
const TIMEOUT_MS = 10_000;
const SHORTEST_SECONDS = 0.1;
const LONGEST_SECONDS = 86_400;
/** Signals of other sources hold a camera on their own: every node of flows is the same one. */
const SOURCE = 'node-red';

/** Registers the type. */
export const nightjarTrigger: NodeFile = (red) => {
  function NightjarTrigger(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved, TYPED);
    const action = String(properties['action'] ?? 'pulse');
    const work: CommandWork = async ({ member, values, signal, left }) => {
      if (!ACTIONS.includes(action)) throw new Error(`action is one of ${ACTIONS.join(', ')}; got ${JSON.stringify(action)}`);
      const camera = await values.camera();
      const label = await values.text('label');
      const note = await values.text('note');
      const duration = await values.number('duration', [SHORTEST_SECONDS, LONGEST_SECONDS]);
      const fields = { action, label, note, duration, source: SOURCE };
      const { event, waits_for: waitsFor } = await member.site.commands.command(camera, 'trigger', fields, { timeoutMs: left(TIMEOUT_MS), signal });
      const payload = { ...(event === undefined ? {} : { id: event }), camera, action, ...(waitsFor === undefined ? {} : { waitsFor }) };
      return { payload, event, camera, topic: `${camera}/trigger` };
    };
    commandNode(red, this, saved, { properties, atOnce: 16, cameras: fixedCameras({ red, node: this, properties }, 'camera'), work });
  }
  red.nodes.registerType('nightjar-trigger', NightjarTrigger as never);
};
