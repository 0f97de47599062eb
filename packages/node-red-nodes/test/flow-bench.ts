// Flows in the runtime of Node-RED, for tests of single nodes: loads them, collects what comes out, and what nodes say.
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { until as untilFound } from '@nightjar/testkit/node-red';
import { forgetLeft } from '../src/flow/kept-over-deploy.ts';
import type { FlowMessage, RedNode } from '../src/flow/node-red.ts';
import { PALETTE } from '../src/palette.ts';

const require = createRequire(import.meta.url);
const requireRed = createRequire(require.resolve('node-red'));
const { events }: { readonly events: EventEmitter } = requireRed('@node-red/util');

/** What `node-red-node-test-helper` is used for. */
interface TestHelper {
  init(runtime: string, settings: object): void;
  startServer(done: (error?: Error) => void): void;
  stopServer(done: (error?: Error) => void): void;
  load(nodes: readonly unknown[], flow: readonly object[], credentials: object): Promise<void>;
  setFlows(flow: readonly object[], type: string, credentials: object): Promise<void>;
  unload(): Promise<void>;
  getNode(id: string): TestNode;
  request(): {
    get(path: string): { expect(status: number): Promise<{ readonly body: unknown }> };
    post(path: string): { send(body: object): { expect(status: number): Promise<{ readonly body: unknown }> } };
  };
}

interface Spy<Arguments> {
  /** Of all nodes: the helper spies upon the class. */
  readonly args: readonly Arguments[];
  readonly thisValues: readonly RedNode[];
}

/** A node in a test; its methods are spied upon. */
export interface TestNode extends RedNode {
  readonly status: RedNode['status'] & Spy<readonly [{ readonly fill?: string; readonly shape?: string; readonly text?: string }]>;
  readonly warn: RedNode['warn'] & Spy<readonly [string]>;
  readonly log: RedNode['log'] & Spy<readonly [string]>;
  receive(message?: object): void;
}

/** Part of a flow. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

/** What has no place on a tab is a configuration node to Node-RED. */
const PLACE = { z: 'tab', x: 100, y: 100 };
const WITHIN_MS = 10_000;

/** Waits until it is so. @throws Error that says `what` is not. */
export async function until(isSo: () => boolean, what: () => string): Promise<void> {
  await untilFound(WITHIN_MS, what, () => isSo() || undefined);
}

/** One for each file of tests: declare it where tests are declared. */
export class FlowBench {
  readonly #helper: TestHelper = require('node-red-node-test-helper');
  readonly #collecting = new WeakSet<object>();
  readonly #received = new Map<string, FlowMessage[]>();
  readonly #types: readonly unknown[];
  #credentials: object = {};

  /** @param core - Files of core nodes that flows have as well, for instance `sequence/17-split`. */
  constructor(...core: readonly string[]) {
    this.#types = [...Object.values(PALETTE), ...core.map((file) => requireRed(`@node-red/nodes/core/${file}.js`))];
    this.#helper.init(require.resolve('node-red'), { logging: { console: { level: 'off' } } });
    beforeAll((done) => void this.#helper.startServer(done));
    afterEach(async () => {
      await this.unload();
      this.#received.clear();
    });
    afterAll((done) => void this.#helper.stopServer(done));
  }

  /** Loads nodes onto a tab with a catch node; each is wired to what `wires` says, or to collectors named `<id>.0`, `<id>.1`, … */
  async load(nodes: readonly FlowNode[], credentials: object): Promise<void> {
    this.#credentials = credentials;
    const flow = this.#flow(nodes);
    await this.#helper.load(this.#types, flow, credentials);
    this.#collect(flow);
  }

  /** Deploys these in place of what is there, as the editor does. */
  async deploy(nodes: readonly FlowNode[], type: 'full' | 'flows' | 'nodes'): Promise<void> {
    const flow = this.#flow(nodes);
    let isStarted = false;
    const started = (): void => {
      // At once: something may be sent in this turn.
      this.#collect(flow);
      isStarted = true;
    };
    // Before whoever sends something in that turn.
    events.prependOnceListener('flows:started', started);
    await this.#helper.setFlows(flow, type, this.#credentials).catch((error: Error) => {
      // The helper’s own patience of 300 ms is too short for a busy machine.
      if (error.message !== 'timeout waiting event') throw error;
    });
    await until(
      () => isStarted,
      () => 'flows that have started',
    );
    events.off('flows:started', started);
  }

