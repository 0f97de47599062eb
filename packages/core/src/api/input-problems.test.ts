// Mistakes in what clients send, as they are told: one clear sentence each.
import { FakeRecorder } from '@nightjar/testkit';
import { ROLES } from '../model/permission.ts';
import type { AccountDesk } from './account-desk.ts';
import { OPERATIONS } from './registry.ts';
import { type InputError, OperationRunner } from './run-operation.ts';

const told = async (id: string, input: Readonly<Record<string, unknown>>): Promise<readonly string[]> => {
  const operation = OPERATIONS.find((each) => each.id === id)!;
  const context = {
    recorder: new FakeRecorder({ cameras: ['porch'] }),
    principal: { name: 'ann', permissions: ROLES.admin, cameras: null },
    accounts: {} as AccountDesk,
    peer: { address: '192.0.2.1' },
    isContinued: false,
    signal: new AbortController().signal,
  };
  const error = await Promise.resolve(new OperationRunner().run(operation, { ...context, input })).catch((reason: unknown) => reason);
  return (error as InputError).details.map(({ path, message }) => `${path}: ${message}`);
};

describe('mistakes in an input', () => {
  it.each([
    ['triggerCamera', { id: 'porch', action: 'up' }, 'action: got "up", expected one of on, off, cancel, pulse, show'],
    ['triggerCamera', { id: 'porch' }, 'action: is missing; expected one of on, off, cancel, pulse, show'],
    [
      'triggerCamera',
      { id: 'porch', action: 'on', text: 'a\nb' },
      'text: got a text of 3 characters, expected a line of 0 to 255 characters without control characters',
    ],
    ['triggerCamera', { id: 'UPPER', action: 'on' }, 'id: got a text of 5 characters, expected lower-case letters, digits, "_" and "-", at most 48'],
    ['listEvents', { cause: 'magic' }, 'cause: got "magic", expected one of motion, continuous, trigger, analysis-down'],
    ['listEvents', { from: 'yesterday' }, 'from: got "yesterday", expected a moment with its zone, such as 2026-11-22T12:00:00Z'],
    ['listEvents', { from: '2026-11-22T12:00:00' }, 'from: got "2026-11-22T12:00:00", expected a moment with its zone, such as 2026-11-22T12:00:00Z'],
    ['listEvents', { to: '9999-12-31T23:59:59-14:00' }, 'to: got "9999-12-31T23:59:59-14:00", expected a moment with its zone, such as 2026-11-22T12:00:00Z'],
    ['listEvents', { from: '2026-02-31T00:00:00Z' }, 'from: got "2026-02-31T00:00:00Z", expected a moment with its zone, such as 2026-11-22T12:00:00Z'],
    ['listEvents', { limit: '0' }, 'limit: got 0, expected a whole number from 1 to 1000'],
    ['listEvents', { limit: 'many' }, 'limit: got "many", expected a whole number from 1 to 1000'],
    ['updateEvent', { id: 1, name: '' }, 'name: got a text of 0 characters, expected a line of 1 to 120 characters that says something'],
    ['updateEvent', { id: 1, tags: 'a' }, 'tags: got "a", expected a list of 0 to 32 entries'],
    ['getEvent', { id: 1, more: 'x' }, 'more: is an unknown key; expected a mapping with id'],
  ])('%s of %j', async (id, input, sentence) => {
    expect(await told(id, input)).toEqual([sentence]);
  });

  it('never repeat a password', async () => {
    const sentences = await told('createUser', { name: 'bob', password: 'short', role: 'viewer' });
    expect(sentences).toEqual(['password: got a text of 5 characters, expected a text of 8 to 256 characters']);
  });
});
