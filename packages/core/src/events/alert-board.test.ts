import type { Change, ChangeBody } from '@nightjar/client';
import { FakeClock, RecordingLogger } from '@nightjar/testkit';
import { AlertBoard } from './alert-board.ts';

const board = () => {
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const published: ChangeBody[] = [];
  const feed = {
    publish: (body: ChangeBody): Change => {
      published.push(body);
      return { ...body, seq: published.length, at: '' };
    },
  };
  return { clock, log, published, alerts: new AlertBoard({ feed, clock, log }) };
};

describe('AlertBoard', () => {
  it('raises an alert once and clears it once', async () => {
    const { alerts, published, log, clock } = board();
    alerts.raise({ id: 'a', level: 'error', text: 'the disk is away' });
    await clock.advance(5000);
    alerts.raise({ id: 'a', level: 'error', text: 'the disk is away' });
    expect(alerts.list()).toEqual([{ id: 'a', level: 'error', text: 'the disk is away', since: '2026-01-01T00:00:00.000Z' }]);
    alerts.clear('a');
    alerts.clear('a');
    expect(alerts.list()).toEqual([]);
    expect(published.map(({ type }) => type)).toEqual(['alert.raised', 'alert.cleared']);
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual(['error the disk is away', 'info over: the disk is away']);
  });

  it('tells what is new about an alert, which stays as old as it is', async () => {
    const { alerts, published, clock, log } = board();
    alerts.raise({ id: 'a', level: 'warning', text: 'porch is offline' });
    await clock.advance(60_000);
    alerts.raise({ id: 'a', level: 'warning', text: 'porch is stalled' });
    alerts.raise({ id: 'b', level: 'warning', text: 'by the way' });
    expect(alerts.list()).toMatchObject([{ text: 'porch is stalled', since: '2026-01-01T00:00:00.000Z' }, { id: 'b' }]);
    expect(published).toHaveLength(3);
    log.expectLine('porch is stalled', 'warn');
  });

  it('logs what comes and goes once a minute, and its end with its beginning', async () => {
    const { alerts, published, clock, log } = board();
    const body = { id: 'mqtt', level: 'warning', text: 'the broker is away' } as const;
    const said: boolean[] = [];
    for (let count = 0; count < 13; count += 1) {
      said.push(alerts.raise(body));
      alerts.clear('mqtt');
      await clock.advance(5000);
    }
    expect(said.flatMap((each, index) => (each ? [index] : []))).toEqual([0, 12]);
    expect(published).toHaveLength(26);
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual(
      [1, 2].flatMap(() => ['warn the broker is away', 'info over: the broker is away']),
    );
  });
});
