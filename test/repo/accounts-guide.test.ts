// What the page about accounts says is so: the table of roles, the commands, and the requests.
import { Ajv } from 'ajv';
import { OPERATIONS } from '../../packages/core/src/api/registry.ts';
import { COMMANDS, everyCommand } from '../../packages/core/src/cli/registry.ts';
import { buildParser } from '../../packages/core/src/cli/run-cli.ts';
import { PERMISSION_AREAS, ROLES } from '../../packages/core/src/model/permission.ts';
import { read } from './repository.ts';

const page = (): string => read('docs/guide/accounts.md');
/** Lines of the shell, with continued ones as one. */
const lines = (): readonly string[] =>
  [...page().matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').trim().split('\n'));

describe('docs/guide/accounts.md', () => {
  it('has the table of roles as they are', () => {
    const rows = Object.entries(ROLES).map(([role, permissions]) => `| ${role} | ${PERMISSION_AREAS.map((area) => permissions[area]).join(' | ')} |`);
    expect(page()).toContain(`| role | ${PERMISSION_AREAS.join(' | ')} |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n\n`);
  });

  it('writes commands that there are, with options that they take', async () => {
    const commands = lines().filter((line) => line.startsWith('nightjar '));
    expect(commands.length).toBeGreaterThan(7);
    for (const line of commands) {
      const [, group = '', word = '', ...rest] = line.split(' ');
      const entry = everyCommand(COMMANDS).find(({ name }) => name === `${group} ${word}`);
      expect([line, entry?.name]).toEqual([line, `${group} ${word}`]);
      if (entry !== undefined) buildParser(await entry.load(), { stdout: { write: () => undefined } }).parse(rest, { from: 'user' });
    }
  });

  it('sends requests that operations take', () => {
    const requests = lines().filter((line) => line.startsWith('curl '));
    expect(requests.length).toBeGreaterThan(9);
    const ajv = new Ajv({ strict: false, coerceTypes: true, useDefaults: true });
    for (const line of requests) {
      const method = /-X (\w+)/.exec(line)?.[1] ?? 'GET';
      const [, path = '', query = ''] = /\/api\/v1([^\s'"?]*)\??([^\s'"]*)/.exec(line) ?? [];
      const found = OPERATIONS.find((operation) => operation.method === method && pattern(operation.path).test(path));
      expect([line, found === undefined]).toEqual([line, false]);
      if (found === undefined) continue;
      const body = /-d ['"](\{.*\})['"]/.exec(line)?.[1]?.replaceAll('\\"', '"') ?? '{}';
      const input = { ...pattern(found.path).exec(path)?.groups, ...Object.fromEntries(new URLSearchParams(query)), ...(JSON.parse(body) as object) };
      expect([line, ajv.validate(found.input, input), ajv.errors]).toEqual([line, true, null]);
      expect([line, line.includes('authorization: Bearer')]).toEqual([line, found.requires !== 'anybody']);
    }
  });
});

const pattern = (path: string): RegExp => new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
