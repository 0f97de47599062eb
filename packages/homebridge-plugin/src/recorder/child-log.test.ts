// What of the recorder's log Homebridge's shows.
import { KeptLog } from '../../test/kept-log.ts';
import { ChildLog } from './child-log.ts';

describe('lines of the recorder', () => {
  const line = (level: string, message: string, more: object = {}): string => JSON.stringify({ level, time: '2026-11-30T01:00:00.000Z', ...more, message });

  it('keep what matters at its level, and the rest for those who debug', () => {
    const log = new KeptLog();
    const child = new ChildLog(log, () => 0);
    for (const level of ['debug', 'info', 'warn', 'error']) child.take(line(level, 'x', { camera: 'porch' }));
    expect(log.lines).toEqual(['debug recorder: porch: x', 'debug recorder: porch: x', 'warn recorder: porch: x', 'debug recorder: porch: x']);
  });

  it('are told again after ten minutes, whatever numbers are in them', () => {
    const log = new KeptLog();
    let nowMs = 0;
    const child = new ChildLog(log, () => nowMs);
    child.take(line('warn', 'connecting again in 1.1 s'));
    child.take(line('warn', 'connecting again in 2.0 s'));
    nowMs = 600_000;
    child.take(line('warn', 'connecting again in 60.0 s'));
    expect(log.told).toEqual(['warn recorder: connecting again in 1.1 s', 'warn recorder: connecting again in 60.0 s']);
  });

  it('never show a secret', () => {
    const log = new KeptLog();
    const child = new ChildLog(log, () => 0);
    child.take(line('error', 'rtsp://user:s3cret@192.0.2.1/x and njt_0123_s3cret'));
    child.take(line('error', 'rtsp://user:s3cret@s3cret@192.0.2.1/x?user=u&password=s3cret&channel=1'));
    child.take('nightjar: bad http://u:s3cret@h/');
    expect(log.lines.join()).not.toContain('s3cret');
    expect(child.lastWords).toBe('bad http://h/');
  });

  it('are for those who debug once it was told to stop', () => {
    const log = new KeptLog();
    const child = new ChildLog(log, () => 0);
    child.quieten();
    child.take(line('warn', 'nothing was recorded for 0.8 s'));
    expect(log.told).toEqual([]);
  });

  it.each(['', '{"level":', '[]', '{}', 'null'])('may be anything: %j', (text) => {
    expect(() => new ChildLog(new KeptLog(), () => 0).take(text)).not.toThrow();
  });
});
