// The OpenAPI 3.1 description of the operations. Made from the list, so it cannot say anything else than what is served.
import type { TObject, TSchema } from 'typebox';
import { ERROR_CATALOGUE } from '../errors/codes.ts';
import { answersOf } from './openapi-answers.ts';
import type { Operation } from './operation.ts';

/** A JSON value that is a mapping. */
export type JsonObject = { readonly [key: string]: unknown };

const TAGS: Readonly<Record<Operation['tag'], string>> = {
  accounts: 'Logins, accounts, tokens, and what happened to them.',
  cameras: 'Cameras, their settings and how they are.',
  live: 'Pictures and video of now.',
  events: 'What was recorded, as a list.',
  playback: 'What was recorded, as video.',
  exports: 'What was recorded, as files to keep.',
  control: 'Signals and motors.',
  system: 'The recorder itself.',
};

/** Describes the operations, in the order of `TAGS`. */
export function openApiOf(operations: readonly Operation[], version: string): JsonObject {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {});
    path[operation.method.toLowerCase()] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Nightjar',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Times are ISO 8601 in UTC, durations carry their unit in their name, keys that nobody knows are refused. Clients must take answers with more keys than are described.',
    },
    servers: [{ url: '/api/v1' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { securitySchemes: SECURITY, schemas: { Error: ERROR_SCHEMA } },
  };
}

const SECURITY = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      "A login's access token or a machine's token. Browsers, which can set no headers on WebSockets, open them with the protocols `nightjar` and `bearer.<token>`.",
  },
  mediaToken: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description: 'A media token, for the address of an image or a video: one camera, some operations, minutes.',
  },
};

const ERROR_SCHEMA = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', enum: Object.keys(ERROR_CATALOGUE), description: 'Stable, see the reference of errors.' },
        message: { type: 'string', description: 'For people; may change.' },
        details: { type: 'array', description: 'With INPUT_INVALID: each mistake with its place.', items: {} },
      },
    },
  },
};

function describe(operation: Operation): JsonObject {
  const { id, tag, summary, input, path, method, requires, takesMediaToken = false, output } = operation;
  const inPath = namesInPath(path);
  const names = Object.keys(input.properties);
  const rest = names.filter((name) => !inPath.includes(name));
  const isQuery = method === 'GET' || method === 'DELETE';
  const parameters = [...inPath.map((name) => parameterOf('path', name, input)), ...(isQuery ? rest.map((name) => parameterOf('query', name, input)) : [])];
  const security = [{ bearer: [] }, ...(takesMediaToken ? [{ mediaToken: [] }] : [])];
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: descriptionOf(requires),
    ...(output.kind === 'socket' ? { 'x-websocket': true } : {}),
    security: requires === 'anybody' ? [] : security,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(isQuery || rest.length === 0 ? {} : { requestBody: bodyOf(input, rest) }),
    responses: answersOf(operation),
  };
}

/** The names between braces. */
export const namesInPath = (path: string): readonly string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

const descriptionOf = (requires: Operation['requires']): string => {
  if (requires === 'anybody') return 'For anybody.';
  return requires === 'account' ? 'For every login.' : `Needs the permission \`${requires.area}: ${requires.access}\`.`;
};

function parameterOf(place: 'path' | 'query', name: string, input: TObject): JsonObject {
  const { description, ...schema } = plain(input.properties[name]);
  const isRequired = place === 'path' || (input.required ?? []).includes(name);
  return { name, in: place, required: isRequired, ...(typeof description === 'string' ? { description } : {}), schema };
}

function bodyOf(input: TObject, names: readonly string[]): JsonObject {
  const { properties: _, required: __, ...rest } = plain(input);
  const required = (input.required ?? []).filter((name) => names.includes(name));
  const properties = Object.fromEntries(names.map((name) => [name, plain(input.properties[name])]));
  const schema = { ...rest, ...(required.length === 0 ? {} : { required }), properties };
  return { required: required.length > 0, content: { 'application/json': { schema } } };
}

/** A schema as the JSON it is written as. */
export const plain = (schema: TSchema | undefined): JsonObject => JSON.parse(JSON.stringify(schema ?? {})) as JsonObject;
