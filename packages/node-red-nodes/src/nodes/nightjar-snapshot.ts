// nightjar-snapshot: a picture of a camera as it is now, or of an event, for each message.
import { changedMessage } from '../flow/changed-message.ts';
import { eventChoice } from '../flow/event-choice.ts';
import { forEachMessage } from '../flow/message-work.ts';
import type { FlowMessage, NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { OrderedLane } from '../flow/ordered-lane.ts';
import { type CameraPicture, PictureSource } from '../flow/picture-source.ts';
import { problemStatus } from '../flow/problem-status.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { type NodeStatus, SiteMember } from '../flow/site-member.ts';
import { SteadyStatus } from '../flow/steady-status.ts';
import { TypedValues } from '../flow/typed-value.ts';
import { filePlace, writeFileBeside } from '../flow/write-file-beside.ts';

/** Messages that wait or are worked on. Those that wait for the same picture share a request, so that a thousand are few requests. */
const MOST_WAITING = 1000;
const TYPED = {
  camera: { value: '', type: 'str' },
  event: { value: 'event', type: 'msg' },
  width: { value: '', type: 'num' },
  filename: { value: '', type: 'str' },
} as const;

interface Found {
  readonly camera: string;
  readonly picture: CameraPicture;
  /** Of an event’s picture. */
  readonly event?: number;
}

/** Registers the type. */
export const nightjarSnapshot: NodeFile = (red) => {
  function NightjarSnapshot(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved, TYPED);
    const isOfEvent = properties['source'] === 'event';
    const output = String(properties['output'] ?? 'buffer');
    const member = new SiteMember(red, this, saved, { lives: 'api' });
    const { signal } = member;
    const lane = new OrderedLane({ atOnce: MOST_WAITING, most: MOST_WAITING, signal });
    let writing: Promise<unknown> = Promise.resolve();
    const source = new PictureSource(signal);
    const status = new SteadyStatus(member);
    const below = String((red.settings as { readonly fileWorkingDirectory?: unknown }).fileWorkingDirectory || process.cwd());

    const live = async (values: TypedValues, width: number | undefined): Promise<Found> => {
      const camera = await values.camera();
      return { camera, picture: await source.live(await member.site.findApi(camera, signal), camera, width) };
    };
    const ofEvent = async (values: TypedValues, width: number | undefined, message: FlowMessage): Promise<Found> => {
      const chosen = eventChoice(await values.value('event'));
      const camera = chosen?.camera ?? (await cameraBeside(values, chosen !== undefined, message['camera']));
      const api = await member.site.findApi(camera, signal);
      if (camera === undefined && member.site.apis().length > 1)
        throw new Error('the site has several recorders: choose the camera of the event in the node, or send its id as msg.camera');
      const id = chosen?.id ?? (await source.newestEvent(api, camera ?? '')).id;
      const picture = await source.event(api, id, width);
      return { camera: camera ?? (await source.eventOf(api, id)).cameraId, event: id, picture };
    };
    const work = async (message: FlowMessage): Promise<Found & { readonly payload: unknown; readonly filename: string }> => {
      const values = new TypedValues(red, this, properties, message);
      const width = await values.number('width', [16, 8192]);
      const pixels = width === undefined ? undefined : Math.round(width);
      const found = await (isOfEvent ? ofEvent(values, pixels, message) : live(values, pixels));
      const name = `${found.camera}-${found.picture.ts.replaceAll(':', '-')}.jpg`;
      if (output !== 'file') return { ...found, payload: payloadOf(found.picture, output), filename: name };
      const filename = await filePlace(await values.text('filename'), name, below);
      // One after the other, so that of two pictures for one place the later one stays.
      const turn = writing.then(() => writeFileBeside(filename, found.picture.bytes, signal));
      writing = turn.catch(() => undefined);
      await turn;
      return { ...found, payload: filename, filename };
    };
    const show = ({ camera, picture: { stale } }: Found): void => {
      if (lane.size > 0) status.show(waiting(lane.size));
      else if (stale) status.show({ fill: 'yellow', shape: 'ring', word: 'offlinePicture', values: { camera } });
      else status.show({ fill: 'green', shape: 'dot', word: 'camera', values: { camera } });
    };
    forEachMessage(this, {
      lane,
      begin: (message) => () => work(message),
      begun: () => status.show(waiting(lane.size)),
      finish: (message, found, send) => {
        const { camera, event, picture, payload, filename } = found;
        const { ts, stale } = picture;
        const facts = { payload, contentType: 'image/jpeg', filename, camera, ts, stale, topic: `${camera}/snapshot` };
        show(found);
        send(changedMessage(message, event === undefined ? facts : { ...facts, event }));
      },
      failed: (error) => status.show(problemStatus(error)),
    });
  }
  red.nodes.registerType('nightjar-snapshot', NightjarSnapshot as never);
};

const waiting = (count: number): NodeStatus => ({ fill: 'blue', shape: 'ring', word: 'waiting', values: { count } });

/** Camera of the node, else of the message; needed where no event is named. */
async function cameraBeside(values: TypedValues, hasEvent: boolean, ofMessage: unknown): Promise<string | undefined> {
  if ((await values.text('camera')) !== undefined) return values.camera();
  if (hasEvent) return typeof ofMessage === 'string' && ofMessage !== '' ? ofMessage : undefined;
  throw new Error(`no event: ${values.whereFrom('event')}; and no camera whose newest one it could be: ${values.whereFrom('camera')}`);
}

/** The picture as a message has it. Buffers and texts are shared by messages that asked for the same picture. */
function payloadOf(picture: CameraPicture, output: string): Buffer | string {
  if (output === 'base64') return picture.base64;
  return output === 'dataUrl' ? `data:image/jpeg;base64,${picture.base64}` : picture.bytes;
}
