// `nightjar user` and `nightjar token`, as they are typed.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenInfo, User } from '@nightjar/client';
import { codeOf } from '../../test/account-world.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createPinoLogger } from '../adapters/log/pino-logger.ts';
import { SqliteDatabase } from '../adapters/sqlite/sqlite-database.ts';
import { localAccountPorts } from '../app/local-account-ports.ts';
import { openAccountDesk } from '../app/open-accounts.ts';
import { PasswordHasher } from '../auth/password-hasher.ts';
import { parseScryptHash } from '../util/password-hash.ts';
import { runCli } from './run-cli.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'nightjar-cli-accounts-'));
  writeFileSync(join(cwd, 'nightjar.yaml'), 'cameras: [{ id: porch, source: "rtsp://user:${NOT_SET}@192.0.2.10/" }]\n');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const password = 'correct horse battery';

/** Runs a line; `typed` are answers at a terminal, `piped` is standard input. */
async function run(line: string, { typed, piped = '' }: { readonly typed?: readonly string[]; readonly piped?: string } = {}) {
  const written = { stdout: '', stderr: '' };
  const answers = [...(typed ?? [])];
  const code = await runCli(line.split(' '), {
    version: '1.2.3',
    io: {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text) },
      input: {
        isTty: typed !== undefined,
        readAll: () => Promise.resolve(piped),
        askHidden: (question) => {
          written.stderr += `${question}\n`;
          return Promise.resolve(answers.shift() ?? '');
        },
        ended: () => Promise.resolve(),
      },
      env: {},
      cwd,
      isTty: false,
      signal: new AbortController().signal,
    },
  });
  return { code, ...written };
}

const add = (name: string, options = ''): ReturnType<typeof run> => run(`user add ${name}${options} --password-stdin`, { piped: `${password}\n` });

/** The same accounts as a recorder has them open. */
async function withRecorder<T>(look: (desk: ReturnType<typeof openAccountDesk>) => Promise<T>): Promise<T> {
  const file = join(cwd, 'data/nightjar.db');
  const database = await SqliteDatabase.open(file);
  const log = createPinoLogger({ level: 'error', format: 'json', write: () => undefined });
  const desk = openAccountDesk({ accounts: localAccountPorts(database, file), clock: systemClock, log });
  try {
    return await look(desk);
  } finally {
    await desk.close();
    await database.close();
  }
}

const peer = { address: '192.0.2.7' };

