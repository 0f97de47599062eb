import type { Alert, Camera, Change, ChangeBody, Export, RecorderEvent, ServerStats } from '@nightjar/client';
import { fakeCamera } from '@nightjar/testkit';
import { type Principal, ROLES } from '../model/permission.ts';
import { changeFor } from './change-view.ts';

const change = (body: ChangeBody): Change => ({ ...body, seq: 1, at: '2026-11-22T12:00:00.000Z' });
const of = (cameras: Principal['cameras'], permissions: Partial<Principal['permissions']> = {}): Principal => ({
  name: 'ann',
  permissions: { ...ROLES.viewer, ...permissions },
  cameras,
});

const CAMERA: Camera = { ...fakeCamera('porch'), settings: { source: 'rtsp://192.0.2.1/' } as unknown as NonNullable<Camera['settings']> };
const EVENT = { id: 1, cameraId: 'porch' } as RecorderEvent;
const alert = (cameraId?: string): Alert => ({ id: 'x', level: 'error', text: 'x', since: '', ...(cameraId === undefined ? {} : { cameraId }) });

const OF_A_CAMERA: readonly (readonly [ChangeBody, keyof Principal['permissions']])[] = [
  [{ type: 'camera.changed', data: CAMERA }, 'monitors'],
  [{ type: 'camera.removed', data: { id: 'porch' } }, 'monitors'],
  [{ type: 'motion.changed', data: { cameraId: 'porch', motion: true, score: 5, zones: [] } }, 'monitors'],
  [{ type: 'event.opened', data: EVENT }, 'events'],
  [{ type: 'event.updated', data: EVENT }, 'events'],
  [{ type: 'event.closed', data: EVENT }, 'events'],
  [{ type: 'event.ready', data: EVENT }, 'events'],
  [{ type: 'event.deleted', data: { id: 1, cameraId: 'porch' } }, 'events'],
  [{ type: 'export.changed', data: { id: 1, cameraId: 'porch' } as Export }, 'events'],
  [{ type: 'export.deleted', data: { id: 1, cameraId: 'porch' } }, 'events'],
  [{ type: 'trigger.received', data: { cameraId: 'porch', action: 'on', source: 'door' } }, 'control'],
  [{ type: 'alert.raised', data: alert('porch') }, 'monitors'],
];
const OF_THE_RECORDER: readonly ChangeBody[] = [
  { type: 'server.stats', data: {} as ServerStats },
  { type: 'alert.raised', data: alert() },
  { type: 'alert.cleared', data: alert() },
];

describe('what of the change feed somebody hears', () => {
  it.each(OF_A_CAMERA)('is $type of the cameras they may see, with the permission for it', (body, area) => {
    const told = change(body);
    expect(changeFor(of(null, { [area]: 'view' }), told)).toMatchObject({ type: body.type });
    expect(changeFor(of(['yard', 'porch'], { [area]: 'view' }), told)).toMatchObject({ type: body.type });
    expect(changeFor(of(['yard'], { [area]: 'edit' }), told)).toBeUndefined();
    expect(changeFor(of([], { [area]: 'edit' }), told)).toBeUndefined();
    expect(changeFor(of(null, { [area]: 'none' }), told)).toBeUndefined();
  });

  it.each(OF_THE_RECORDER)('is $type only for who may look at the system', (body) => {
    expect(changeFor(of(null), change(body))).toBeUndefined();
    expect(changeFor(of(null, { system: 'view' }), change(body))).toEqual(change(body));
    // How many cameras there are is nothing for who is limited to some.
    expect(changeFor(of(['porch'], { system: 'view' }), change(body))).toEqual(body.type === 'server.stats' ? undefined : change(body));
  });

  it('holds no settings of cameras, whoever listens', () => {
    const heard = changeFor({ name: 'root', permissions: ROLES.admin, cameras: null }, change({ type: 'camera.changed', data: CAMERA }));
    expect(heard?.data).toEqual(fakeCamera('porch'));
  });
});
