// The whole file: its sections and the types that follow from them.
import type { Static } from 'typebox';
import * as Type from 'typebox';
import { cameraSchema } from './camera.ts';
import { databaseSchema } from './database.ts';
import { encodingSchema } from './encoding.ts';
import { exportsSchema } from './exports.ts';
import { asNode, type SchemaNode, section } from './field.ts';
import { httpSchema } from './http.ts';
import { mqttSchema } from './mqtt.ts';
import { retentionSchema } from './retention.ts';
import { logSchema, serverSchema } from './server.ts';
import { storageSchema } from './storage.ts';
import { triggersSchema } from './triggers.ts';

/** `nightjar.yaml`. */
export const configSchema = section(
  { title: 'Nightjar', description: 'Configuration of the Nightjar recorder.', 'x-restart': 'server' },
  {
    server: serverSchema,
    http: httpSchema,
    database: databaseSchema,
    storage: storageSchema,
    retention: retentionSchema,
    exports: exportsSchema,
    encoding: encodingSchema,
    mqtt: Type.Optional(mqttSchema),
    triggers: triggersSchema,
    log: logSchema,
    cameras: Type.Array(cameraSchema, { title: 'Cameras', description: 'The cameras of this recorder.', default: [], maxItems: 500, 'x-restart': 'camera' }),
  },
);

/** The file once its defaults are filled in, still as written otherwise. */
export type FilledConfig = Static<typeof configSchema>;

/**
 * The schema for editors and for people: keys that have a default are not required.
 *
 * @returns A new plain JSON Schema (draft-07 words).
 */
export function publicSchema(node: SchemaNode = asNode(configSchema)): SchemaNode {
  const { properties, required, items, ...rest } = node;
  const needed = required?.filter((key) => properties?.[key]?.default === undefined) ?? [];
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, publicSchema(child)])) }),
    ...(needed.length === 0 ? {} : { required: needed }),
    ...(items === undefined ? {} : { items: publicSchema(items) }),
  };
}
