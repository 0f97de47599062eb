// The recorder's alerts: each on a topic of its own, all of them at once, and whether there are any.
import type { Alert } from '@nightjar/client';
import { onOff } from './payloads.ts';
import type { StateBoard } from './state-board.ts';
import { topicFor } from './topics.ts';

/** More would make a message that nobody reads. */
const MOST_LISTED = 20;

/** Publishes alerts. */
export class AlertTopics {
  readonly #board: StateBoard;
  readonly #base: string;
  readonly #serverId: string;
  readonly #alerts = new Map<string, Alert>();

  constructor(board: StateBoard, base: string, serverId: string) {
    this.#board = board;
    this.#base = base;
    this.#serverId = serverId;
  }

  /** All there are. */
  publish(alerts: readonly Alert[]): void {
    const gone = new Set(this.#alerts.keys());
    this.#alerts.clear();
    for (const alert of alerts) {
      const name = nameOf(alert);
      gone.delete(name);
      this.#alerts.set(name, alert);
      this.#board.say('serverAlert', this.#serverId, JSON.stringify(alertPayload(alert)), name);
    }
    for (const name of gone) this.#board.empty(this.#topic(name));
    this.#sum();
  }

  raised(alert: Alert): void {
    const name = nameOf(alert);
    this.#alerts.set(name, alert);
    this.#board.say('serverAlert', this.#serverId, JSON.stringify(alertPayload(alert)), name);
    this.#sum();
  }

  cleared(alert: Alert): void {
    const name = nameOf(alert);
    if (!this.#alerts.delete(name)) return;
    this.#board.empty(this.#topic(name));
    this.#sum();
  }

  /** An alert the broker kept: one that is over, perhaps since the run before, is emptied. */
  seen(topic: string, payload: Uint8Array): void {
    const before = this.#topic('');
    if (payload.byteLength > 0 && topic.startsWith(before) && !this.#alerts.has(topic.slice(before.length))) this.#board.empty(topic);
  }

  #sum(): void {
    const alerts = [...this.#alerts.values()];
    this.#board.say('serverProblem', this.#serverId, onOff(alerts.length > 0));
    const listed = alerts.slice(0, MOST_LISTED).map(alertPayload);
    const more = alerts.length - listed.length;
    this.#board.say('serverProblemAttributes', this.#serverId, JSON.stringify({ alerts: listed, ...(more === 0 ? {} : { more }) }));
  }

  #topic(name: string): string {
    return topicFor(this.#base, 'serverAlert', this.#serverId, name);
  }
}

const alertPayload = ({ id, level, text, since, cameraId }: Alert) => ({ id, level, text, since, ...(cameraId === undefined ? {} : { camera: cameraId }) });

/** What a topic may hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: brokers close the connection on control characters
const nameOf = ({ id }: Alert): string => id.replace(/[\u0000-\u001f/+#]/g, '_');
