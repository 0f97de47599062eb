// What a token is not good for.
import type { Me } from '@nightjar/client';

/** What others will ask for in vain, and what helps; nothing where nothing lacks. */
export function lackOf({ name, permissions, cameras }: Pick<Me, 'name' | 'permissions' | 'cameras'>): string | undefined {
  const help = 'nightjar token create NAME --role operator makes one that may';
  if (permissions.control !== 'edit') return `the token ${name} may not control cameras: commands are answered with ok:false; ${help}`;
  return cameras === null ? undefined : `the token ${name} is limited to some cameras: the recorder as a whole cannot be armed, and has no statistics`;
}
