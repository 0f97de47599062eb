// Who may log in to the embedded broker, publish and subscribe. Pure decisions.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { BrokerAccess, BrokerSetup } from './broker-messages.ts';

/** The hash under which the broker knows a password. @param hashKey - Hex. */
export function hashPassword(hashKey: string, password: string | Uint8Array): string {
  return createHmac('sha256', Buffer.from(hashKey, 'hex')).update(password).digest('hex');
}

/**
 * What a client may do who logs in like this.
 * Takes the same time for an unknown name as for a wrong password.
 * @returns Nothing if it may not log in.
 */
export function accessOf(
  setup: Pick<BrokerSetup, 'hashKey' | 'users' | 'anonymous'>,
  username: string | undefined,
  password: Uint8Array | undefined,
): BrokerAccess | 'anonymous' | undefined {
  if (username === undefined && password === undefined) return setup.anonymous === 'read' ? 'anonymous' : undefined;
  const given = Buffer.from(hashPassword(setup.hashKey, password ?? ''), 'hex');
  const user = setup.users.find((candidate) => candidate.username === username);
  const expected = user ? Buffer.from(user.hash, 'hex') : Buffer.alloc(given.length);
  const isRight = timingSafeEqual(given, expected);
  return user && isRight && password !== undefined ? user.access : undefined;
}

/** Whether a client may publish on a topic. Below the base, only the recorder may, but for commands. */
export function mayPublish(access: BrokerAccess | 'anonymous', base: string, topic: string): boolean {
  if (topic.startsWith('$')) return false;
  if (access === 'recorder') return true;
  if (access !== 'control') return false;
  return topic !== base && !topic.startsWith(`${base}/`) ? true : isCommandTopic(base, topic);
}

/** Whether a client may subscribe to a filter. Who did not log in sees the recorder's topics only. */
export function maySubscribe(access: BrokerAccess | 'anonymous', base: string, filter: string): boolean {
  if (filter.startsWith('$')) return false;
  return access !== 'anonymous' || filter.startsWith(`${base}/`);
}

/** `…/<thing>/set` and `…/cmd/<verb>` of a camera, a recorder or the site. */
function isCommandTopic(base: string, topic: string): boolean {
  const levels = topic.slice(base.length + 1).split('/');
  if (levels[0] === 'site') return levels.length === 3 && levels[2] === 'set';
  if (levels[0] !== 'camera' && levels[0] !== 'server') return false;
  return levels.length === 4 && levels[1] !== '' && (levels[3] === 'set' || (levels[2] === 'cmd' && levels[3] !== ''));
}
