// The channel over which Node-RED tells editors what goes on: debug messages, statuses and deployments.
import { once } from 'node:events';
import { type DebugMessage, debugValue } from './debug-value.ts';

/** A status as nodes show it. */
interface NodeStatus {
  readonly fill?: string;
  readonly shape?: string;
  readonly text?: string;
}

/** How the flows are, as Node-RED announces it after each deployment. */
interface RuntimeState {
  readonly error?: string;
  readonly types?: readonly string[];
}

/** Collects what an editor would show. Debug messages stay over restarts, statuses do not. */
export class EditorChannel {
  readonly #debug = new Map<string, unknown[]>();
  readonly #statuses = new Map<string, string[]>();
  readonly #revisions = new Set<string>();
  #problem: string | undefined;
  #socket: WebSocket | undefined;

  /** @param url - Of Node-RED. @throws Error where it cannot be reached. */
  async open(url: string): Promise<void> {
    this.#statuses.clear();
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/comms`);
    socket.addEventListener('message', ({ data }) => this.#take(String(data)));
    const failed = once(socket, 'error').then(() => {
      throw new Error(`the editor's channel of ${url} cannot be opened`);
    });
    await Promise.race([once(socket, 'open'), failed]);
    failed.catch(() => undefined);
    for (const topic of ['debug', 'status/#', 'notification/#']) socket.send(JSON.stringify({ subscribe: topic }));
    this.#socket = socket;
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** What a debug node got, oldest first. */
  debug(name: string): readonly unknown[] {
    return this.#debug.get(name) ?? [];
  }

  /** What a node showed, oldest first, as `green dot connected`. */
  statuses(id: string): readonly string[] {
    return this.#statuses.get(id) ?? [];
  }

  /** Before a deployment: what was so far is no longer so. Flows that are the same have the same revision. */
  expectDeployment(): void {
    this.#revisions.clear();
    this.#problem = undefined;
  }

  /** Whether the flows of a revision run. @throws Error where they cannot. */
  hasDeployed(revision: string): boolean {
    if (!this.#revisions.has(revision)) return false;
    if (this.#problem !== undefined) throw new Error(`the flows do not run: ${this.#problem}`);
    return true;
  }

  #take(text: string): void {
    const messages = JSON.parse(text) as readonly { readonly topic: string; readonly data: unknown }[];
    // An answer to a subscription is no list.
    if (!Array.isArray(messages)) return;
    for (const { topic, data } of messages) {
      if (topic === 'debug') this.#takeDebug(data as DebugMessage);
      else if (topic.startsWith('status/')) push(this.#statuses, topic.slice('status/'.length), textOf(data as NodeStatus));
      else if (topic === 'notification/runtime-deploy') this.#revisions.add((data as { readonly revision: string }).revision);
      else if (topic === 'notification/runtime-state') this.#takeState(data as RuntimeState);
    }
  }

  #takeDebug(message: DebugMessage): void {
    push(this.#debug, message.name ?? message.id, debugValue(message));
  }

  #takeState({ error, types = [] }: RuntimeState): void {
    if (error !== undefined) this.#problem = [error, ...types].join(' ');
  }
}

const textOf = ({ fill, shape, text }: NodeStatus): string => [fill, shape, text].filter((each) => each !== undefined && each !== '').join(' ');

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  list.push(value);
}
