// Schemas by hand where TypeBox's own functions would load the whole of it into every recorder that starts.
import type { Static, TOptional, TProperties, TSchema } from 'typebox';
import * as Type from 'typebox';

/** What the schema takes, or null. */
export const orNull = <S extends TSchema>(schema: S, options: { readonly description?: string } = {}) =>
  Type.Unsafe<Static<S> | null>({ anyOf: [schema, { type: 'null' }], ...options });

/** A mapping of whatever there is. */
export const anyMapping = (options: { readonly description?: string } = {}) => Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', ...options });

/** The same properties, each of which may be left out. */
export const optional = <P extends TProperties>(properties: P): { [K in keyof P]: TOptional<P[K]> } =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)])) as { [K in keyof P]: TOptional<P[K]> };
