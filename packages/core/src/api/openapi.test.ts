// The description of the API is valid OpenAPI, and says of every operation what the list of them says.
import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiOf } from './openapi.ts';
import { OPERATIONS } from './registry.ts';

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: { readonly properties: object } } } };
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

const description = JSON.parse(JSON.stringify(openApiOf(OPERATIONS, '1.2.3'))) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
};
const described = (id: string): Described => {
  const found = Object.values(description.paths)
    .flatMap((path) => Object.values(path))
    .find(({ operationId }) => operationId === id);
  if (found === undefined) throw new Error(`${id} is not described`);
  return found;
};

describe('the OpenAPI description', () => {
  it('is valid', async () => {
    expect(await new Validator().validate(structuredClone(description) as never)).toMatchObject({ valid: true });
  });

  it('would not be valid with a mistake in it', async () => {
    const wrong = structuredClone(description) as unknown as { paths: Record<string, Record<string, { responses?: unknown }>> };
    wrong.paths['/health']!['get']!.responses = 'none';
    expect(await new Validator().validate(wrong as never)).toMatchObject({ valid: false });
  });

  it('has every operation once, with every input in its place', () => {
    expect(new Set(OPERATIONS.map(({ id }) => id)).size).toBe(OPERATIONS.length);
    for (const { id, input } of OPERATIONS) {
      const { parameters = [], requestBody } = described(id);
      const body = Object.keys(requestBody?.content['application/json'].schema.properties ?? {});
      expect([id, [...parameters.map(({ name }) => name), ...body].sort()]).toEqual([id, Object.keys(input.properties).sort()]);
    }
  });

  it('says which errors an operation has, by their status', () => {
    const { responses } = described('getCamera');
    expect(responses['404']).toMatchObject({
      description: '`CAMERA_NOT_FOUND`',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    });
    expect(responses['401']?.description).toBe('`NOT_LOGGED_IN`');
    expect(described('getHealth').security).toEqual([]);
    expect(described('getSnapshot').security).toEqual([{ bearer: [] }, { mediaToken: [] }]);
    expect(described('watchChanges').responses['101']).toBeDefined();
  });
});

describe('every operation', () => {
  it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))(
    '%s keeps the rules',
    (_id, { path, input, about, takesMediaToken, method, output, requires }) => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      expect(names.filter((name) => !(input.required ?? []).includes(name))).toEqual([]);
      // What concerns one camera or event must name it, or nobody's limits could be looked at.
      if (path.startsWith('/cameras/{id}')) expect(about).toBe('camera');
      if (path.startsWith('/events/{id}')) expect(about).toBe('event');
      if (path.startsWith('/exports/{id}')) expect(about).toBe('export');
      if (about === 'recordings') expect(Object.keys(input.properties)).toEqual(expect.arrayContaining(['camera', 'events']));
      else if (about !== undefined) expect(names).toContain('id');
      if (output.kind === 'socket') expect(method).toBe('GET');
      // A media token is for one camera, so it can open nothing that is not about one.
      if (takesMediaToken === true) expect([method, about === undefined, typeof requires]).toEqual(['GET', false, 'object']);
      // A misspelled key must never be silently ignored.
      expect(JSON.parse(JSON.stringify(input))).toHaveProperty('additionalProperties');
    },
  );
});
