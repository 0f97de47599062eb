// The change feed over a socket.
import * as Type from 'typebox';
import { requireAccount } from '../../auth/authorize.ts';
import { changeMessages } from '../change-messages.ts';
import { operation } from '../operation.ts';

/** `GET /changes`, over a WebSocket. */
export const watchChanges = operation({
  id: 'watchChanges',
  tag: 'system',
  summary:
    'Changes as they happen, each as {seq, type, at, data}, of what you may see, so that numbers have holes; {type: "heartbeat", seq, at} every 15 s. After {type: "reload", reason, seq} changes are lost: ask for the state anew.',
  method: 'GET',
  path: '/changes',
  input: Type.Object(
    {
      since: Type.Optional(
        Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Number of the last change or heartbeat received; absent: from now on.' }),
      ),
    },
    { additionalProperties: false },
  ),
  output: { kind: 'socket' },
  requires: 'account',
  handle: ({ since }, { recorder, principal, signal }) => {
    requireAccount(principal);
    return changeMessages({
      recorder,
      principal,
      signal,
      ...(since === undefined ? {} : { since }),
    });
  },
});
