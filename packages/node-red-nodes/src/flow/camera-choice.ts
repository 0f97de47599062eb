// Which cameras a node listens to.
import type { FlowMessage, Red, RedNode } from './node-red.ts';
import { TypedValues } from './typed-value.ts';

/** A node and what is saved in it. */
export interface FixedChoice {
  readonly red: Red;
  readonly node: RedNode;
  /** As `currentProperties` gives them. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Says whether a camera is meant. */
export type CameraChoice = (cameraId: string) => boolean;

/** Ids of cameras that stay the same for the life of a node: written into it, or into the environment. None where it means all, or looks them up elsewhere. */
export function fixedCameras({ red, node, properties }: FixedChoice, name: 'camera' | 'cameras'): readonly string[] {
  const [value, type] = [properties[name], properties[`${name}Type`]];
  if (type !== 'str' && type !== 'env') return [];
  const ids = idsIn(type === 'env' && value !== '' ? red.util.evaluateNodeProperty(String(value), 'env', node, {} as FlowMessage) : value);
  return ids.has('*') ? [] : [...ids];
}

/**
 * From the property of a node: empty or `*` means all; else ids divided by commas or spaces, or a list of ids. A list is what it says: an empty one
 * means none.
 */
export function cameraChoice(value: unknown): CameraChoice {
  const ids = idsIn(value);
  return (ids.size === 0 && !Array.isArray(value)) || ids.has('*') ? () => true : (id) => ids.has(id);
}

function idsIn(value: unknown): ReadonlySet<string> {
  const parts = Array.isArray(value) ? value.map(String) : String(value ?? '').split(/[\s,]+/);
  return new Set(parts.map((part) => part.trim()).filter((part) => part !== ''));
}

/** How `cameras` is saved where nothing is. */
export const CAMERAS_DEFAULT = { value: '', type: 'str' } as const;

/** The property `cameras` of a node, looked up whenever it matters: it may stand in a context or the environment, and change. */
export class ListenedCameras {
  readonly #values: TypedValues;
  #last: unknown;
  #choice: CameraChoice | undefined;

  constructor(red: Red, node: RedNode, properties: Readonly<Record<string, unknown>>) {
    this.#values = new TypedValues(red, node, properties, {} as FlowMessage);
  }

  /** Whether the node is to listen to this one now. @throws Error where that cannot be looked up. */
  async isMeant(cameraId: string): Promise<boolean> {
    const value = await this.#values.value('cameras');
    // A list may have been changed in place.
    if (this.#choice === undefined || value !== this.#last || Array.isArray(value)) this.#choice = cameraChoice(value);
    this.#last = value;
    return this.#choice(cameraId);
  }
}
