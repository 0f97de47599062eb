// nightjar-event-in: a message for each event that fits, with its picture where that is wanted.
import { CAMERAS_DEFAULT, fixedCameras, ListenedCameras } from '../flow/camera-choice.ts';
import { EVENT_FILTER_DEFAULTS, type EventObject, eventIn, fitsSaved, fitsTyped } from '../flow/event-filter.ts';
import { EventPictures } from '../flow/event-pictures.ts';
import { leaveBehind, takeOver } from '../flow/kept-over-deploy.ts';
import type { FlowMessage, NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { OrderedLane } from '../flow/ordered-lane.ts';
import { SaidOnce } from '../flow/said-once.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { SiteMember } from '../flow/site-member.ts';
import { ToldMessages } from '../flow/told-messages.ts';
import { TypedValues } from '../flow/typed-value.ts';
import { errorText } from '../site/error-text.ts';
import { TimeLimit } from '../site/time-limit.ts';

interface Pending {
  readonly camera: string;
  readonly event: EventObject;
}

/** What a node that is deployed anew leaves: what it told, and what still waited for a picture. */
interface LeftEvents {
  readonly said: readonly string[];
  readonly pending: readonly Pending[];
}

interface Picture {
  readonly image?: Buffer;
  readonly imageError?: string;
}

const LIMITS = { atOnce: 4, most: 5000 } as const;
/** With so many under way no further one waits for a picture. */
const MOST_PICTURES = 24;
/** An event goes on within this, counted from when it came. */
const PICTURE_WITHIN_MS = 5000;
const DEFAULT_WIDTH = 640;

/** Registers the type. */
export const nightjarEventIn: NodeFile = (red) => {
  function NightjarEventIn(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved, { cameras: CAMERAS_DEFAULT, ...EVENT_FILTER_DEFAULTS });
    const cameras = new ListenedCameras(red, this, properties);
    const lane = new OrderedLane(LIMITS);
    const told = new ToldMessages(red, this);
    const pending = new Set<Pending>();
    const member = new SiteMember(red, this, saved, {
      cameras: fixedCameras({ red, node: this, properties }, 'cameras'),
      onClose: (isRemoved) => {
        if (!isRemoved) leaveBehind(key, { said: once.keys, pending: [...pending] } satisfies LeftEvents);
      },
    });
    const key = `${this.id} ${member.place}`;
    const left = takeOver<LeftEvents>(key);
    const once = new SaidOnce(left?.said);
    const width = widthOf(properties['imageWidth']);
    const pictures = new EventPictures({
      api: (camera, signal) => member.site.findApi(camera, signal),
      ...(width === undefined ? {} : { width }),
      warn: (text) => this.warn(text),
    });
    const wantsPicture = properties['image'] === 'snapshot';

    const fits = async ({ camera, event }: Pending): Promise<boolean> => {
      if (!(await cameras.isMeant(camera))) return false;
      return fitsTyped(event, new TypedValues(red, this, properties, { payload: event } as unknown as FlowMessage));
    };
    let fetching = 0;
    const pictureOf = async ({ camera, event }: Pending, cameMs: number): Promise<Picture> => {
      const { id } = event as EventObject & Readonly<Record<'id', unknown>>;
      if (typeof id !== 'number' && typeof id !== 'string') return { imageError: 'this is no event yet, so there is no picture of it' };
      const leftMs = Math.max(0, cameMs + PICTURE_WITHIN_MS - performance.now());
      const limit = new TimeLimit(leftMs, member.signal, () => new Error(`the picture did not come within ${PICTURE_WITHIN_MS / 1000} s`));
      fetching += 1;
      member.show({ fill: 'blue', shape: 'ring', word: 'pictures' });
      try {
        return { image: await pictures.of(camera, String(id), limit.signal) };
      } catch (error) {
        return { imageError: errorText(error) };
      } finally {
        limit.end();
        fetching -= 1;
        if (fetching === 0) member.show(undefined);
      }
    };
    const enter = (each: Pending): void => {
      const cameMs = performance.now();
      const hasRoom = lane.size < MOST_PICTURES;
      const work = async (): Promise<Record<string, unknown> | undefined> => {
        if (!(await fits(each))) return undefined;
        const tooMany = { imageError: `${MOST_PICTURES} events wait for their pictures already` };
        const picture = wantsPicture ? (hasRoom ? await pictureOf(each, cameMs) : tooMany) : {};
        await member.site.running();
        return messageOf(each, picture);
      };
      try {
        lane.run(work, (outcome) => {
          // Else the node that takes the place of this one tells it.
          if (member.signal.aborted) return;
          pending.delete(each);
          if ('error' in outcome) this.error(errorText(outcome.error), messageOf(each, {}));
          else if (outcome.value !== undefined) told.tell(outcome.value);
        });
        pending.add(each);
      } catch (error) {
        this.error(errorText(error), messageOf(each, {}));
      }
    };

    for (const each of left?.pending ?? []) if (member.hasSite) enter(each);
    if (wantsPicture) member.subscribe('camera/+/snapshot', (message) => pictures.take(message.topic.split('/')[1] ?? '', message));
    member.subscribe('camera/+/event', ({ topic, payload, retained }) => {
      const camera = topic.split('/')[1] ?? '';
      const event = retained ? undefined : eventIn(payload);
      if (event !== undefined && fitsSaved(event, properties) && once.isNew(camera, event)) enter({ camera, event });
    });
  }
  red.nodes.registerType('nightjar-event-in', NightjarEventIn as never);
};

function messageOf({ camera, event }: Pending, picture: Picture): Record<string, unknown> {
  const { id } = event as EventObject & Readonly<Record<'id', unknown>>;
  return { topic: `${camera}/event`, payload: event, ...(id === undefined ? {} : { event: id }), camera, ...picture };
}

/** Nothing saved: 640. Empty, or nothing the recorder takes: as large as it is. */
function widthOf(saved: unknown): number | undefined {
  if (saved === undefined) return DEFAULT_WIDTH;
  const width = saved === '' ? Number.NaN : Number(saved);
  return Number.isInteger(width) && width >= 16 && width <= 8192 ? width : undefined;
}
