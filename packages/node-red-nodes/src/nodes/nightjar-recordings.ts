// nightjar-recordings: what was recorded in a span of time, as one list or as one message each.
import { changedMessage } from '../flow/changed-message.ts';
import { type ApiEvent, type AskedRecorder, type EventAnswer, queryEvents } from '../flow/event-query.ts';
import { forEachMessage } from '../flow/message-work.ts';
import { spanOf } from '../flow/moment.ts';
import type { FlowMessage, NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { OrderedLane } from '../flow/ordered-lane.ts';
import { problemStatus } from '../flow/problem-status.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { SiteMember } from '../flow/site-member.ts';
import { TypedValues } from '../flow/typed-value.ts';
import { RecorderProblem, type RecorderQuestion } from '../site/recorder-http.ts';
import { nobodyText, noCameraText } from '../site/site-commands.ts';

const TYPED = {
  camera: { value: '', type: 'str' },
  from: { value: '-1h', type: 'str' },
  to: { value: '', type: 'str' },
  zone: { value: '', type: 'str' },
  minScore: { value: '', type: 'num' },
  limit: { value: '100', type: 'num' },
};
const KINDS = ['motion', 'continuous', 'trigger', 'analysis-down'];
const LIMITS = { atOnce: 4, most: 100 };
const MOST_EVENTS = 10_000;
const USUAL_EVENTS = 100;
const HIGHEST_SCORE = 100;

interface Found extends EventAnswer {
  readonly camera?: string;
}

/** Registers the type. */
export const nightjarRecordings: NodeFile = (red) => {
  function NightjarRecordings(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved, TYPED);
    const member = new SiteMember(red, this, saved, { lives: 'api' });
    const lane = new OrderedLane({ ...LIMITS, signal: member.signal });
    const isSplit = properties['outputMode'] === 'split';

    const queryOf = async (values: TypedValues, now: Date): Promise<NonNullable<RecorderQuestion['query']>> => ({
      ...spanOf({ from: await values.value('from'), to: await values.value('to') }, now),
      cause: kindOf(properties['kind']),
      zone: await values.text('zone'),
      minScore: await values.number('minScore', [0, HIGHEST_SCORE]),
      protected: properties['protectedOnly'] === true ? true : undefined,
    });
    const find = async (message: FlowMessage, now: Date): Promise<Found> => {
      const { site, signal } = member;
      const values = new TypedValues(red, this, properties, message);
      const camera = (await values.text('camera')) === undefined ? undefined : await values.camera();
      const limit = Math.floor((await values.number('limit', [1, MOST_EVENTS])) ?? USUAL_EVENTS);
      const query = { camera, ...(await queryOf(values, now)) };
      const recorders = await site.recorders(camera, signal);
      const answer = await queryEvents(recorders, { query, limit, signal });
      if (camera === undefined) return answer;
      if (answer.events.length === 0 && answer.missing.length === 0) await expectKnown(recorders, camera);
      return { ...answer, camera };
    };
    // One that was removed may have recordings, of another time than was asked for.
    const expectKnown = async (recorders: readonly AskedRecorder[], camera: string): Promise<void> => {
      const known = member.site.board.ids('camera');
      if (known.length === 0 || known.includes(camera)) return;
      const { events } = await queryEvents(recorders, { query: { camera }, limit: 1, signal: member.signal });
      if (events.length > 0) return;
      throw new RecorderProblem('CAMERA_NOT_FOUND', 404, noCameraText(camera, known, nobodyText(member.site.base)));
    };
    const fill = (message: FlowMessage, { events, hasMore, missing, camera }: Found): FlowMessage => {
      const topic = `${camera ?? 'site'}/recordings`;
      const about = camera === undefined ? {} : { camera };
      const filled = changedMessage(message, { topic, count: events.length, ...about, more: true, incomplete: missing });
      if (!hasMore) delete filled['more'];
      if (missing.length === 0) delete filled['incomplete'];
      else warnMissing(missing);
      return filled;
    };
    const warnMissing = (missing: Found['missing']): void => {
      this.warn(`recordings are missing: ${missing.map(({ error }) => error).join('; ')}`);
    };
    const sendEach = (message: FlowMessage, send: (out: FlowMessage) => void, events: readonly ApiEvent[]): void => {
      const id = red.util.generateId();
      const outer = message['parts'] === undefined ? {} : { parts: message['parts'] };
      for (const [index, event] of events.entries()) {
        const parts = { ...outer, id, type: 'array', len: 1, count: events.length, index };
        send(red.util.cloneMessage({ ...message, payload: event, event: event.id, camera: event.cameraId, parts }) as FlowMessage);
      }
    };
    const showFound = ({ events, missing }: Found): void => {
      const values = { count: events.length };
      if (missing.length > 0) member.show({ fill: 'yellow', shape: 'dot', word: 'incomplete', values });
      else member.show({ fill: 'green', shape: 'dot', word: 'found', values });
    };
    const showBusy = (): void => member.show({ fill: 'blue', shape: 'ring', word: 'asking' });
    const finish = (message: FlowMessage, found: Found, send: (out: FlowMessage) => void): void => {
      const filled = fill(message, found);
      if (isSplit) sendEach(filled, send, found.events);
      else send(changedMessage(filled, { payload: found.events }));
      if (lane.size === 0) showFound(found);
    };

    forEachMessage(this, {
      lane,
      begin: (message) => {
        const now = new Date();
        return () => {
          showBusy();
          return find(message, now);
        };
      },
      finish,
      failed: (error) => member.show(problemStatus(error)),
    });
  }
  red.nodes.registerType('nightjar-recordings', NightjarRecordings as never);
};

/** @throws Error where it is no kind of event. */
function kindOf(saved: unknown): string | undefined {
  const kind = String(saved ?? '');
  if (kind === '') return undefined;
  if (!KINDS.includes(kind)) throw new Error(`kind is one of ${KINDS.join(', ')} or empty for all; got ${JSON.stringify(kind)}`);
  return kind;
}
