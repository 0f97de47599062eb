// Logins, accounts, tokens and the audit log.
import type { Me } from '@nightjar/client';
import * as Type from 'typebox';
import { MOST_DAYS } from '../../auth/account-rules.ts';
import { requireAccount } from '../../auth/authorize.ts';
import type { Principal } from '../../model/permission.ts';
import {
  auditPageSchema,
  cameraLimit,
  closed,
  givenName,
  givenPassword,
  givenToken,
  loginTokens,
  mediaTokenSchema,
  meSchema,
  newPassword,
  newTokenSchema,
  role,
  somePermissions,
  tokenId,
  tokenName,
  tokenSchema,
  userName,
  userSchema,
} from '../account-schemas.ts';
import { orNull } from '../by-hand.ts';
import { type Operation, type OperationContext, operation } from '../operation.ts';
import { cameraId, nothing } from '../schemas.ts';
import { getLiveMp4, watchLive } from './live.ts';
import { getLiveMjpeg, getSnapshot } from './pictures.ts';

const VIEW = { area: 'system', access: 'view' } as const;
const EDIT = { area: 'system', access: 'edit' } as const;
const MOST_OPERATIONS = 32;
const MOST_ENTRIES = 1000;
/** What only a camera has that is there, not what is left of one. */
const LIVE: readonly string[] = [getSnapshot, getLiveMjpeg, getLiveMp4, watchLive].map(({ id }) => id);

/** Whoever asks; the runner let nobody else come here. */
function asking({ principal }: OperationContext): Principal {
  requireAccount(principal);
  return principal;
}

/** `POST /auth/login`. */
const login = operation({
  id: 'login',
  tag: 'accounts',
  summary: 'Log in with name and password. After several failures the next ones are refused for a growing time.',
  method: 'POST',
  path: '/auth/login',
  input: Type.Object({ name: givenName, password: givenPassword }, closed),
  output: { kind: 'json', schema: loginTokens },
  requires: 'anybody',
  errors: ['LOGIN_FAILED', 'TOO_MANY_REQUESTS'],
  handle: (credentials, { accounts, peer }) => accounts.login(credentials, peer),
});

/** `POST /auth/refresh`. */
const refreshLogin = operation({
  id: 'refreshLogin',
  tag: 'accounts',
  summary: 'Exchange a refresh token for new tokens. It is good once: using it again ends the login.',
  method: 'POST',
  path: '/auth/refresh',
  input: Type.Object({ refreshToken: givenToken }, closed),
  output: { kind: 'json', schema: loginTokens },
  requires: 'anybody',
  errors: ['NOT_LOGGED_IN'],
  handle: ({ refreshToken }, { accounts, peer }) => accounts.refresh(refreshToken, peer),
});

/** `POST /auth/revoke`. */
const revokeLogin = operation({
  id: 'revokeLogin',
  tag: 'accounts',
  summary: 'Log out: ends the login that is used, one by its id, or with `all` every login of the account. Those of others need the permission system: edit.',
  method: 'POST',
  path: '/auth/revoke',
  input: Type.Object(
    {
      id: Type.Optional(tokenId),
      all: Type.Optional(Type.Boolean({ description: 'Every login of the account.' })),
      user: Type.Optional(userName),
    },
    closed,
  ),
  output: { kind: 'nothing' },
  requires: 'account',
  errors: ['TOKEN_NOT_FOUND', 'USER_NOT_FOUND'],
  handle: async (what, context) => {
    await context.accounts.revoke(asking(context), what, context.peer);
    return undefined;
  },
});

/** `GET /auth/me`. */
const getMe = operation({
  id: 'getMe',
  tag: 'accounts',
  summary: 'Who you are, and what you may do.',
  method: 'GET',
  path: '/auth/me',
  input: nothing,
  output: { kind: 'json', schema: meSchema },
  requires: 'account',
  handle: (_input, context): Me => {
    const { name, machine, permissions, cameras, tokenId: id } = asking(context);
    return { name, kind: machine === true ? 'machine' : 'account', permissions, cameras, ...(id === undefined ? {} : { tokenId: id }) };
  },
});

