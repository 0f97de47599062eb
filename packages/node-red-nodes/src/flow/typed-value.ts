// Values of typed inputs: a text, a number, a property of the message or the context, an expression.
import type { FlowMessage, Red, RedNode } from './node-red.ts';
import { shownValue } from './shown-value.ts';

/** Looks up one property of a node for one message. */
export class TypedValues {
  readonly #red: Red;
  readonly #node: RedNode;
  readonly #properties: Readonly<Record<string, unknown>>;
  readonly #message: FlowMessage;

  /** @param properties - As `currentProperties` gives them: `name` and `nameType`. */
  constructor(red: Red, node: RedNode, properties: Readonly<Record<string, unknown>>, message: FlowMessage) {
    this.#red = red;
    this.#node = node;
    this.#properties = properties;
    this.#message = message;
  }

  /** What `name` is now; `undefined` where it is empty or not there. @throws Error where an expression fails. */
  async value(name: string): Promise<unknown> {
    const value = this.#properties[name];
    const type = String(this.#properties[`${name}Type`] ?? 'str');
    if (value === undefined || value === null) return undefined;
    if (value === '' && type !== 'date') return undefined;
    const found = await this.#evaluated(String(value), type).catch((error: Error) => {
      // A property of what is not there, such as of a payload that the message has not.
      if (error.name === 'TypeError' && type === 'msg') return undefined;
      throw new Error(`${name} cannot be worked out: ${error.message}`);
    });
    return found === '' || found === null ? undefined : found;
  }

  /** A text; numbers and booleans are taken as such. @throws Error where it is something else. */
  async text(name: string): Promise<string | undefined> {
    const value = await this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value).trim() || undefined;
    throw new Error(`${name} is a text; got ${shownValue(value)}`);
  }

  /** @param range - Smallest and largest it may be. @throws Error where it is no such number. */
  async number(name: string, range: readonly [number, number]): Promise<number | undefined> {
    const value = await this.value(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    const [least, most] = range;
    if (typeof number === 'number' && Number.isFinite(number) && number >= least && number <= most) return number;
    // Node-RED makes NaN of a text in a field of numbers.
    throw new Error(`${name} is a number from ${least} to ${most}; got ${shownValue(Number.isNaN(value) ? this.#properties[name] : value)}`);
  }

  /** Id of a camera. @throws Error that says where it was looked for. */
  async camera(name = 'camera'): Promise<string> {
    const camera = await this.text(name);
    if (camera === undefined) throw new Error(`no camera: ${this.whereFrom(name)}`);
    if (!/^[a-z0-9][a-z0-9_-]{0,47}$/.test(camera))
      throw new Error(`${JSON.stringify(camera.slice(0, 60))} is no id of a camera; ids have lower-case letters, digits, "_" and "-"`);
    return camera;
  }

  /** Rejects for what Node-RED throws at once, too: an expression that cannot be read. */
  async #evaluated(value: string, type: string): Promise<unknown> {
    return new Promise<unknown>((resolve, reject) => {
      this.#red.util.evaluateNodeProperty(value, type, this.#node, this.#message, (error: Error | null, result: unknown) =>
        error ? reject(error) : resolve(result),
      );
    });
  }

  /** Where a value is looked for, as a sentence about one that is not there. */
  whereFrom(name: string): string {
    const [value, type] = [String(this.#properties[name] ?? ''), String(this.#properties[`${name}Type`] ?? 'str')];
    return value === '' ? 'choose one in the node' : `${type}.${value} is empty`;
  }
}