describe('nightjar user', () => {
  it('adds an account before the recorder ever ran, with a password that can be used', async () => {
    expect(await run('user add kim --role operator', { typed: [password, password] })).toEqual({
      code: 0,
      stdout: 'added the account kim (operator)\n',
      stderr: 'New password for kim: \nThe same again: \n',
    });
    expect(statSync(join(cwd, 'data/nightjar.db')).mode & 0o777).toBe(0o600);
    await withRecorder(async (desk) => {
      const { accessToken } = await desk.login({ name: 'kim', password }, peer);
      expect(await desk.identify(accessToken, peer)).toMatchObject({ name: 'kim', permissions: { control: 'edit' } });
    });
  });

  it('takes a password from standard input, up to the end of its first line', async () => {
    expect((await run('user add kim --password-stdin', { piped: `${password}\r\nsomething else` })).code).toBe(0);
    await withRecorder((desk) => desk.login({ name: 'kim', password }, peer));
  });

  it('lists accounts for people and for machines', async () => {
    expect((await run('user list')).stdout).toBe('no accounts\n');
    await add('kim', ' --role admin');
    await add('Bob', ' --camera porch --camera yard');
    const { stdout, stderr } = await run('user list');
    expect([stdout.replace(/ {2,}/g, ' | '), stderr]).toEqual([
      'NAME | ROLE | CAMERAS | STATE | LAST LOGIN\nBob | viewer | porch yard | enabled | never\nkim | admin | all | enabled | never\n',
      '',
    ]);
    const users = JSON.parse((await run('user list --json')).stdout) as User[];
    expect(users.map(({ name, cameras }) => [name, cameras])).toEqual([
      ['Bob', ['porch', 'yard']],
      ['kim', null],
    ]);
    expect(JSON.stringify(users)).not.toMatch(/hash|scrypt|stamp/);
  });

  it('mentions a camera that the configuration does not have', async () => {
    const { code, stderr } = await add('kim', ' --camera porhc');
    expect([code, stderr]).toEqual([0, 'note: the configuration has no camera "porhc"; did you mean porch?\n']);
  });

  it('ends the logins of an account whose password or existence ends, for a recorder that runs', async () => {
    await add('admin', ' --role admin');
    await add('kim');
    await withRecorder(async (desk) => {
      const first = await desk.login({ name: 'kim', password }, peer);
      expect(await run('user passwd KIM', { typed: ['another password', 'another password'] })).toMatchObject({
        code: 0,
        stdout: 'changed the password of kim; its logins are ended\n',
      });
      expect(await codeOf(desk.identify(first.accessToken, peer))).toBe('NOT_LOGGED_IN');
      expect(await codeOf(desk.login({ name: 'kim', password }, peer))).toBe('LOGIN_FAILED');
      const second = await desk.login({ name: 'kim', password: 'another password' }, peer);
      expect(await run('user delete kim')).toEqual({ code: 0, stdout: 'deleted the account kim\n', stderr: '' });
      expect(await codeOf(desk.identify(second.accessToken, peer))).toBe('NOT_LOGGED_IN');
      const { entries } = await desk.audit({ limit: 100 });
      expect(entries.filter(({ name }) => name === 'command line').map(({ kind, address }) => `${kind} ${address}`)).toEqual([
        'user-deleted local',
        'user-changed local',
        'user-created local',
        'user-created local',
      ]);
    });
  });

  it.each([
    ['user add k!m --password-stdin', 2, /^nightjar: the name of an account is 1 to 48 letters/],
    ['user add -x --password-stdin', 2, /^nightjar: unknown option "-x"/],
    ['user add kim', 2, /^nightjar: there is no terminal to ask for the password on; --password-stdin/],
    ['user add kim --password-stdin --role boss', 2, /Allowed choices are admin, operator, viewer/],
    ['user add kim hunter22-as-argument --password-stdin', 2, /^nightjar: too many arguments\. Expected 1 argument but got 2\n$/],
    ['user add kim --camera P?! --password-stdin', 2, /is no id of a camera/],
    ['user add', 2, /^nightjar: missing required argument "NAME"/],
    ['user passwd nobody --password-stdin', 1, /^nightjar: there is no account "nobody"/],
    ['user delete nobody', 1, /^nightjar: there is no account "nobody"/],
    ['user list --config none.yaml', 2, /^none\.yaml:1:1: the file does not exist/],
    ['user ad kim', 2, /^nightjar: unknown user command ad; did you mean add\? nightjar user --help lists them all\n$/],
    ['user --bogus', 2, /^nightjar: unknown option --bogus/],
    ['usr list', 2, /^nightjar: unknown command usr; did you mean user\?/],
  ])('refuses %j in one line', async (line, code, message) => {
    const refused = await run(line, { piped: `${password}\n` });
    expect([refused.code, refused.stdout]).toEqual([code, '']);
    expect(refused.stderr.replace(/^note: .*\n/, '')).toMatch(message);
    expect(
      refused.stderr
        .replace(/^note: .*\n/, '')
        .trim()
        .split('\n'),
    ).toHaveLength(1);
    expect(refused.stderr).not.toContain(password);
    expect(refused.stderr).not.toContain('hunter22');
  });

  it.each([
    ['that is too short', 'seven77', /^nightjar: a password has 8 to 256 characters; got 7\n$/],
    ['that is too long', 'x'.repeat(257), /got 257\n$/],
    ['that is none', '', /--password-stdin: standard input is empty\n$/],
    ['that is the name', 'kimkimkim', /must not be the name/],
  ])('refuses a password %s, and adds nothing', async (_, piped, message) => {
    const { code, stderr } = await run('user add KimKimKim --password-stdin', { piped });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect((await run('user list')).stdout).toBe('no accounts\n');
  });

  it('refuses two passwords that differ, and a name that is taken before anybody types one', async () => {
    expect(await run('user add kim', { typed: [password, 'something else'] })).toMatchObject({ code: 2, stderr: expect.stringContaining('are not the same') });
    await add('kim');
    expect(await run('user add KIM', { typed: [] })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'nightjar: there is an account KIM already; nightjar user passwd gives it another password (USER_EXISTS)\n',
    });
  });

  it('keeps the last account that may administer', async () => {
    await add('admin', ' --role admin');
    await add('kim');
    expect(await run('user delete admin')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'nightjar: admin is the last account that may administer the recorder (LAST_ADMIN)\n',
    });
    await add('other', ' --role admin');
    expect((await run('user delete admin')).code).toBe(0);
  });
});

