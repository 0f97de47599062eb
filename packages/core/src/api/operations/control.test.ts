import type { PtzRequest, TriggerRequest } from '@nightjar/client';
import { FakeRecorder } from '@nightjar/testkit';
import { type Principal, ROLES } from '../../model/permission.ts';
import type { AccountDesk } from '../account-desk.ts';
import type { Operation } from '../operation.ts';
import { OperationRunner } from '../run-operation.ts';
import { movePtz, triggerCamera } from './control.ts';

const operator: Principal = { name: 'garden-pir', permissions: ROLES.operator, cameras: ['porch'] };

/** A recorder that writes down what it was asked. */
class AskedRecorder extends FakeRecorder {
  readonly asked: unknown[] = [];

  override async trigger(...asked: [string?, TriggerRequest?, string?]): Promise<{ eventId: number }> {
    this.asked.push(asked);
    return { eventId: 42 };
  }

  override async ptz(...asked: [string?, PtzRequest?]): Promise<void> {
    this.asked.push(asked);
  }
}

function run(operation: Operation, input: Readonly<Record<string, unknown>>, principal: Principal = operator) {
  const recorder = new AskedRecorder({ cameras: ['porch'] });
  const runner = new OperationRunner({ checksOutput: true });
  const answer = runner.run(operation, {
    principal,
    recorder,
    accounts: { refused: () => undefined } as unknown as AccountDesk,
    peer: { address: '192.0.2.1' },
    isContinued: false,
    signal: new AbortController().signal,
    input,
  });
  return { recorder, answer };
}

describe('triggerCamera', () => {
  it('passes the signal on under the name of who asks, or the one that is given', async () => {
    const { recorder, answer } = run(triggerCamera, { id: 'porch', action: 'on', durationSeconds: 0.1, score: 100, cause: 'PIR', text: 'x'.repeat(255) });
    expect(await answer).toEqual({ eventId: 42 });
    expect(recorder.asked).toEqual([['porch', { action: 'on', durationSeconds: 0.1, score: 100, cause: 'PIR', text: 'x'.repeat(255) }, 'garden-pir']]);
    const named = run(triggerCamera, { id: 'porch', action: 'cancel', source: 'door' });
    await named.answer;
    expect(named.recorder.asked).toEqual([['porch', { action: 'cancel' }, 'door']]);
  });

  it.each<Readonly<Record<string, unknown>>>([
    { id: 'porch' },
    { id: 'porch', action: 'ON' },
    { id: '../porch', action: 'on' },
    { id: 'porch', action: 'on', durationSeconds: 0.05 },
    { id: 'porch', action: 'on', durationSeconds: 86_401 },
    { id: 'porch', action: 'on', durationSeconds: '5' },
    { id: 'porch', action: 'on', score: -1 },
    { id: 'porch', action: 'on', score: 100.5 },
    { id: 'porch', action: 'on', cause: 'x'.repeat(256) },
    { id: 'porch', action: 'on', text: 'a\nb' },
    { id: 'porch', action: 'on', showText: '\u0000' },
    { id: 'porch', action: 'on', source: '' },
    { id: 'porch', action: 'on', duration: 5 },
  ])('refuses %j', async (input) => {
    const { recorder, answer } = run(triggerCamera, input);
    await expect(answer).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(recorder.asked).toEqual([]);
  });

  it('is for those who may control that camera', async () => {
    const input = { id: 'porch', action: 'on' };
    await expect(run(triggerCamera, input, { ...operator, permissions: ROLES.viewer }).answer).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(run(triggerCamera, input, { ...operator, cameras: ['yard'] }).answer).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });
});

describe('movePtz', () => {
  it('passes on what is in its limits, and nothing else', async () => {
    const { recorder, answer } = run(movePtz, { id: 'porch', action: 'move', pan: -1, tilt: 1, zoom: 0, durationMs: 500 });
    await answer;
    expect(recorder.asked).toEqual([['porch', { action: 'move', pan: -1, tilt: 1, zoom: 0, durationMs: 500 }]]);
    for (const wrong of [{ action: 'jump' }, { action: 'move', pan: 1.1 }, { action: 'move', durationMs: 0 }, { action: 'preset', preset: '' }])
      await expect(run(movePtz, { id: 'porch', ...wrong }).answer).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
