// Which cameras a node listens to.

/** Says whether a camera is meant. */
export type CameraChoice = (cameraId: string) => boolean;

/** From the property of a node: empty or `*` means all; else ids divided by commas or spaces, or a list of ids. */
export function cameraChoice(saved: unknown): CameraChoice {
  const parts = Array.isArray(saved) ? saved.map(String) : String(saved ?? '').split(/[\s,]+/);
  const ids = new Set(parts.map((part) => part.trim()).filter((part) => part !== ''));
  return ids.size === 0 || ids.has('*') ? () => true : (id) => ids.has(id);
}
