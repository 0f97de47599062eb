// Settings of a camera and what is to change of them → settings, by the rules of JSON merge patches (RFC 7396).

import { cameraSchema } from './schema/camera.ts';
import { asNode, type SchemaNode } from './schema/field.ts';

/** Settings as `cameras[]` of the file writes them; nothing is known of their correctness. */
export type CameraTree = Readonly<Record<string, unknown>>;

/**
 * Merges changes into settings: mappings key by key, anything else (lists too) as a whole; null takes a setting away, so that its default is in
 * force. Keys that no camera has are kept, null or not, for validation to name them.
 */
export const mergeCamera = (settings: CameraTree, changes: CameraTree): CameraTree => merge(settings, changes, asNode(cameraSchema));

function merge(before: CameraTree, changes: CameraTree, node: SchemaNode): CameraTree {
  const merged = new Map(Object.entries(before));
  for (const [key, change] of Object.entries(changes)) {
    const child = Object.hasOwn(node.properties ?? {}, key) ? node.properties?.[key] : undefined;
    const old = merged.get(key);
    if (change === null && child !== undefined) merged.delete(key);
    else if (child?.properties !== undefined && isMapping(change)) merged.set(key, merge(isMapping(old) ? old : {}, change, child));
    else merged.set(key, change);
  }
  // `__proto__` stays an ordinary, unknown key.
  return Object.fromEntries(merged);
}

const isMapping = (value: unknown): value is CameraTree => typeof value === 'object' && value !== null && !Array.isArray(value);
