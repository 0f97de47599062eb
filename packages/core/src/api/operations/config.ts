// The configuration: reading the file again, and settings beside the cameras.
import * as Type from 'typebox';
import { operation } from '../operation.ts';

const ids = (description: string) => Type.Array(Type.String(), { description });

/** `POST /reload`. */
export const reloadConfig = operation({
  id: 'reloadConfig',
  tag: 'system',
  summary: 'Reads the configuration file again and restarts only what its changes touch. With mistakes in the file nothing changes.',
  method: 'POST',
  path: '/reload',
  input: Type.Object({}, { additionalProperties: false }),
  output: {
    kind: 'json',
    schema: Type.Object({
      started: ids('Cameras that are new.'),
      stopped: ids('Cameras that are gone; their events stay.'),
      restarted: ids('Cameras that were connected to anew.'),
      updated: ids('Cameras whose new settings were taken over.'),
      settings: ids('Settings beside the cameras that are in force now.'),
      needsRestart: ids('Settings whose change takes effect when the recorder starts again.'),
    }),
  },
  requires: { area: 'system', access: 'edit' },
  errors: ['CONFIG_INVALID'],
  handle: (_input, { recorder }) => recorder.reload(),
});

const name = Type.String({ minLength: 1, maxLength: 100, examples: ['retention.days'], description: 'Dotted name, for instance `retention.days`.' });

const entry = Type.Object({
  name: Type.String(),
  value: Type.Unknown({ description: '`***` for what is secret.' }),
  default: Type.Unknown(),
  provisioned: Type.Boolean({ description: 'Stands in the configuration file, where alone it can be changed.' }),
  editable: Type.Boolean(),
  description: Type.String(),
});

/** `GET /config`. */
export const listConfig = operation({
  id: 'listConfig',
  tag: 'system',
  summary: 'Every setting beside the cameras.',
  method: 'GET',
  path: '/config',
  input: Type.Object({}, { additionalProperties: false }),
  output: { kind: 'json', schema: Type.Array(entry) },
  requires: { area: 'system', access: 'view' },
  handle: (_input, { recorder }) => recorder.configEntries(),
});

/** `GET /config/{name}`. */
export const getConfig = operation({
  id: 'getConfig',
  tag: 'system',
  summary: 'One setting beside the cameras.',
  method: 'GET',
  path: '/config/{name}',
  input: Type.Object({ name }, { additionalProperties: false }),
  output: { kind: 'json', schema: entry },
  requires: { area: 'system', access: 'view' },
  errors: ['CONFIG_NOT_FOUND'],
  handle: (input, { recorder }) => recorder.configEntry(input.name),
});

/** `PUT /config/{name}`. */
export const setConfig = operation({
  id: 'setConfig',
  tag: 'system',
  summary: 'Changes a setting that takes effect at once and does not stand in the file. It is kept in the database.',
  method: 'PUT',
  path: '/config/{name}',
  input: Type.Object({ name, value: Type.Unknown({ examples: [30], description: 'As the file would have it.' }) }, { additionalProperties: false }),
  output: { kind: 'json', schema: entry },
  requires: { area: 'system', access: 'edit' },
  errors: ['CONFIG_NOT_FOUND', 'CONFIG_PROVISIONED', 'CONFIG_INVALID', 'DATABASE_BUSY', 'DATABASE_FAILED'],
  handle: (input, { recorder }) => recorder.setConfigEntry(input.name, input.value),
});
