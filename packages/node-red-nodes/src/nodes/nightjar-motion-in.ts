// nightjar-motion-in: true when motion begins, false when it is over.
import { CAMERAS_DEFAULT, fixedCameras, ListenedCameras } from '../flow/camera-choice.ts';
import { leaveBehind, takeOver } from '../flow/kept-over-deploy.ts';
import { type LeftMotion, type MotionChange, MotionStates } from '../flow/motion-states.ts';
import type { NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { OrderedLane } from '../flow/ordered-lane.ts';
import { recorderState } from '../flow/recorder-state.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { type NodeStatus, SiteMember } from '../flow/site-member.ts';
import { ToldMessages } from '../flow/told-messages.ts';
import { errorText } from '../site/error-text.ts';

/** So many messages may wait for a context store that is slow; all cameras of the largest site may be lost in one moment. */
const LIMITS = { atOnce: 8, most: 5000 } as const;

/** Registers the type. */
export const nightjarMotionIn: NodeFile = (red) => {
  function NightjarMotionIn(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved, { cameras: CAMERAS_DEFAULT });
    const cameras = new ListenedCameras(red, this, properties);
    const lane = new OrderedLane(LIMITS);
    const messages = new ToldMessages(red, this);
    const member = new SiteMember(red, this, saved, {
      cameras: fixedCameras({ red, node: this, properties }, 'cameras'),
      onClose: (isRemoved) => {
        if (!isRemoved) leaveBehind(key, states.left);
      },
    });
    const key = `${this.id} ${member.place}`;
    const left = takeOver<LeftMotion>(key);
    // How things are at the start is told after a deployment as well.
    const told = properties['initial'] === true ? undefined : left;
    const states = new MotionStates((camera) => (member.hasSite ? recorderState(member.site.board, camera) : undefined), told);

    const hasTwoOutputs = Number(properties['outputs'] ?? 1) === 2;
    const say = (change: MotionChange | undefined): void => {
      member.show(lookOf(states.moving));
      if (change === undefined || !isWanted(change, properties)) return;
      const message = messageOf(change);
      messages.tell(message, hasTwoOutputs && !change.isOn ? 1 : 0);
    };
    const fail = (camera: string, error: unknown): void => this.error(errorText(error), { topic: `${camera}/motion`, camera });
    const look = (camera: string, isMeant: boolean, change: () => MotionChange | undefined): void => {
      if (!isMeant) states.forget(camera);
      say(isMeant ? change() : undefined);
    };
    const consider = (camera: string, change: () => MotionChange | undefined): void => {
      try {
        lane.run(
          () => cameras.isMeant(camera),
          (outcome) => {
            if (member.signal.aborted) return;
            if ('error' in outcome) fail(camera, outcome.error);
            else look(camera, outcome.value, change);
          },
        );
      } catch (error) {
        fail(camera, error);
      }
    };

    const camerasOf = (server: string): readonly string[] => states.cameras.filter((camera) => member.site.board.recorderOf(camera) === server);

    member.subscribe('camera/+/motion', ({ topic, payload, retained }) => {
      const camera = topic.split('/')[1] ?? '';
      const text = payload.toString('latin1', 0, 4);
      if (text === 'ON' || text === 'OFF') consider(camera, () => states.heard(camera, text === 'ON', retained));
      else if (text === '') consider(camera, () => states.removed(camera));
    });
    member.watchBoard((topic, text) => {
      const [kind, id = '', leaf] = topic.split('/');
      if (kind === 'camera' && leaf === 'info') consider(id, () => (text === undefined ? states.removed(id) : states.look(id)));
      // A recorder that died cannot say that motion is over.
      else if (kind === 'server' && leaf === 'state') for (const camera of camerasOf(id)) consider(camera, () => states.look(camera));
    });
  }
  red.nodes.registerType('nightjar-motion-in', NightjarMotionIn as never);
};

function lookOf([first, ...others]: readonly string[]): NodeStatus | undefined {
  if (first === undefined) return undefined;
  return { fill: 'blue', shape: 'dot', word: 'motion', values: { camera: others.length === 0 ? first : `${first} +${others.length}` } };
}

function isWanted({ isOn, isFirst, retained }: MotionChange, { emit = 'both', initial }: Readonly<Record<string, unknown>>): boolean {
  if ((emit === 'on' && !isOn) || (emit === 'off' && isOn)) return false;
  // How things are is no change; still may be what a recorder that comes says of all its cameras.
  return initial === true || !isFirst || (isOn && !retained);
}

function messageOf({ camera, isOn, retained, since, reason }: MotionChange): Record<string, unknown> {
  return {
    topic: `${camera}/motion`,
    payload: isOn,
    camera,
    retain: retained,
    ...(since === undefined ? {} : { since }),
    ...(reason === undefined ? {} : { reason }),
  };
}
