import { FakeRecorder } from '@nightjar/testkit';
import type { AccountDesk } from '../account-desk.ts';
import { OperationRunner } from '../run-operation.ts';
import { getLiveMjpeg, getSnapshot } from './pictures.ts';

const permissions = { stream: 'view', events: 'none', control: 'none', monitors: 'none', system: 'none' } as const;
const viewer = { name: 'viewer', permissions, cameras: null };
const token = { ...viewer, scope: { cameraId: 'porch', operations: ['getSnapshot'] } };

function ask(operation: typeof getSnapshot, input: Readonly<Record<string, unknown>>, principal: typeof viewer = viewer) {
  const recorder = new FakeRecorder({ cameras: ['porch', 'yard'] });
  const asked: unknown[] = [];
  recorder.snapshot = async (...args) => {
    asked.push(args);
    return { jpeg: Uint8Array.of(1), at: '2026-01-01T00:00:00.000Z', stale: false, etag: 'a' };
  };
  recorder.pictures = async function* (...args) {
    asked.push(args);
    yield* [];
  };
  const signal = new AbortController().signal;
  const request = {
    recorder,
    accounts: { refused: () => undefined } as unknown as AccountDesk,
    peer: { address: '127.0.0.1' },
    isContinued: false,
    signal,
    principal,
    input,
  };
  return { answer: new OperationRunner().run(operation, request), asked, signal };
}

describe('pictures over the API', () => {
  it('are asked for in sizes that there are, for whoever may see live pictures', async () => {
    const { answer, asked, signal } = ask(getSnapshot, { id: 'porch', width: '640', height: '360' });
    expect(await answer).toMatchObject({ etag: 'a' });
    expect(asked).toEqual([['porch', { width: 640, height: 360, signal }]]);
  });

  it('come five a second where nothing else is said', async () => {
    const { answer, asked, signal } = ask(getLiveMjpeg, { id: 'porch' });
    for await (const _ of (await answer) as AsyncIterable<unknown>);
    expect(asked).toEqual([['porch', { maxFps: 5, signal }]]);
  });

  it.each([
    [getSnapshot, { id: 'porch', width: 15 }],
    [getSnapshot, { id: 'porch', height: 8193 }],
    [getSnapshot, { id: 'porch', width: 1.5 }],
    [getSnapshot, { id: '../porch' }],
    [getSnapshot, { id: 'porch', depth: 3 }],
    [getLiveMjpeg, { id: 'porch', maxFps: 0 }],
    [getLiveMjpeg, { id: 'porch', maxFps: 31 }],
    [getLiveMjpeg, { id: 'porch', width: 'wide' }],
  ])('are refused where the input is wrong (case %#)', async (operation, input) => {
    await expect(ask(operation, input).answer).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('are shown to a media token of that camera and operation only', async () => {
    await expect(ask(getSnapshot, { id: 'porch' }, token).answer).resolves.toMatchObject({ etag: 'a' });
    await expect(ask(getSnapshot, { id: 'yard' }, token).answer).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(ask(getLiveMjpeg, { id: 'porch' }, token).answer).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(ask(getSnapshot, { id: 'yard' }, { ...viewer, cameras: ['porch'] } as unknown as typeof viewer).answer).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    await expect(
      ask(getSnapshot, { id: 'porch' }, { ...viewer, permissions: { ...permissions, stream: 'none' } } as unknown as typeof viewer).answer,
    ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });
});
