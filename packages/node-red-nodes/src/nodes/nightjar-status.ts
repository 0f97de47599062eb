// nightjar-status: tells when cameras and recorders come and go, and how they are doing.
import { CAMERAS_DEFAULT, fixedCameras, ListenedCameras } from '../flow/camera-choice.ts';
import { leaveBehind, takeOver } from '../flow/kept-over-deploy.ts';
import { RECORDER_OFFLINE } from '../flow/motion-states.ts';
import type { FlowMessage, NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { OrderedLane } from '../flow/ordered-lane.ts';
import { type LeftPresence, type Presence, PresenceBook, type PresenceChange } from '../flow/presence-book.ts';
import { recorderState } from '../flow/recorder-state.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { SiteMember } from '../flow/site-member.ts';
import { ToldMessages } from '../flow/told-messages.ts';
import { TypedValues } from '../flow/typed-value.ts';
import { errorText } from '../site/error-text.ts';
import { objectIn } from '../site/object-in.ts';
import { aboutWhom, SERVER_FILTERS, type SiteBoard } from '../site/site-board.ts';
import type { SiteMessage } from '../site/subscription-book.ts';

const LIMITS = { atOnce: 8, most: 5000 } as const;
const LONGEST_DELAY_S = 86_400;
const LONGEST_STATS_BYTES = 65_536;
const MOST_STATS = 1024;
const NEEDS = { camera: ['camera/+/info', 'camera/+/availability', 'server/+/state'], server: SERVER_FILTERS } as const;

/** Registers the type. */
export const nightjarStatus: NodeFile = (red) => {
  function NightjarStatus(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved, { cameras: CAMERAS_DEFAULT, offlineDelay: { value: '0', type: 'num' } });
    const cameras = new ListenedCameras(red, this, properties);
    const values = new TypedValues(red, this, properties, {} as FlowMessage);
    const lane = new OrderedLane(LIMITS);
    const told = new ToldMessages(red, this);
    const saysInitial = properties['initial'] !== false;
    const kinds = kindsOf(properties['what']);
    const statsTold = new Map<string, string>();
    const member = new SiteMember(red, this, saved, {
      needs: kinds.flatMap((kind) => NEEDS[kind]),
      cameras: kinds.includes('camera') ? fixedCameras({ red, node: this, properties }, 'cameras') : [],
      onClose: (isRemoved) => {
        book.stop();
        if (!isRemoved) leaveBehind(key, book.left);
      },
    });
    const key = `${this.id} ${member.place}`;
    const left = takeOver<LeftPresence>(key);
    const tell = async (change: PresenceChange): Promise<void> => {
      if (change.isFirst && !saysInitial) return;
      await member.site.running();
      if (!member.signal.aborted) told.tell(messageOf(change));
    };
    const book = new PresenceBook((change) => void tell(change), saysInitial ? undefined : left);

    const inOrder = <T>(about: string, work: () => Promise<T>, finish: (value: T) => void): void => {
      const fail = (error: unknown): void => this.error(errorText(error), { topic: about });
      try {
        lane.run(work, (outcome) => {
          if (member.signal.aborted) return;
          if ('error' in outcome) fail(outcome.error);
          else finish(outcome.value);
        });
      } catch (error) {
        fail(error);
      }
    };
    const isMeant = async (about: string): Promise<boolean> => {
      const [kind = '', id = ''] = about.split('/');
      return kinds.some((each) => each === kind) && (kind !== 'camera' || (await cameras.isMeant(id)));
    };
    const look = (about: string): void =>
      inOrder(
        about,
        async () => ({ meant: await isMeant(about), delayMs: ((await values.number('offlineDelay', [0, LONGEST_DELAY_S])) ?? 0) * 1000 }),
        ({ meant, delayMs }) => {
          const { board } = member.site;
          const presence = presenceOf(board, about);
          if (!meant) book.forget(about);
          else if (board.text(`${about}/info`) === undefined) book.removed(about);
          else if (presence !== undefined) book.heard(about, presence, delayMs, reasonOf(board, about, presence));
          showSoon();
        },
      );
    let isAboutToShow = false;
    // Once for all that are lost, or come, in one turn: each status is a message of Status nodes.
    const showSoon = (): void => {
      if (isAboutToShow) return;
      isAboutToShow = true;
      setImmediate(() => {
        isAboutToShow = false;
        show();
      });
    };
    const show = (): void => {
      const { presences } = book;
      const offline = presences.filter((each) => each === 'offline').length;
      const online = presences.filter((each) => each === 'online').length;
      if (presences.length === 0) member.show(undefined);
      else if (offline > 0) member.show({ fill: 'yellow', shape: 'dot', word: 'offline', values: { count: offline } });
      else member.show({ fill: 'green', shape: 'dot', word: 'online', values: { count: online } });
    };
    const takeStats = ({ topic, payload, retained }: SiteMessage): void => {
      const about = topic.split('/').slice(0, 2).join('/');
      const stats = objectIn(payload, LONGEST_STATS_BYTES);
      const text = payload.toString('utf8', 0, LONGEST_STATS_BYTES);
      // What is kept comes again after each connection.
      if (stats === undefined || (retained && (!saysInitial || statsTold.get(about) === text))) return;
      if (statsTold.size >= MOST_STATS) statsTold.clear();
      statsTold.set(about, text);
      inOrder(
        about,
        () => isMeant(about),
        (meant) => {
          if (meant) told.tell({ ...addressOf(about, 'stats'), payload: stats });
        },
      );
    };

    if (!member.hasSite) return;
    const lookAtCameras = (isTheirs: (id: string) => boolean): void => {
      for (const id of member.site.board.ids('camera')) if (isTheirs(id)) look(`camera/${id}`);
    };
    member.watchBoard((topic) => {
      const about = aboutWhom(topic);
      if (about === undefined) return;
      look(about);
      if (about.startsWith('server/')) lookAtCameras((id) => about === `server/${member.site.board.recorderOf(id)}`);
    });
    if (properties['stats'] === true) for (const kind of kinds) member.subscribe(`${kind}/+/stats`, takeStats);
    for (const id of member.site.board.ids('server')) look(`server/${id}`);
    lookAtCameras(() => true);
  }
  red.nodes.registerType('nightjar-status', NightjarStatus as never);
};

