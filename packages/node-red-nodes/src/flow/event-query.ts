// Asks recorders for their events, page by page, and puts the answers of several together.
import { errorText } from '../site/error-text.ts';
import { absoluteUrl, type RecorderHttp, type RecorderQuestion } from '../site/recorder-http.ts';

/** An event as the API has it. Further keys are handed on. */
export interface ApiEvent extends Readonly<Record<string, unknown>> {
  readonly id: number;
  readonly cameraId: string;
  readonly start: string;
  readonly video?: Readonly<Record<string, unknown>>;
  readonly urls?: Readonly<Record<string, unknown>>;
}

/** A recorder that is asked. */
export interface AskedRecorder {
  readonly name: string;
  /** As the broker has it. */
  readonly isOnline: boolean;
  readonly http: RecorderHttp;
}

/** A recorder whose events are missing. */
export interface MissingRecorder {
  readonly recorder: string;
  readonly error: string;
}

/** What was found. */
export interface EventAnswer {
  /** Newest first. */
  readonly events: readonly ApiEvent[];
  /** Whether there are older ones than the limit let through. */
  readonly hasMore: boolean;
  readonly missing: readonly MissingRecorder[];
}

/** What to ask for. */
export interface EventQuery {
  readonly query: NonNullable<RecorderQuestion['query']>;
  /** The most events, of all recorders together. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Pages of more take the recorder long. */
const PAGE = 500;
/** Pages without an event are rare, and never so many in a row. */
const MOST_EMPTY = 100;

/**
 * The newest events of all of these recorders. Of several, those that do not answer are named; one that is offline is asked only if all of them are.
 * @throws RecorderProblem where none answers.
 */
export async function queryEvents(recorders: readonly AskedRecorder[], query: EventQuery): Promise<EventAnswer> {
  const isAnyOnline = recorders.some(({ isOnline }) => isOnline);
  const asked = recorders.filter(({ isOnline }) => isOnline || !isAnyOnline);
  const missing: MissingRecorder[] = recorders.filter((each) => !asked.includes(each)).map(({ name }) => ({ recorder: name, error: `${name} is offline` }));
  const found: ApiEvent[] = [];
  let isCut = false;
  const outcomes = await Promise.allSettled(asked.map(({ http }) => eventsOf(http, query)));
  query.signal.throwIfAborted();
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') {
      found.push(...outcome.value.events);
      isCut ||= outcome.value.isCut;
    } else missing.push({ recorder: asked[index]?.name ?? '', error: errorText(outcome.reason) });
  }
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined && outcomes.every(({ status }) => status === 'rejected')) throw failure.reason;
  return { events: found.sort(isNewer).slice(0, query.limit), hasMore: isCut || found.length > query.limit, missing };
}

async function eventsOf(http: RecorderHttp, { query, limit, signal }: EventQuery): Promise<{ readonly events: readonly ApiEvent[]; readonly isCut: boolean }> {
  const events: ApiEvent[] = [];
  let isCut = false;
  let cursor: string | undefined;
  let empty = 0;
  do {
    const size = Math.min(PAGE, limit - events.length);
    const page = pageIn(http, await http.json<unknown>({ path: '/events', query: { ...query, limit: size, cursor }, signal }));
    for (const event of page.events.slice(0, size)) events.push(withAddresses(event, http));
    isCut = page.events.length > size;
    empty = page.events.length === 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY) throw http.noRecorder('sends pages without events and without end');
    // A page may be empty and have a next one; the same one again never ends.
    cursor = page.nextCursor === cursor ? undefined : page.nextCursor;
  } while (cursor !== undefined && events.length < limit);
  return { events, isCut: isCut || cursor !== undefined };
}

interface Page {
  readonly events: readonly ApiEvent[];
  readonly nextCursor: string | undefined;
}

/** @throws RecorderProblem where it is none. */
function pageIn(http: RecorderHttp, value: unknown): Page {
  const { events, nextCursor } = isObject(value) ? value : {};
  if (!Array.isArray(events) || !events.every(isEvent)) throw http.noRecorder('sent no list of events');
  return { events, nextCursor: typeof nextCursor === 'string' ? nextCursor : undefined };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const isEvent = (value: unknown): value is ApiEvent =>
  isObject(value) && typeof value['id'] === 'number' && typeof value['cameraId'] === 'string' && typeof value['start'] === 'string';

function withAddresses(event: ApiEvent, http: RecorderHttp): ApiEvent {
  const whole = (value: unknown): unknown => (typeof value === 'string' ? absoluteUrl(http, value) : value);
  const { video, urls } = event as Readonly<Record<string, unknown>>;
  return {
    ...event,
    ...(isObject(video) ? { video: { ...video, url: whole(video['url']) } } : {}),
    ...(isObject(urls) ? { urls: Object.fromEntries(Object.entries(urls).map(([key, url]) => [key, whole(url)])) } : {}),
  };
}

const isNewer = (a: ApiEvent, b: ApiEvent): number => (a.start === b.start ? b.id - a.id : a.start < b.start ? 1 : -1);
