// Schemas by hand where TypeBox's own functions would load the whole of it into every recorder that starts.
import type { Static, TSchema } from 'typebox';
import * as Type from 'typebox';

/** What the schema takes, or null. */
export const orNull = <S extends TSchema>(schema: S, options: { readonly description?: string } = {}) =>
  Type.Unsafe<Static<S> | null>({ anyOf: [schema, { type: 'null' }], ...options });

/** A mapping of whatever there is. */
export const anyMapping = (options: { readonly description?: string } = {}) => Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', ...options });
