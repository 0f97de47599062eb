// Schemas of accounts, tokens and the audit log.
import * as Type from 'typebox';
import { MOST_CAMERAS } from '../auth/account-rules.ts';
import { PASSWORD_LENGTH, TOKEN_NAME_PATTERN, USER_NAME_PATTERN } from '../model/account.ts';
import { orNull } from './by-hand.ts';
import { cameraId, time } from './schemas.ts';

/** Longest token that is taken; ours are far shorter. */
const LONGEST_TOKEN = 4096;

/** What names are made of, in words. */
const USER_NAME_WORDS = 'letters without accents, digits, ".", "_", "-" and "@", at most 48';
const TOKEN_NAME_WORDS = 'letters without accents, digits, spaces, ".", "_", "-" and "@", at most 48';

/** Fields a request may have and no others. */
export const closed = { additionalProperties: false } as const;

/** The name of an account. */
export const userName = Type.String({
  pattern: USER_NAME_PATTERN,
  'x-expect': USER_NAME_WORDS,
  examples: ['alice'],
  description: `Name of an account: ${USER_NAME_WORDS}. Upper and lower case are the same.`,
});

/** A password that is being set. */
export const newPassword = Type.String({
  minLength: PASSWORD_LENGTH.least,
  maxLength: PASSWORD_LENGTH.most,
  examples: ['three words or more'],
  description: `A password of ${PASSWORD_LENGTH.least} to ${PASSWORD_LENGTH.most} characters.`,
});

/** A password that is being tried: short ones are wrong, not malformed. */
export const givenPassword = Type.String({ maxLength: PASSWORD_LENGTH.most, description: 'The password.' });

/** A name that is being tried: whatever is none is wrong, not malformed. */
export const givenName = Type.String({ maxLength: 256, examples: ['admin'], description: 'Name of the account, in upper or lower case.' });

/** A token in a body. */
export const givenToken = Type.String({ maxLength: LONGEST_TOKEN, description: 'The refresh token of a login; good once.' });

/** The name of a machine's token. */
export const tokenName = Type.String({
  pattern: TOKEN_NAME_PATTERN,
  'x-expect': TOKEN_NAME_WORDS,
  examples: ['doorbell'],
  description: `What the token is called: ${TOKEN_NAME_WORDS}.`,
});

/** The id of a login or a machine's token. */
export const tokenId = Type.String({
  pattern: '^[0-9a-f]{16}$',
  'x-expect': '16 digits of 0 to 9 and a to f',
  examples: ['0123456789abcdef'],
  description: "Id of a login or of a machine's token.",
});

const access = Type.Enum(['none', 'view', 'edit']);

/** Permissions by name. */
export const role = Type.Enum(['admin', 'operator', 'viewer'], { description: 'What it may do, as a word.' });

/** Permissions, all of them. */
export const permissions = Type.Object(
  { stream: access, events: access, control: access, monitors: access, system: access },
  { description: "ZoneMinder's permission columns." },
);

const mayBe = Type.Optional(access);

/** Permissions that differ from the role's. */
export const somePermissions = Type.Object(
  { stream: mayBe, events: mayBe, control: mayBe, monitors: mayBe, system: mayBe },
  { ...closed, description: 'What differs from the role.' },
);

/** Limits to cameras, as they are set. */
export const cameraLimit = orNull(Type.Array(cameraId, { maxItems: MOST_CAMERAS, uniqueItems: true }), {
  description: 'Cameras it is limited to; null: all.',
});

const shownCameras = orNull(Type.Array(Type.String()));

/** `LoginTokens`. */
export const loginTokens = Type.Object({
  accessToken: Type.String({ description: 'For `Authorization: Bearer`.' }),
  refreshToken: Type.String({ description: 'For `POST /auth/refresh`, once.' }),
  expiresInSeconds: Type.Integer({ description: 'Until the access token expires.' }),
});

/** `User`. */
export const userSchema = Type.Object({
  name: Type.String(),
  role,
  permissions,
  cameras: shownCameras,
  enabled: Type.Boolean(),
  createdAt: time,
  lastLoginAt: Type.Optional(time),
});

/** `Me`. */
export const meSchema = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['account', 'machine']),
  permissions,
  cameras: shownCameras,
  tokenId: Type.Optional(Type.String()),
});

/** `TokenInfo`. */
export const tokenSchema = Type.Object({
  id: Type.String(),
  kind: Type.Enum(['login', 'api']),
  name: Type.Optional(Type.String()),
  user: Type.Optional(Type.String()),
  role: Type.Optional(role),
  cameras: Type.Optional(shownCameras),
  createdBy: Type.Optional(Type.String()),
  address: Type.Optional(Type.String()),
  current: Type.Boolean(),
  createdAt: time,
  expiresAt: Type.Optional(time),
  lastUsedAt: Type.Optional(time),
});

/** What making a machine's token gives. */
export const newTokenSchema = Type.Object({ token: Type.String({ description: 'The token itself, shown this once.' }), info: tokenSchema });

/** `MediaToken`. */
export const mediaTokenSchema = Type.Object({ token: Type.String({ description: 'For `?token=`.' }), expiresAt: time });

/** `AuditPage`. */
export const auditPageSchema = Type.Object({
  entries: Type.Array(
    Type.Object({
      id: Type.Integer(),
      at: time,
      kind: Type.Enum(['login', 'login-failed', 'token-refused', 'not-allowed', 'revoked', 'user-created', 'user-changed', 'user-deleted', 'token-created']),
      name: Type.Optional(Type.String()),
      address: Type.String(),
      detail: Type.String(),
      count: Type.Integer(),
    }),
  ),
  nextBefore: Type.Optional(Type.Integer()),
});