  /** Removes everything, as stopping Node-RED does. */
  async unload(): Promise<void> {
    await this.#helper.unload();
    forgetLeft();
  }

  node(id: string): TestNode {
    return this.#helper.getNode(id);
  }

  /** What came out of a node so far, in order. `catch`: errors. */
  received(id: string, output = 0): readonly FlowMessage[] {
    return this.#received.get(id === 'catch' ? 'catch.0' : `${id}.${output}`) ?? [];
  }

  /** Waits for `count` messages. */
  async receives(id: string, count: number, output = 0): Promise<readonly FlowMessage[]> {
    const so = (): string => `${count} messages of ${id}; got ${JSON.stringify(this.received(id, output)).slice(0, 500)}; errors: ${this.errors().join('; ')}`;
    await until(() => this.received(id, output).length >= count, so);
    return this.received(id, output);
  }

  /** Sends a message in, and waits for the one that comes out. */
  async send(id: string, message: object): Promise<FlowMessage> {
    const before = this.received(id).length;
    this.node(id).receive(message);
    return (await this.receives(id, before + 1)).at(before) as FlowMessage;
  }

  /** Sends a message in, and waits for the error that a Catch node gets. */
  async fails(id: string, message: object): Promise<string> {
    const before = this.errors().length;
    this.node(id).receive(message);
    await until(
      () => this.errors().length > before,
      () => `an error of ${id}`,
    );
    return this.errors().at(before) ?? '';
  }

  /** What Catch nodes got, in order. */
  errors(): readonly string[] {
    return this.received('catch').map(({ error }) => (error as { readonly message: string }).message);
  }

  /** The newest status of a node as `fill shape text`; empty where it shows none. */
  status(id: string): string {
    const { args, thisValues } = this.node(id).status;
    const { fill, shape, text } = args[thisValues.map((node) => node.id).lastIndexOf(id)]?.[0] ?? {};
    return [fill, shape, text].filter((each) => each !== undefined).join(' ');
  }

  /** Waits for a status. */
  async shows(id: string, status: string | RegExp): Promise<void> {
    const fits = (): boolean => (typeof status === 'string' ? this.status(id) === status : status.test(this.status(id)));
    await until(fits, () => `the status ${status} of ${id}, which shows ${this.status(id)}`);
  }

  /** A request to Node-RED’s admin API. */
  async get(path: string, status = 200): Promise<unknown> {
    return (await this.#helper.request().get(path).expect(status)).body;
  }

  /** The same, with JSON. */
  async post(path: string, body: object, status = 200): Promise<unknown> {
    return (await this.#helper.request().post(path).send(body).expect(status)).body;
  }

  #flow(nodes: readonly FlowNode[]): readonly FlowNode[] {
    const collectors: FlowNode[] = [];
    const wired = nodes.map((node) => {
      if (node.type === 'nightjar-site' || node['wires'] !== undefined) return node;
      const outputs = [0, 1].map((output) => `${node.id}.${output}`);
      collectors.push(...outputs.map((id) => ({ id, type: 'helper', ...PLACE })));
      return { ...PLACE, site: 'site', nodeVersion: 1, ...node, wires: outputs.map((id) => [id]) };
    });
    const rest = [
      { id: 'tab', type: 'tab', label: 'tests' },
      { id: 'catch', type: 'catch', ...PLACE, scope: null, wires: [['catch.0']] },
      { id: 'catch.0', type: 'helper', ...PLACE },
    ];
    return [...rest, ...wired, ...collectors];
  }

  #collect(flow: readonly FlowNode[]): void {
    for (const { id, type } of flow) {
      const node = type === 'helper' ? this.#helper.getNode(id) : null;
      // Node-RED keeps the listeners of inputs by itself: they cannot be counted.
      if (node === null || this.#collecting.has(node)) continue;
      this.#collecting.add(node);
      const messages = this.#received.get(id) ?? [];
      this.#received.set(id, messages);
      node.on('input', (message: FlowMessage) => void messages.push(message));
    }
  }
}
