// Tells a recorder over MQTT to do something, and waits for what came of it.
import type { BrokerLink } from './broker-link.ts';
import { ConnectionLost } from './broker-problem.ts';
import type { BoardCamera, BoardServer, SiteBoard } from './site-board.ts';
import type { SiteMessage } from './subscription-book.ts';

/** What a recorder answered. */
export interface CommandAnswer {
  readonly ok: boolean;
  readonly error?: string;
  readonly code?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A recorder did not do what it was told; the message says why. */
export class CommandProblem extends Error {
  /** Of the recorder’s catalogue of errors, or `NO_ANSWER`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'CommandProblem';
    this.code = code;
  }
}

/** How long a command is waited for. */
export interface CommandOptions {
  /** Default 10 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What commands need of their site. */
export interface CommandContext {
  readonly base: string;
  /** Ends with `/result`, so that a recorder may answer there. */
  readonly answerTopic: string;
  readonly link: BrokerLink;
  readonly board: SiteBoard;
  /** Filters that the broker lets nobody here listen to. */
  readonly refused: ReadonlySet<string>;
  /** Waits for something to stand on the board. @throws Error that says why there is no connection. */
  known<T>(look: () => T | undefined, signal?: AbortSignal): Promise<T | undefined>;
  /** Listens to a topic for as long as the site is there. */
  listen(filter: string, listener: (message: SiteMessage) => void): void;
}

interface Waiting {
  readonly topic: string;
  answer(answer: CommandAnswer): void;
}

const TIMEOUT_MS = 10_000;
/** A press must not act after an outage. MQTT 5 only. */
const EXPIRY_SECONDS = 30;
/** Recorders take no longer ones, and brokers may end the connection over them. */
const LONGEST_COMMAND_BYTES = 4096;
const LONGEST_ANSWER_BYTES = 1_048_576;
const LONGEST_SENTENCE = 1000;
const LONGEST_CODE = 60;
/** Cameras that a sentence lists. */
const MOST_NAMED = 20;

/** How long an answer is waited for, of how long there was, and what ends the waiting. */
interface Limit {
  readonly wholeMs: number;
  readonly leftMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Commands of one site. */
export class SiteCommands {
  readonly #context: CommandContext;
  readonly #waiting = new Map<string, Waiting>();
  readonly #heard = new Set<string>();
  #count = 0;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** Whether nothing can be sent, because the answer could not be heard. Over 3.1.1 a setting is confirmed by its state as well. */
  get isDeaf(): boolean {
    const { link, answerTopic, refused } = this.#context;
    return link.speaksMqtt5 && refused.has(answerTopic);
  }

  /**
   * `camera/<id>/cmd/<verb>` with these fields.
   * @returns What the recorder says about it.
   * @throws CommandProblem where it refuses or does not answer, Error where there is no connection.
   */
  async command(
    cameraId: string,
    verb: string,
    fields: Readonly<Record<string, unknown>>,
    options: CommandOptions = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const left = limitOf(options);
    await this.expectCamera(cameraId, options.signal);
    const topic = `${this.#context.base}/camera/${cameraId}/cmd/${verb}`;
    const id = this.#nextId();
    const answer = await this.#ask({ topic, payload: JSON.stringify({ ...fields, id }), id, limit: left() });
    return answer.data ?? {};
  }

  /**
   * `camera/<id>/<property>/set`.
   * @returns The state that the recorder confirms, as it stands on `…/state`.
   * @throws As `command`.
   */
  async set(cameraId: string, property: string, value: string, options: CommandOptions = {}): Promise<string> {
    const left = limitOf(options);
    await this.expectCamera(cameraId, options.signal);
    return this.#set(`camera/${cameraId}/${property}`, property, value, left());
  }

