// Settings that are understood and change nothing yet: whoever wrote one must hear it.
import type { Config } from './config.ts';

/** One sentence for each setting of `config` that asks for what this version does not do. */
export function laterSettings({ cameras }: Config): readonly string[] {
  const notes: string[] = [];
  for (const { id, zones } of cameras) {
    const hidden = zones.filter((zone) => zone.kind === 'privacy').map((zone) => zone.id);
    if (hidden.length > 0)
      notes.push(`camera ${id}: motion in ${hidden.join(', ')} is ignored, but pictures and video still show it: privacy is not blacked out yet`);
  }
  return notes;
}
