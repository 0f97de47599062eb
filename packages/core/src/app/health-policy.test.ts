import { healthStatus } from './health-policy.ts';

describe('health in one word', () => {
  it.each<[readonly string[], number, number, ReturnType<typeof healthStatus>, number?]>([
    [[], 2, 2, 'ok'],
    [[], 0, 0, 'ok'],
    [[], 2, 0, 'ok'],
    [['camera-lost-porch'], 2, 1, 'degraded'],
    [['camera-lost-porch', 'camera-lost-yard'], 2, 0, 'failing'],
    [['mqtt'], 0, 0, 'degraded'],
    [['database'], 1, 1, 'degraded'],
    [['analysis-porch'], 1, 1, 'degraded'],
    [['area-default'], 1, 1, 'failing', 0],
    [['area-usb'], 1, 1, 'degraded', 1],
    [['mqtt', 'disk-full-default'], 1, 1, 'failing'],
    [['recording-porch'], 2, 2, 'failing'],
  ])('%j with %d cameras, %d online: %s', (ids, total, online, status, usableAreas = 1) => {
    expect(
      healthStatus(
        ids.map((id) => ({ id })),
        { total, online },
        usableAreas,
      ),
    ).toBe(status);
  });
});
