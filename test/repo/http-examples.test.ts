// What the reference of the HTTP API says one can send is what the recorder takes.
import { requestInput } from '../../packages/core/src/adapters/http/request-input.ts';
import type { AccountDesk } from '../../packages/core/src/api/account-desk.ts';
import { namesInPath } from '../../packages/core/src/api/openapi.ts';
import type { Operation } from '../../packages/core/src/api/operation.ts';
import { OPERATIONS } from '../../packages/core/src/api/registry.ts';
import { OperationRunner } from '../../packages/core/src/api/run-operation.ts';
import { fakeConfigWorld } from '../../packages/core/src/config/fake-config-world.ts';
import { loadCamera } from '../../packages/core/src/config/load-camera.ts';
import { ROLES } from '../../packages/core/src/model/permission.ts';
import { FakeRecorder } from '../../packages/testkit/src/index.ts';
import { read } from './repository.ts';

interface Example {
  readonly operation: Operation;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** The example below each operation's heading. */
function examples(): readonly Example[] {
  const sections = read('docs/reference/http-api.md').split(/^### /m).slice(1);
  return sections.map((section) => {
    const [, id] = /^`(\w+)`: /m.exec(section) ?? [];
    const [, path = '', search = ''] = /"(?:http|ws):\/\/127\.0\.0\.1:8420\/api\/v1([^"?]*)(?:\?([^"]*))?"$/m.exec(section) ?? [];
    const [, body] = / -d '([^']*)'/.exec(section) ?? [];
    const operation = OPERATIONS.find((each) => each.id === id);
    if (operation === undefined) throw new Error(`the reference has an operation ${id} that there is not`);
    return {
      operation,
      path,
      query: Object.fromEntries(new URLSearchParams(search)),
      body: body === undefined ? undefined : (JSON.parse(body) as Record<string, unknown>),
    };
  });
}

/** What of an address stands for the names of an operation's path. */
function paramsOf({ operation, path }: Example): Readonly<Record<string, string>> | undefined {
  const names = namesInPath(operation.path);
  const pattern = new RegExp(`^${operation.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`);
  const values = pattern.exec(path)?.slice(1);
  return values && Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

describe('the examples of the HTTP reference', () => {
  const all = examples();

  it('are there for every operation', () => {
    expect(all.map(({ operation }) => operation.id).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
  });

  it.each(all.map((example) => [example.operation.id, example] as const))('of %s is taken', async (_id, example) => {
    const params = paramsOf(example);
    expect(params).toBeDefined();
    const input = requestInput(example.operation, { params, query: example.query, body: example.body });
    const taken: unknown[] = [];
    const { about: _, ...asked } = example.operation;
    const noted: Operation = {
      ...asked,
      handle: (given) => {
        taken.push(given);
        return undefined;
      },
    };
    await new OperationRunner().run(noted, {
      input,
      principal: { name: 'admin', permissions: ROLES.admin, cameras: null },
      recorder: new FakeRecorder(),
      accounts: {} as AccountDesk,
      peer: { address: '127.0.0.1' },
      isContinued: false,
      signal: new AbortController().signal,
    });
    expect(taken).toHaveLength(1);
  });

  it('of a change says what is changed', () => {
    expect(all.filter(({ operation, body }) => operation.method === 'PATCH' && Object.keys(body ?? {}).length === 0)).toEqual([]);
  });

  it('of a camera is one that can be recorded', () => {
    const { body } = all.find(({ operation }) => operation.id === 'createCamera') ?? {};
    expect(loadCamera({ ...body }, { world: fakeConfigWorld(), folder: '/', areas: ['default'] })).toHaveProperty('camera');
  });
});
