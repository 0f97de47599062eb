// nightjar-stream: an address under which a browser or player finds a camera’s live picture for some minutes.
import { changedMessage } from '../flow/changed-message.ts';
import { forEachMessage } from '../flow/message-work.ts';
import type { FlowMessage, NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { OrderedLane } from '../flow/ordered-lane.ts';
import { problemStatus } from '../flow/problem-status.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { SiteMember } from '../flow/site-member.ts';
import { SteadyStatus } from '../flow/steady-status.ts';
import { type StreamQuery, streamAddress } from '../flow/stream-address.ts';
import { TypedValues } from '../flow/typed-value.ts';

const AT_ONCE = 4;
const MOST_WAITING = 1000;
const LONGEST_SECONDS = 300;
const TYPED = {
  camera: { value: '', type: 'str' },
  seconds: { value: '300', type: 'num' },
  width: { value: '', type: 'num' },
  fps: { value: '', type: 'num' },
} as const;

/** Registers the type. */
export const nightjarStream: NodeFile = (red) => {
  function NightjarStream(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved, TYPED);
    const protocol = String(properties['protocol'] ?? 'mjpeg');
    const member = new SiteMember(red, this, saved, { lives: 'api' });
    const { signal } = member;
    const lane = new OrderedLane({ atOnce: AT_ONCE, most: MOST_WAITING, signal });
    const status = new SteadyStatus(member);

    const work = async (message: FlowMessage): Promise<{ readonly camera: string; readonly payload: string; readonly expires: string }> => {
      const values = new TypedValues(red, this, properties, message);
      const { site } = member;
      const camera = await values.camera();
      const seconds = Math.ceil((await values.number('seconds', [1, LONGEST_SECONDS])) ?? LONGEST_SECONDS);
      const width = await values.number('width', protocol === 'mp4' || protocol === 'websocket' ? [16, 1920] : [16, 8192]);
      const fps = protocol === 'mjpeg' ? await values.number('fps', [0.1, 30]) : undefined;
      const query: StreamQuery = { ...(width === undefined ? {} : { width: Math.round(width) }), ...(fps === undefined ? {} : { fps }) };
      const { url, expires } = await streamAddress(await site.findApi(camera, signal), { camera, protocol, seconds, query, signal });
      return { camera, payload: url, expires };
    };
    forEachMessage(this, {
      lane,
      begin: (message) => () => work(message),
      begun: () => status.show({ fill: 'blue', shape: 'ring', word: 'waiting', values: { count: lane.size } }),
      finish: (message, { camera, payload, expires }, send) => {
        status.show({ fill: 'green', shape: 'dot', word: 'camera', values: { camera } });
        send(changedMessage(message, { payload, expires, camera, topic: `${camera}/stream` }));
      },
      failed: (error) => status.show(problemStatus(error)),
    });
  }
  red.nodes.registerType('nightjar-stream', NightjarStream as never);
};
