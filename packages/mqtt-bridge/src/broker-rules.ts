// Who may publish and subscribe on the embedded broker. Pure decisions.
import type { BrokerAccess } from './broker-messages.ts';
import { filterMatches, filtersOverlap } from './topic-filter.ts';
import { isAnswerTopic, isTopicName } from './topic-text.ts';

/** What somebody who is connected may do. */
export interface Grant {
  readonly access: BrokerAccess | 'anonymous';
  /** Narrows what `access` allows; a list that is absent narrows nothing. */
  readonly acl?: TopicLists;
}

/** Filters of topics that may be read and written. */
export interface TopicLists {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
}

/** Whether a client may publish on a topic. Below the base, only the recorder may, but for commands. */
export function mayPublish({ access, acl }: Grant, base: string, topic: string): boolean {
  if (topic.startsWith('$') || !isTopicName(topic)) return false;
  if (access === 'recorder') return true;
  if (access !== 'control') return false;
  if (acl?.write?.some((filter) => filterMatches(filter, topic)) === false) return false;
  return topic !== base && !topic.startsWith(`${base}/`) ? true : isCommandTopic(base, topic);
}

/**
 * Whether a client, other than the recorder, may ask for an answer on a topic. Who answers may write more than who asks, the recorder everywhere: nobody is to make it
 * write where the asker may not, or on a topic that ends its connection. Below the base only results are answers. Those below `answers/` are there for nothing
 * else: whoever may write a command may be answered there, whatever list narrows the rest.
 */
export function mayBeAnswered({ access, acl }: Grant, base: string, topic: string, mostLevels: number): boolean {
  if (access !== 'control' || !isAnswerTopic(base, topic, mostLevels)) return false;
  return topic.startsWith(`${base}/answers/`) || acl?.write?.some((filter) => filterMatches(filter, topic)) !== false;
}

/** Whether a client may subscribe to a filter: whether anything it means may be read. What may not is not passed on. */
export function maySubscribe({ access, acl }: Grant, base: string, filter: string): boolean {
  if (filter.startsWith('$')) return false;
  // Who did not log in names what it wants.
  if (access === 'anonymous') return filter.startsWith(`${base}/`);
  return acl?.read?.some((allowed) => filtersOverlap(allowed, filter)) !== false;
}

/** Whether a message on a topic may be passed on to a client. */
export function mayReceive(grant: Grant, base: string, topic: string): boolean {
  return maySubscribe(grant, base, topic);
}

/** `…/<thing>/set` and `…/cmd/<verb>` of a camera, a recorder or the site. */
function isCommandTopic(base: string, topic: string): boolean {
  const levels = topic.slice(base.length + 1).split('/');
  if (levels[0] === 'site') return levels.length === 3 && levels[1] !== '' && levels[2] === 'set';
  if (levels[0] !== 'camera' && levels[0] !== 'server') return false;
  return levels.length === 4 && levels[1] !== '' && levels[2] !== '' && (levels[3] === 'set' || (levels[2] === 'cmd' && levels[3] !== ''));
}
