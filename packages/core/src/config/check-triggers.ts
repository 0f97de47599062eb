// What the schema cannot say about `triggers`.
import { cronFault } from '../util/cron-times.ts';
import { isNetwork } from '../util/network-of.ts';
import { type CheckContext, entriesOf } from './check-context.ts';
import { describeValue } from './explain-problem.ts';
import { valueAt } from './key-path.ts';
import { isLoopback } from './listen-address.ts';

/** All checks of `triggers`. */
export function checkTriggers(context: CheckContext): void {
  checkTcp(context);
  checkSchedule(context);
}

function checkTcp({ tree, problems, hidden }: CheckContext): void {
  const tcp = ['triggers', 'tcp'];
  for (const entry of entriesOf(tree, [...tcp, 'allow'])) {
    const network = valueAt(tree, entry);
    if (typeof network === 'string' && !problems.has(entry) && !isNetwork(network))
      problems.add(entry, { got: describeValue(network, hidden(entry)), expected: 'an IP address or a network such as 10.1.0.0/16' });
  }
  const path = [...tcp, 'host'];
  const host = valueAt(tree, path);
  const isGuarded = valueAt(tree, [...tcp, 'token']) !== undefined || entriesOf(tree, [...tcp, 'allow']).length > 0;
  if (typeof host !== 'string' || isLoopback(host) || isGuarded) return;
  problems.add(path, {
    message: `got ${describeValue(host, hidden(path))}, but a trigger port that others reach needs a token or a list of who may; set triggers.tcp.token or triggers.tcp.allow, or bind to loopback`,
  });
}
function checkSchedule({ tree, problems, hidden }: CheckContext): void {
  const seen = new Map<unknown, number>();
  for (const [index, entry] of entriesOf(tree, ['triggers', 'schedule']).entries()) {
    const name = valueAt(tree, [...entry, 'name']);
    const first = seen.get(name);
    if (first === undefined) seen.set(name, index);
    else
      problems.add([...entry, 'name'], {
        message: `${describeValue(name, hidden([...entry, 'name']))} is the name of an earlier entry (number ${first + 1}) already`,
      });
    const path = [...entry, 'cron'];
    const cron = valueAt(tree, path);
    const hasTimes = entriesOf(tree, [...entry, 'times']).length > 0;
    if (cron === undefined && !hasTimes) problems.add(entry, { message: 'it never comes: give it `times` or `cron`' });
    if (typeof cron !== 'string' || problems.has(path)) continue;
    const fault = cronFault(cron);
    if (hasTimes) problems.add(path, { message: '`times` and `cron` exclude each other' });
    else if (fault !== undefined) problems.add(path, { got: fault, expected: 'five parts such as "0 22 * * 1-5": minute, hour, day, month, weekday' });
  }
}
