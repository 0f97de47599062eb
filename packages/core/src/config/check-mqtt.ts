// What the schema cannot say about `mqtt`.

import { isNetwork } from '../util/network-of.ts';
import { isMeantAsHash, parseScryptHash } from '../util/password-hash.ts';
import { type CheckContext, checkFile, entriesOf } from './check-context.ts';
import { describeValue } from './explain-problem.ts';
import { type KeyPath, valueAt } from './key-path.ts';
import { isLoopback, splitAddress } from './listen-address.ts';

const BROKER_SCHEMES = ['mqtt', 'mqtts', 'ws', 'wss'];
/** What the recorder itself logs in to its own broker with. */
const RECORDER_USER = 'nightjar-recorder';

/** Checks of `mqtt`. */
export function checkMqtt(context: CheckContext): void {
  if (typeof valueAt(context.tree, ['mqtt']) !== 'object') return;
  checkBroker(context);
  for (const key of ['listen', 'listenTls']) checkListen(context, ['mqtt', key]);
  for (const key of ['ca', 'cert', 'key']) checkFile(context, ['mqtt', 'tls', key]);
  checkPair(context, ['mqtt', 'tls']);
  checkServerTls(context);
  checkUsers(context);
  checkAllow(context);
}

function checkBroker({ tree, problems, hidden }: CheckContext): void {
  const path = ['mqtt', 'broker'];
  const broker = valueAt(tree, path);
  if (typeof broker !== 'string' || broker === '' || broker === 'embedded' || problems.has(path)) return;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(broker)?.[1]?.toLowerCase();
  const expected = '"embedded" or a URL that begins with mqtt://, mqtts://, ws:// or wss://';
  if (scheme === undefined || !BROKER_SCHEMES.includes(scheme))
    problems.add(path, { got: describeValue(broker, hidden(path) || !/^[\w.-]+(:[0-9]{1,5})?$|:\/\//.test(broker)), expected });
  else if (!URL.canParse(broker) || new URL(broker).hostname === '')
    problems.add(path, { got: `a URL of scheme ${scheme} that cannot be read`, expected: `${scheme}://HOST:PORT` });
}

function checkListen({ tree, problems, hidden }: CheckContext, path: KeyPath): void {
  const text = valueAt(tree, path);
  if (typeof text !== 'string' || problems.has(path)) return;
  const { host, port } = splitAddress(text);
  if (port > 65_535) problems.add(path, { got: describeValue(text, hidden(path)), expected: 'a port from 0 to 65535' });
  const hasLogin = ['username', 'password'].every((key) => valueAt(tree, ['mqtt', key]) !== undefined);
  const isGuarded = hasLogin || entriesOf(tree, ['mqtt', 'users']).length > 0;
  if (valueAt(tree, ['mqtt', 'broker']) !== 'embedded' || isLoopback(host) || isGuarded) return;
  problems.add(path, {
    message: `got ${describeValue(text, hidden(path))}, but a broker that others reach needs mqtt.users, or mqtt.username and mqtt.password; set them or bind to loopback`,
  });
}

function checkServerTls(context: CheckContext): void {
  const { tree, problems } = context;
  const tls = ['mqtt', 'serverTls'];
  for (const key of ['cert', 'key', 'clientCa']) checkFile(context, [...tls, key]);
  checkPair(context, tls);
  const path = ['mqtt', 'listenTls'];
  const hasCertificate = [tls, ['http', 'tls']].some((section) => valueAt(tree, [...section, 'cert']) !== undefined);
  if (valueAt(tree, path) !== undefined && !hasCertificate && !problems.has(path))
    problems.add(path, { message: 'TLS needs a certificate; set mqtt.serverTls.cert and mqtt.serverTls.key, or http.tls' });
}

/** A certificate needs its key. */
function checkPair({ tree, problems }: CheckContext, section: KeyPath): void {
  const [cert, key] = [valueAt(tree, [...section, 'cert']), valueAt(tree, [...section, 'key'])];
  if ((cert === undefined) === (key === undefined)) return;
  problems.add([...section, cert === undefined ? 'cert' : 'key'], { message: 'the key is missing; `cert` and `key` go together' });
}

function checkUsers({ tree, problems, hidden }: CheckContext): void {
  const seen = new Map<unknown, string>([
    [valueAt(tree, ['mqtt', 'username']), 'mqtt.username already'],
    [RECORDER_USER, 'what the recorder itself logs in with'],
  ]);
  seen.delete(undefined);
  for (const [index, user] of entriesOf(tree, ['mqtt', 'users']).entries()) {
    const name = valueAt(tree, [...user, 'name']);
    const taken = seen.get(name);
    if (taken !== undefined) problems.add([...user, 'name'], { message: `${describeValue(name, hidden([...user, 'name']))} is ${taken}` });
    else if (name !== undefined) seen.set(name, `the name of an earlier account (number ${index + 1}) already`);
    const password = valueAt(tree, [...user, 'password']);
    if (typeof password === 'string' && isMeantAsHash(password) && parseScryptHash(password) === undefined)
      problems.add([...user, 'password'], { message: 'this begins like a hash but is none; `nightjar mqtt-password` prints one' });
    if (valueAt(tree, [...user, 'access']) !== 'control' && valueAt(tree, [...user, 'acl', 'write']) !== undefined)
      problems.add([...user, 'acl', 'write'], { message: 'somebody who only reads writes nothing; set the access to "control", or leave this out' });
  }
}

function checkAllow({ tree, problems, hidden }: CheckContext): void {
  for (const path of entriesOf(tree, ['mqtt', 'allow'])) {
    const network = valueAt(tree, path);
    if (typeof network === 'string' && !problems.has(path) && !isNetwork(network))
      problems.add(path, { got: describeValue(network, hidden(path)), expected: 'an IP address or a network such as 10.1.0.0/16' });
  }
}
