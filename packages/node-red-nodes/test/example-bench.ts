// The flows of the Examples menu in a real Node-RED, with a site and a small service that stands for phones, lamps and plugs.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { NodeRedHarness } from '@nightjar/testkit/node-red';
import { packedPalette, removePackedPalette } from '../../../test/packages/packed-palette.ts';
import { PaletteWorld } from './palette-world.ts';

/** A node as an example has it. */
export type ExampleNode = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string; readonly name?: string };

/** What a flow asked of the service. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Folder of the examples in the repository. */
export const EXAMPLES_FOLDER = join(import.meta.dirname, '../examples');

/** Names of the examples, as the menu shows them. */
export const exampleNames = (): readonly string[] =>
  readdirSync(EXAMPLES_FOLDER)
    .map((file) => file.replace(/\.json$/, ''))
    .sort();

/** The nodes of an example. */
export const exampleNodes = (name: string, folder = EXAMPLES_FOLDER): readonly ExampleNode[] =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as readonly ExampleNode[];

/** Where examples are deployed. */
interface Place {
  readonly red: NodeRedHarness;
  /** Folder of the palette as npm packs it. */
  readonly palette: string;
  /** The site, with its credentials. */
  siteNode(): { readonly id: string };
}

/** Examples in one Node-RED; each is deployed in place of the one before. */
export class ExampleFlows implements AsyncDisposable {
  readonly red: NodeRedHarness;
  readonly #place: Place;
  readonly #service: Server;
  #asked: Asked[] = [];
  #nodes: readonly ExampleNode[] = [];
  readonly #started: number;

  constructor(place: Place) {
    this.red = place.red;
    this.#place = place;
    this.#started = place.red.log.length;
    this.#service = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      this.#asked.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) });
      response.end('ok');
    });
  }

  /** Begins to serve; to be called once. */
  async serve(): Promise<this> {
    this.#service.listen(0, '127.0.0.1');
    await once(this.#service, 'listening');
    return this;
  }

  /** An address of the service. */
  address(path: string): string {
    return `http://127.0.0.1:${(this.#service.address() as AddressInfo).port}${path}`;
  }

  /** What was asked of the service since the deployment. */
  get asked(): readonly Asked[] {
    return this.#asked;
  }

  /** The bodies of what was asked, as JSON in one line. */
  get bodies(): readonly string[] {
    return this.#asked.map(({ body }) => body.toString());
  }

  /**
   * Deploys an example as it is packed, at the site of the test.
   *
   * @param env - What a home would write into the properties of the tab.
   * @param changes - Properties of nodes, by name of the node.
   */
  async deploy(example: string, env: Readonly<Record<string, string>> = {}, changes: Readonly<Record<string, object>> = {}): Promise<void> {
    this.#asked = [];
    this.#nodes = exampleNodes(example, join(this.#place.palette, 'examples')).map((node) => ({
      ...node,
      ...changes[node.name ?? ''],
      ...this.#ofTheTest(node, env),
    }));
    await this.red.deploy(this.#nodes);
    for (const { id, type } of this.#nodes)
      if (/^nightjar-(?!site|export|recordings|snapshot|stream)/.test(type)) await this.red.shows(id, /^(green|yellow) dot/);
  }

  /** The id of a node by its name. @throws Error where the example has none. */
  id(name: string): string {
    const node = this.#nodes.find((each) => each.name === name);
    if (node === undefined) throw new Error(`the example has no node ${name}`);
    return node.id;
  }

  /** Waits until the service was asked so often. */
  async asks(count: number, limitMs = 10_000): Promise<readonly Asked[]> {
    await this.red.eventually(`the service is asked ${count} times`, () => (this.#asked.length >= count ? true : undefined), limitMs);
    return this.#asked;
  }

  /** What Node-RED complained of since the first deployment. */
  get complaints(): readonly string[] {
    return this.red.log.slice(this.#started).filter((line) => /\[(error|warn)\]/.test(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#service.closeAllConnections();
    this.#service.close();
  }

  #ofTheTest({ type, env: own }: ExampleNode, env: Readonly<Record<string, string>>): object {
    if (type === 'tab')
      return { env: (own as readonly { readonly name: string }[]).map((each) => ({ ...each, ...(each.name in env ? { value: env[each.name] } : {}) })) };
    // By the id that the nodes of examples have.
    const { id: _, ...site } = this.#place.siteNode();
    return type === 'nightjar-site' ? site : {};
  }
}

/** The examples with a recorder in memory, in a Node-RED of their own. */
export class ExampleBench extends ExampleFlows {
  readonly world: PaletteWorld;
  readonly #palette: string;

  private constructor(world: PaletteWorld, red: NodeRedHarness, palette: string) {
    super({ red, palette, siteNode: () => ({ ...world.siteNode(), credentials: world.siteCredentials()['site'] }) });
    this.world = world;
    this.#palette = palette;
  }

  static async start(): Promise<ExampleBench> {
    const [world, palette] = await Promise.all([PaletteWorld.start(), packedPalette()]);
    return await new ExampleBench(world, await NodeRedHarness.start({ version: 5, palette }), palette).serve();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.red[Symbol.asyncDispose]();
    await super[Symbol.asyncDispose]();
    removePackedPalette(this.#palette);
    await this.world.stop();
  }
}
