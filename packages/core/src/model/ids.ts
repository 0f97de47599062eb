// Identifiers as the contracts fix them.

/** A camera's id: lower-case letters, digits, `_` and `-`, at most 48 characters. */
export type CameraId = string;

/** An event's id: a positive integer, unique per database (ZoneMinder's clients need integers). */
export type EventId = number;

/** An export's id: a positive integer that is never given again. */
export type ExportId = number;

/** A storage area's id, as written in the configuration. */
export type AreaId = string;

/** A zone's id, unique within its camera. */
export type ZoneId = string;

/** What ids of cameras, servers, areas and zones look like. */
export const ID_PATTERN = '^[a-z0-9][a-z0-9_-]{0,47}$';

const idExpression = new RegExp(ID_PATTERN);

/** Whether `text` may be the id of a camera, server, area or zone. */
export const isId = (text: string): boolean => idExpression.test(text);