describe('nightjar token', () => {
  it('prints the token alone, keeps only a hash of it, and ends it for a recorder that runs', async () => {
    const { code, stdout, stderr } = await run('token create Node-RED --role operator --camera porch --days 30');
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/^njt_[0-9a-f]{16}_[A-Za-z0-9_-]{43}\n$/), '']);
    const token = stdout.trim();
    await withRecorder(async (desk) => {
      expect(await desk.identify(token, peer)).toMatchObject({ name: 'Node-RED', machine: true, cameras: ['porch'], permissions: { control: 'edit' } });
      const [info] = JSON.parse((await run('token list --json')).stdout) as TokenInfo[];
      expect(info).toMatchObject({ kind: 'api', name: 'Node-RED', role: 'operator', cameras: ['porch'], createdBy: 'command line' });
      expect((await run('token list')).stdout).toMatch(new RegExp(`^ID .*\\n${info?.id} +machine +Node-RED +operator +porch +\\d{4}-`));
      expect(await run(`token revoke ${info?.id}`)).toEqual({ code: 0, stdout: `ended ${info?.id}\n`, stderr: '' });
      expect(await codeOf(desk.identify(token, peer))).toBe('NOT_LOGGED_IN');
      expect(await run(`token revoke ${info?.id}`)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^nightjar: there is no token /) });
    });
    const secret = token.slice(-43);
    for (const file of readdirSync(join(cwd, 'data'))) expect(readFileSync(join(cwd, 'data', file), 'latin1')).not.toContain(secret);
  });

  it('prints JSON for machines', async () => {
    const created = JSON.parse((await run('token create home --json')).stdout) as { token: string; info: TokenInfo };
    expect(created).toMatchObject({ token: expect.stringMatching(/^njt_/), info: { name: 'home', role: 'viewer' } });
    expect((await run(`token revoke ${created.info.id} --json`)).stdout).toBe(`{"revoked":"${created.info.id}"}\n`);
    expect((await run('token list')).stdout).toBe('no tokens\n');
  });

  it.each([
    ['token create home --days 0', /1 to 3650/],
    ['token create home --days 3651', /1 to 3650/],
    ['token create home --days soon', /--days takes a whole number/],
    ['token create /etc/passwd', /the name of a token is/],
    ['token', /^Usage: nightjar token COMMAND/],
  ])('refuses %j', async (line, message) => {
    const { code, stdout, stderr } = await run(line);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
  });
});

describe('help of commands with a second word', () => {
  it('lists what there is, and then what each takes', async () => {
    for (const line of ['user --help', 'help user', 'user -h']) {
      const { code, stdout } = await run(line);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^Usage: nightjar user COMMAND [\s\S]* {2}user add +add an account\n[\s\S]*user passwd/)]);
    }
    for (const line of ['user add --help', 'help user add'])
      expect(await run(line)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Usage: nightjar user add \[options\] <NAME>\n[\s\S]*--password-stdin[\s\S]*Examples:/),
      });
    expect((await run('--help')).stdout).toMatch(/\n {2}user +add, list and delete accounts/);
    expect(existsSync(join(cwd, 'data'))).toBe(false);
  });
});

describe('nightjar mqtt-password', () => {
  it('prints a hash of what is typed, which the configuration takes', async () => {
    const { code, stdout } = await run('mqtt-password', { typed: [password, password] });
    expect(code).toBe(0);
    expect(parseScryptHash(stdout.trim())).toMatchObject({ r: 8 });
    writeFileSync(join(cwd, 'nightjar.yaml'), `mqtt: { broker: embedded, users: [{ name: wall, password: "${stdout.trim()}" }] }\n`);
    expect(await run('check-config')).toMatchObject({ code: 0 });
  });

  it('reads it from standard input, and refuses two that differ', async () => {
    const { stdout } = await run('mqtt-password --password-stdin --json', { piped: `${password}\n` });
    expect(await new PasswordHasher().verify(password, (JSON.parse(stdout) as { hash: string }).hash)).toBe(true);
    expect((await run('mqtt-password', { typed: ['one', 'other'] })).code).toBe(2);
  });
});