const kindsOf = (what: unknown): readonly (keyof typeof NEEDS)[] => (what === 'servers' ? ['server'] : what === 'both' ? ['camera', 'server'] : ['camera']);

/** Absent while not everything that tells is known. */
function presenceOf(board: SiteBoard, about: string): Presence | undefined {
  const [kind, id = ''] = about.split('/');
  if (kind === 'server') return board.text(`${about}/state`) === undefined ? undefined : board.server(id)?.isOnline ? 'online' : 'offline';
  const camera = board.camera(id);
  const isKnown = board.text(`${about}/availability`) !== undefined && board.text(`server/${camera?.server}/state`) !== undefined;
  return isKnown ? camera?.availability : undefined;
}

/** A camera whose recorder is lost may be well itself. */
function reasonOf(board: SiteBoard, about: string, presence: Presence): string | undefined {
  const [kind, id = ''] = about.split('/');
  return kind === 'camera' && presence === 'offline' && recorderState(board, id) === 'offline' ? RECORDER_OFFLINE : undefined;
}

function addressOf(about: string, leaf: string): Record<string, unknown> {
  const [kind = '', id = ''] = about.split('/');
  return { topic: `${id}/${leaf}`, [kind]: id };
}

function messageOf({ key, presence, since, reason }: PresenceChange): Record<string, unknown> {
  const address = addressOf(key, key.startsWith('camera/') ? 'availability' : 'state');
  return { ...address, payload: presence, ...(since === undefined ? {} : { since }), ...(reason === undefined ? {} : { reason }) };
}