  /** Arms or disarms a recorder. @returns The state it confirms. @throws As `command`. */
  async setServer(serverId: string, property: string, value: string, options: CommandOptions = {}): Promise<string> {
    const { board } = this.#context;
    const left = limitOf(options);
    const look = (): BoardServer | undefined => (board.isConfirmed(`server/${serverId}/state`) ? board.server(serverId) : undefined);
    const server = (await this.#context.known(look, options.signal)) ?? board.server(serverId);
    if (server === undefined) throw new CommandProblem('UNKNOWN', `there is no recorder ${JSON.stringify(serverId)} at this broker`);
    if (!server.isOnline) throw new CommandProblem('OFFLINE', `the recorder ${server.name} is offline`);
    return this.#set(`server/${serverId}/${property}`, property, value, left());
  }

  /** @throws CommandProblem where there is no such camera, or its recorder is not there; Error where there is no connection. */
  async expectCamera(id: string, signal?: AbortSignal): Promise<void> {
    const { base, board, refused } = this.#context;
    // The broker may tell of a camera before it tells whether its recorder is there; and what it told on the connection before may not be so any more.
    const look = (): BoardCamera | undefined => {
      const camera = board.camera(id);
      return camera !== undefined && board.isConfirmed(`server/${camera.server}/state`) ? camera : undefined;
    };
    const camera = (await this.#context.known(look, signal)) ?? board.camera(id);
    if (camera === undefined) {
      const known = board.ids('camera');
      const hidden = `${base}/camera/+/info`;
      const nobody = refused.has(hidden) ? refusedText(hidden) : nobodyText(base);
      throw new CommandProblem('CAMERA_NOT_FOUND', noCameraText(id, known, nobody));
    }
    if (board.server(camera.server)?.isOnline === false) throw new CommandProblem('OFFLINE', `the recorder of camera ${id} is offline`);
  }

  /**
   * Listens for answers, before there is anything to ask: a broker that still has the subscription from before a deployment would otherwise be told to
   * end it and to begin it in one breath, and may do so in the other order.
   */
  listen(): void {
    this.#hear(this.#context.answerTopic);
  }

  /** The connection ended: no answer comes any more. */
  lost(): void {
    const { code, message } = new ConnectionLost();
    for (const { answer } of [...this.#waiting.values()]) answer({ ok: false, code, error: message });
  }

  /** Nobody waits any more. */
  stop(): void {
    for (const { answer } of [...this.#waiting.values()]) answer({ ok: false, code: 'STOPPED', error: 'the site was closed before the recorder answered' });
    this.#waiting.clear();
    this.#heard.clear();
  }

  async #set(thing: string, property: string, value: string, limit: Limit): Promise<string> {
    const { base, board, link } = this.#context;
    const id = this.#nextId();
    const topic = `${base}/${thing}/set`;
    const asked = this.#ask({ topic, payload: value, id, limit });
    if (link.speaksMqtt5) {
      const { data } = await asked;
      return String(data?.[property] ?? value);
    }
    // Over 3.1.1 a setting is confirmed by its state alone.
    const end = board.onChange((changed, text) => {
      if (changed === `${thing}/state` && text !== undefined && isSame(text, value)) this.#waiting.get(id)?.answer({ ok: true });
    });
    try {
      await asked;
      return board.text(`${thing}/state`) ?? value;
    } finally {
      end();
    }
  }

  #ask(question: { readonly topic: string; readonly payload: string; readonly id: string; readonly limit: Limit }): Promise<CommandAnswer> {
    const { topic, payload, id, limit } = question;
    const { wholeMs, leftMs, signal } = limit;
    const { link, answerTopic, refused } = this.#context;
    const heard = link.speaksMqtt5 ? answerTopic : `${topic}/result`;
    if (Buffer.byteLength(payload) > LONGEST_COMMAND_BYTES)
      return Promise.reject(new CommandProblem('TOO_LARGE', 'the texts of a command may have 4000 bytes together; send shorter ones'));
    if (this.isDeaf) return Promise.reject(new CommandProblem('NO_ANSWER', `${refusedText(heard)}, so it was not sent`));
    this.#hear(heard);
    return new Promise<CommandAnswer>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(id);
      };
      const fail = (error: unknown): void => {
        end();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const onAbort = (): void => fail(signal?.reason);
      const unanswered = (): string => {
        const why = refused.has(heard) ? refusedText(heard) : 'is it running, and may this user read what it answers?';
        return `the recorder did not answer within ${Math.round(wholeMs / 100) / 10} s; ${why}`;
      };
      const timer = setTimeout(() => fail(new CommandProblem('NO_ANSWER', unanswered())), leftMs);
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(id, {
        topic: `${topic}/result`,
        answer: (answer) => {
          end();
          if (answer.ok) resolve(answer);
          else reject(new CommandProblem(answer.code ?? 'FAILED', answer.error ?? 'the recorder refused, and did not say why'));
        },
      });
      const wish = { expirySeconds: EXPIRY_SECONDS, ...(link.speaksMqtt5 ? { responseTopic: answerTopic, correlation: id } : {}) };
      link.publish(topic, payload, wish).catch(fail);
    });
  }

  #hear(topic: string): void {
    if (this.#heard.has(topic)) return;
    this.#heard.add(topic);
    this.#context.listen(topic, (message) => this.#answered(message));
  }

  #answered({ topic, payload, correlation }: SiteMessage): void {
    const answer = answerIn(payload);
    if (answer === undefined) return;
    const id = correlation ?? answer.id;
    // What could not be set over 3.1.1 is answered without saying whose it was.
    const waiting = id === undefined ? [...this.#waiting.values()].find((each) => each.topic === topic) : this.#waiting.get(id);
    waiting?.answer(answer);
  }

  #nextId(): string {
    this.#count += 1;
    return `${this.#count}-${Math.random().toString(36).slice(2, 10)}`;
  }
}

/** What is left of a limit that begins now. @throws CommandProblem once nothing is. */
function limitOf({ timeoutMs: wholeMs = TIMEOUT_MS, signal }: CommandOptions): () => Limit {
  const endMs = performance.now() + wholeMs;
  return () => {
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) throw new CommandProblem('NO_ANSWER', `it was not known within ${wholeMs / 1000} s whether the recorder is there, so it was not sent`);
    return { wholeMs, leftMs, signal };
  };
}

/** Anybody may publish there who may publish at all. */
function answerIn(payload: Buffer): (CommandAnswer & { readonly id?: string }) | undefined {
  if (payload.byteLength > LONGEST_ANSWER_BYTES) return undefined;
  let answer: unknown;
  try {
    answer = JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { ok, error, code, data, id } = answer as Readonly<Record<string, unknown>>;
  return {
    ok: ok === true,
    ...(typeof error === 'string' ? { error: error.slice(0, LONGEST_SENTENCE) } : {}),
    ...(typeof code === 'string' ? { code: code.slice(0, LONGEST_CODE) } : {}),
    ...(typeof data === 'object' && data !== null ? { data: data as Readonly<Record<string, unknown>> } : {}),
    ...(typeof id === 'string' ? { id } : {}),
  };
}

/** Why no recorder is known. Some brokers grant what they never send. */
export const nobodyText = (base: string): string => `no recorder is on this broker under the base topic ${base}, or this user may not read there`;

/** That a camera is not there, with those that are. @param nobody - Why there may be none at all. */
export function noCameraText(id: string, known: readonly string[], nobody: string): string {
  const others = known.length === 0 ? nobody : `there are ${known.slice(0, MOST_NAMED).join(', ')}`;
  return `there is no camera ${JSON.stringify(id)}; ${others}`;
}

/** Why nothing comes of a filter. */
export const refusedText = (filter: string): string => `the broker does not let this user listen to ${filter}`;

const isSame = (state: string, wanted: string): boolean =>
  state.toLowerCase() === wanted.trim().toLowerCase() || (wanted.trim() !== '' && Number(state) === Number(wanted));
