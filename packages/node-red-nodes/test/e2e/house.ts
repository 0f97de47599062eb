// A house with Node-RED in it: the palette as npm packs it, every node deployed.
import { NodeRedHarness, type NodeRedVersion } from '@nightjar/testkit/node-red';
import { packedPalette, removePackedPalette } from '../../../../test/packages/packed-palette.ts';
import { ask, type FlowNode } from './asked-flows.ts';
import { EVERY_NODE } from './site-flows.ts';
import { type BrokerChoice, WholeSite } from './whole-site.ts';

/** What came out of a node. */
export type Message = Readonly<Record<string, unknown>>;

/** A recorder, a broker, and the flows. */
export class House implements AsyncDisposable {
  readonly site: WholeSite;
  readonly red: NodeRedHarness;
  /** Folder of the palette as npm packs it. */
  readonly palette: string;
  readonly #stack: AsyncDisposableStack;

  private constructor({ site, red, palette }: Pick<House, 'site' | 'red' | 'palette'>, stack: AsyncDisposableStack) {
    this.site = site;
    this.red = red;
    this.palette = palette;
    this.#stack = stack;
  }

  /** Everything runs, and every node is connected. */
  static async start(version: NodeRedVersion, broker: BrokerChoice): Promise<House> {
    await using stack = new AsyncDisposableStack();
    const palette = stack.adopt(await packedPalette(), async (folder) => removePackedPalette(folder));
    const site = stack.use(await WholeSite.start(broker));
    const red = stack.use(await NodeRedHarness.start({ version, palette }));
    const house = new House({ site, red, palette }, stack.move());
    await house.deploy();
    await red.shows('motion', /^(green dot connected|blue dot )/);
    return house;
  }

  /** The site with changes, and nodes in place of every node. */
  deploy(site: Readonly<Record<string, unknown>> = {}, nodes: readonly FlowNode[] = EVERY_NODE, type: 'full' | 'nodes' = 'full'): Promise<void> {
    return this.red.deploy([...nodes, this.site.node(site)], type);
  }

  /** The site, with its credentials. */
  siteNode(): { readonly id: string } {
    return this.site.node();
  }

  /** What came out of a node that begins a flow, oldest first. */
  messages(id: string): readonly Message[] {
    return this.red.debug(id) as readonly Message[];
  }

  /** Waits for a message of such a node, of those after the first `after`. */
  message(id: string, what: string, fits: (message: Message) => boolean, { after = 0, limitMs = 20_000 } = {}): Promise<Message> {
    return this.red.eventually(`${id} says ${what}`, () => this.messages(id).slice(after).find(fits), limitMs);
  }

  /** Sends a payload into a node. @throws Error with what a Catch node got. */
  ask(id: string, payload: object = {}): Promise<Message> {
    return ask(this.red, id, payload);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}