/** `PUT /auth/password`. */
const changePassword = operation({
  id: 'changePassword',
  tag: 'accounts',
  summary: 'Change your own password. Every login of the account ends, the one that is used too.',
  method: 'PUT',
  path: '/auth/password',
  input: Type.Object({ currentPassword: givenPassword, newPassword }, closed),
  output: { kind: 'nothing' },
  requires: 'account',
  errors: ['LOGIN_FAILED', 'TOO_MANY_REQUESTS'],
  handle: async (change, context) => {
    await context.accounts.changePassword(asking(context), change, context.peer);
    return undefined;
  },
});

/** `POST /media-tokens`. */
const createMediaToken = operation({
  id: 'createMediaToken',
  tag: 'accounts',
  summary: 'Make a token for the address of an image or a video: for one camera, some operations, at most five minutes. It ends with your login.',
  method: 'POST',
  path: '/media-tokens',
  input: Type.Object(
    {
      cameraId,
      operations: Type.Array(Type.String({ maxLength: 100 }), {
        minItems: 1,
        maxItems: MOST_OPERATIONS,
        examples: [['getSnapshot']],
        description: 'Ids of operations that take such a token, for instance `getSnapshot`.',
      }),
      expiresInSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 300, default: 300 })),
    },
    closed,
  ),
  output: { kind: 'json', schema: mediaTokenSchema, status: 201 },
  requires: 'account',
  errors: ['CAMERA_NOT_FOUND'],
  handle: async (request, context) => {
    const token = await context.accounts.mediaToken(asking(context), request);
    // Asked last: whether there is such a camera is nothing for those who may not use it.
    if (request.operations.every((id) => LIVE.includes(id))) await context.recorder.camera(request.cameraId);
    else await requireKnown(context.recorder, request.cameraId);
    return token;
  },
});

/** `GET /users`. */
const listUsers = operation({
  id: 'listUsers',
  tag: 'accounts',
  summary: 'Every account.',
  method: 'GET',
  path: '/users',
  input: nothing,
  output: { kind: 'json', schema: Type.Array(userSchema) },
  requires: VIEW,
  concernsAll: true,
  handle: (_input, { accounts }) => accounts.users(),
});

/** `POST /users`. */
const createUser = operation({
  id: 'createUser',
  tag: 'accounts',
  summary: 'Add an account; a viewer unless another role is given.',
  method: 'POST',
  path: '/users',
  input: Type.Object(
    {
      name: userName,
      password: newPassword,
      role: Type.Optional(role),
      permissions: Type.Optional(somePermissions),
      cameras: Type.Optional(cameraLimit),
    },
    closed,
  ),
  output: { kind: 'json', schema: userSchema, status: 201 },
  requires: EDIT,
  errors: ['USER_EXISTS'],
  handle: (input, context) => context.accounts.createUser(input, asking(context), context.peer),
});

/** `GET /users/{name}`. */
const getUser = operation({
  id: 'getUser',
  tag: 'accounts',
  summary: 'One account.',
  method: 'GET',
  path: '/users/{name}',
  input: Type.Object({ name: userName }, closed),
  output: { kind: 'json', schema: userSchema },
  requires: VIEW,
  concernsAll: true,
  errors: ['USER_NOT_FOUND'],
  handle: ({ name }, { accounts }) => accounts.user(name),
});

/** `PATCH /users/{name}`. */
const updateUser = operation({
  id: 'updateUser',
  tag: 'accounts',
  summary: 'Change an account. It holds at once; another password ends its logins. (Your own password: `PUT /auth/password`.)',
  method: 'PATCH',
  path: '/users/{name}',
  input: Type.Object(
    {
      name: userName,
      password: Type.Optional(newPassword),
      role: Type.Optional(role),
      permissions: Type.Optional(orNull(somePermissions, { description: "What differs from the role; null: the role's again." })),
      cameras: Type.Optional(cameraLimit),
      enabled: Type.Optional(Type.Boolean({ description: 'Whether it may log in; `false` ends its logins.' })),
    },
    { ...closed, examples: [{ role: 'operator' }] },
  ),
  output: { kind: 'json', schema: userSchema },
  requires: EDIT,
  errors: ['USER_NOT_FOUND', 'LAST_ADMIN'],
  handle: ({ name, ...changes }, context) => context.accounts.updateUser(name, changes, asking(context), context.peer),
});

