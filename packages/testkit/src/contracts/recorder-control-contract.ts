// The part of the `RecorderApi` contract about what can be changed.
import type { TriggerAction, TriggerAnswer } from '@nightjar/client';
import type { RecorderUnderTest } from './recorder-api-contract.ts';

/** Declares the tests; `subject` is the recorder of the test that runs. */
export function describeRecorderControl(subject: () => RecorderUnderTest): void {
  it('keeps what is written about an event, and leaves the rest', async () => {
    const { api, eventId } = subject();
    const before = await api.event(eventId);
    const changed = await api.updateEvent(eventId, { name: 'Parcel', notes: 'left at the door', tags: ['parcel', 'door'] });
    expect(changed).toEqual({ ...before, name: 'Parcel', notes: 'left at the door', tags: ['parcel', 'door'] });
    expect(await api.event(eventId)).toEqual(changed);
    await expect(api.updateEvent(999_999_999, { name: 'x' })).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
  });

  it('deletes an event, unless it is protected', async () => {
    const { api, eventId, passTime = (work) => work } = subject();
    await api.updateEvent(eventId, { protected: true });
    await expect(passTime(api.deleteEvent(eventId))).rejects.toMatchObject({ code: 'EVENT_PROTECTED' });
    expect((await api.events({ protected: true })).events.map(({ id }) => id)).toEqual([eventId]);
    await api.updateEvent(eventId, { protected: false });
    await passTime(api.deleteEvent(eventId));
    await expect(api.event(eventId)).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
    expect((await api.events()).events.some(({ id }) => id === eventId)).toBe(false);
  });

  it('lists events page by page, each once', async () => {
    const { api } = subject();
    const all = (await api.events()).events.map(({ id }) => id);
    const paged: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.events({ limit: 1, ...(cursor === undefined ? {} : { cursor }) });
      paged.push(...page.events.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined && paged.length <= all.length);
    expect(paged).toEqual(all);
  });

  it('lists events of a cause, a zone, a least score and some cameras', async () => {
    const { api, cameraId, eventId } = subject();
    const { zones, score } = await api.event(eventId);
    const ids = async (filter: Parameters<typeof api.events>[0]): Promise<readonly number[]> => (await api.events(filter)).events.map(({ id }) => id);
    expect(await ids({ cause: 'motion', zone: zones[0] ?? '', minScore: score.max, cameras: [cameraId, 'elsewhere'] })).toContain(eventId);
    expect(await ids({ cameras: ['elsewhere', 'nowhere'] })).toEqual([]);
    expect(await ids({ cause: 'trigger' })).not.toContain(eventId);
    expect(await ids({ zone: 'no-such-zone' })).toEqual([]);
    expect(await ids({ minScore: 100 })).toEqual([]);
    expect(await ids({ cameras: [] })).toEqual([]);
  });

  it('opens an event by a trigger, tells which, and closes it', async () => {
    const { api, cameraId, sendVideo, passTime = (work) => work } = subject();
    await sendVideo(30);
    const { eventId } = await passTime(api.trigger(cameraId, { action: 'on', cause: 'Door', text: 'front' }));
    expect(eventId).toEqual(expect.any(Number));
    const event = await api.event(eventId ?? 0);
    expect(event).toMatchObject({ cameraId, causes: expect.arrayContaining([expect.objectContaining({ kind: 'trigger' })]) });
    await passTime(api.trigger(cameraId, { action: 'cancel' }));
    await expect(passTime(api.trigger('no-such-camera', { action: 'on' }))).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
  });

  it('ends an event by off, which lasts until anybody cancels it or triggers anew', async () => {
    const { api, cameraId, sendVideo, passTime = (work) => work } = subject();
    const say = (action: TriggerAction, source: string): Promise<TriggerAnswer> => passTime(api.trigger(cameraId, { action }, source));
    const forced = async (): Promise<unknown> => (await api.camera(cameraId)).state.forced;
    await sendVideo(30);
    const { eventId } = await say('on', 'door');
    expect(await forced()).toBe('on');
    expect(await say('off', 'remote')).toEqual({});
    expect(await forced()).toBe('off');
    await sendVideo(30);
    expect((await api.event(eventId ?? 0)).state).not.toBe('open');
    expect(await say('cancel', 'somebody else')).toEqual({});
    expect(await forced()).toBeUndefined();
    await say('off', 'remote');
    expect((await say('on', 'door')).eventId).toBeGreaterThan(eventId ?? 0);
    expect(await forced()).toBe('on');
    await say('cancel', 'door');
  });

  it('switches cameras and the recorder, and what is armed is both', async () => {
    const { api, cameraId, passTime = (work) => work } = subject();
    const { controls } = await api.camera(cameraId);
    const switched = await passTime(api.setCameraControls(cameraId, { detection: false, sensitivity: 30 }));
    expect(switched).toMatchObject({ id: cameraId, armed: true, controls: { ...controls, detection: false, sensitivity: 30 } });
    expect(await passTime(api.setControls({ armed: false }))).toEqual({ armed: false });
    expect(await api.controls()).toEqual({ armed: false });
    expect(await api.camera(cameraId)).toMatchObject({ armed: false, controls: { armed: true } });
    await passTime(api.setControls({ armed: true }));
    expect((await passTime(api.setCameraControls(cameraId, { record: false }))).controls).toMatchObject({ record: false, recordMode: 'off' });
    expect((await passTime(api.setCameraControls(cameraId, { record: true, armed: false }))).controls).toMatchObject({
      record: true,
      recordMode: controls.recordMode,
    });
    expect((await api.camera(cameraId)).armed).toBe(false);
    await expect(passTime(api.setCameraControls('no-such-camera', { armed: true }))).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
  });

  it('connects to a camera anew, and to none that is switched off', async () => {
    const { api, cameraId, passTime = (work) => work } = subject();
    await passTime(Promise.all([api.reconnect(cameraId), api.reconnect(cameraId)]));
    expect(['connecting', 'online']).toContain((await api.camera(cameraId)).state.status);
    await passTime(api.setCameraControls(cameraId, { enabled: false }));
    await expect(passTime(api.reconnect(cameraId))).rejects.toMatchObject({ code: 'CAMERA_CANNOT' });
    await passTime(api.setCameraControls(cameraId, { enabled: true }));
    await expect(passTime(api.reconnect('no-such-camera'))).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
  });

  it('makes tokens for addresses of one camera, and none for longer than five minutes', async () => {
    const { api, cameraId } = subject();
    const operations = ['getSnapshot'];
    const { token, expiresAt } = await api.mediaToken({ cameraId, operations, expiresInSeconds: 60 });
    expect([token.length > 0, new Date(expiresAt).toISOString()]).toEqual([true, expiresAt]);
    await expect(api.mediaToken({ cameraId: 'no-such-camera', operations })).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
    for (const wrong of [{ expiresInSeconds: 301 }, { operations: [] }])
      await expect(api.mediaToken({ cameraId, operations, ...wrong })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('says openly that a camera has no motor', async () => {
    const { api, cameraId } = subject();
    await expect(api.ptz(cameraId, { action: 'home' })).rejects.toMatchObject({ code: 'CAMERA_CANNOT' });
  });

  it('takes a camera in, changes it and lets it go', async () => {
    const { api, passTime = (work) => work } = subject();
    const made = await passTime(api.createCamera({ id: 'garden', source: 'synthetic:visitor', name: 'Garden', function: 'monitor' }));
    expect(made).toMatchObject({ id: 'garden', name: 'Garden', function: 'monitor' });
    await expect(passTime(api.createCamera({ id: 'garden', source: 'synthetic:visitor' }))).rejects.toMatchObject({ code: 'CAMERA_EXISTS' });
    expect(await passTime(api.updateCamera('garden', { name: 'Back garden' }))).toMatchObject({ name: 'Back garden', function: 'monitor' });
    expect((await api.cameras()).map(({ id }) => id)).toContain('garden');
    await passTime(api.deleteCamera('garden'));
    await expect(api.camera('garden')).rejects.toMatchObject({ code: 'CAMERA_NOT_FOUND' });
  });

  it('lists its servers, its storage and its settings', async () => {
    const { api } = subject();
    const { id } = await api.server();
    expect((await api.servers()).map((server) => server.id)).toContain(id);
    const [area] = await api.storage();
    expect(area?.freeBytes).toBeLessThanOrEqual(area?.totalBytes ?? 0);
    expect(await api.metrics()).toMatch(/^# HELP nightjar_/m);
    const [entry] = await api.configEntries();
    expect(await api.configEntry(entry?.name ?? '')).toEqual(entry);
    await expect(api.configEntry('no.such.setting')).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  });
}
