// nightjar-motion-in: true when motion begins, false when it is over.
import { cameraChoice } from '../flow/camera-choice.ts';
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { SiteMember } from '../flow/site-member.ts';

interface Known {
  readonly isOn: boolean;
  readonly since: string;
}

/** Registers the type. */
export const nightjarMotionIn: NodeFile = (red) => {
  function NightjarMotionIn(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved);
    const isMeant = cameraChoice(properties['cameras']);
    const emits = String(properties['emit'] ?? 'both');
    const saysInitial = properties['initial'] === true;
    const hasTwoOutputs = Number(properties['outputs'] ?? 1) === 2;
    const known = new Map<string, Known>();
    const member = new SiteMember(red, this, saved, { onClose: () => known.clear() });

    const say = (camera: string, isOn: boolean, more: { readonly retained: boolean; readonly reason?: string }): void => {
      if ((emits === 'on' && !isOn) || (emits === 'off' && isOn)) return;
      const message = {
        topic: `${camera}/motion`,
        payload: isOn,
        camera,
        since: known.get(camera)?.since,
        retain: more.retained,
        ...(more.reason === undefined ? {} : { reason: more.reason }),
      };
      this.send(hasTwoOutputs ? (isOn ? [message, null] : [null, message]) : message);
    };
    const show = (): void => {
      const moving = [...known].filter(([, { isOn }]) => isOn).map(([camera]) => camera);
      member.show(moving.length === 0 ? undefined : { fill: 'blue', shape: 'dot', word: 'motion', values: { camera: moving.join(', ') } });
    };
    const take = (camera: string, isOn: boolean, more: { readonly retained: boolean; readonly reason?: string }): void => {
      const before = known.get(camera);
      if (before?.isOn === isOn) return;
      known.set(camera, { isOn, since: new Date().toISOString() });
      show();
      // What the broker had kept is how things are; after an outage it may still be a change.
      if (more.retained && before === undefined && !saysInitial) return;
      say(camera, isOn, more);
    };

    member.subscribe('camera/+/motion', ({ topic, payload, retained }) => {
      const camera = topic.split('/')[1] ?? '';
      const text = payload.toString();
      if (!isMeant(camera)) return;
      if (text === 'ON' || text === 'OFF') take(camera, text === 'ON' && !isLost(camera), { retained });
      else if (text === '') {
        // The camera was removed.
        if (known.get(camera)?.isOn === true) take(camera, false, { retained: false, reason: 'removed' });
        known.delete(camera);
        show();
      }
    });
    const isLost = (camera: string): boolean => member.hasSite && member.site.board.camera(camera)?.availability === 'offline' && isRecorderLost(camera);
    const isRecorderLost = (camera: string): boolean => {
      const { board } = member.site;
      const server = board.server(board.camera(camera)?.server ?? '');
      return server !== undefined && !server.isOnline;
    };
    // A recorder that died cannot say that motion is over.
    if (member.hasSite) {
      const end = member.site.board.onChange((topic, text) => {
        if (!/^server\/[^/]+\/state$/.test(topic) || text !== 'offline') return;
        for (const [camera, { isOn }] of known) if (isOn && isRecorderLost(camera)) take(camera, false, { retained: false, reason: 'recorder offline' });
      });
      member.signal.addEventListener('abort', end, { once: true });
    }
  }
  red.nodes.registerType('nightjar-motion-in', NightjarMotionIn as never);
};