/** `DELETE /users/{name}`. */
const deleteUser = operation({
  id: 'deleteUser',
  tag: 'accounts',
  summary: 'Delete an account and end its logins.',
  method: 'DELETE',
  path: '/users/{name}',
  input: Type.Object({ name: userName }, closed),
  output: { kind: 'nothing' },
  requires: EDIT,
  errors: ['USER_NOT_FOUND', 'LAST_ADMIN'],
  handle: async ({ name }, context) => {
    await context.accounts.deleteUser(name, asking(context), context.peer);
    return undefined;
  },
});

/** `GET /tokens`. */
const listTokens = operation({
  id: 'listTokens',
  tag: 'accounts',
  summary: "Logins and machines' tokens, newest first: all with the permission system: view, else your own.",
  method: 'GET',
  path: '/tokens',
  input: nothing,
  output: { kind: 'json', schema: Type.Array(tokenSchema) },
  requires: 'account',
  handle: (_input, context) => context.accounts.tokens(asking(context)),
});

/** `POST /tokens`. */
const createToken = operation({
  id: 'createToken',
  tag: 'accounts',
  summary: 'Make a token for a machine; a viewer unless another role is given. It is shown once.',
  method: 'POST',
  path: '/tokens',
  input: Type.Object(
    {
      name: tokenName,
      role: Type.Optional(role),
      cameras: Type.Optional(cameraLimit),
      expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_DAYS, description: 'Absent: it never expires.' })),
    },
    closed,
  ),
  output: { kind: 'json', schema: newTokenSchema, status: 201 },
  requires: EDIT,
  handle: (input, context) => context.accounts.createToken(input, asking(context), context.peer),
});

/** `DELETE /tokens/{id}`. */
const deleteToken = operation({
  id: 'deleteToken',
  tag: 'accounts',
  summary: "End a login or a machine's token.",
  method: 'DELETE',
  path: '/tokens/{id}',
  input: Type.Object({ id: tokenId }, closed),
  output: { kind: 'nothing' },
  requires: EDIT,
  errors: ['TOKEN_NOT_FOUND'],
  handle: async ({ id }, context) => {
    await context.accounts.revoke(asking(context), { id }, context.peer);
    return undefined;
  },
});

/** `GET /audit`. */
const listAudit = operation({
  id: 'listAudit',
  tag: 'accounts',
  summary: 'What happened to accounts and tokens, newest first: logins, refusals, changes.',
  method: 'GET',
  path: '/audit',
  input: Type.Object(
    {
      limit: Type.Integer({ minimum: 1, maximum: MOST_ENTRIES, default: 100 }),
      before: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: '`nextBefore` of the page before.' })),
    },
    closed,
  ),
  output: { kind: 'json', schema: auditPageSchema },
  requires: VIEW,
  concernsAll: true,
  handle: (page, { accounts }) => accounts.audit(page),
});

/** What a camera that was removed has recorded can still be played. @throws an error whose `code` is `CAMERA_NOT_FOUND`. */
async function requireKnown(recorder: OperationContext['recorder'], id: string): Promise<void> {
  try {
    await recorder.camera(id);
  } catch (error) {
    const { events } = await recorder.events({ camera: id, limit: 1 });
    if (events.length === 0) throw error;
  }
}

/** In the order of the reference. */
export const ACCOUNT_OPERATIONS: readonly Operation[] = [
  login,
  refreshLogin,
  revokeLogin,
  getMe,
  changePassword,
  createMediaToken,
  listUsers,
  createUser,
  getUser,
  updateUser,
  deleteUser,
  listTokens,
  createToken,
  deleteToken,
  listAudit,
];
