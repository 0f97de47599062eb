import { InvariantError, RecorderError } from '../../errors/recorder-error.ts';
import { Secret } from '../../util/secret.ts';
import { createPinoLogger, type LoggerOptions } from './pino-logger.ts';

function collect(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  return { lines, logger: createPinoLogger({ level: 'info', format: 'json', write: (line) => lines.push(line), ...options }) };
}

describe('the logger', () => {
  it('writes a JSON object a line, with the fields of its children', () => {
    const { lines, logger } = collect();
    logger.child({ camera: 'porch' }).child({ run: 2 }).info('online', { fps: 25 });
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    const { time, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(rest).toEqual({ level: 'info', camera: 'porch', run: 2, fps: 25, message: 'online' });
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('leaves out lines below its level', () => {
    const { lines, logger } = collect({ level: 'warn' });
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['c', 'd']);
  });

  it('leaves out lines below another level from when it is set, of its children too', () => {
    const { lines, logger } = collect({ level: 'warn' });
    const child = logger.child({ camera: 'porch' });
    child.debug('a');
    logger.setLevel('debug');
    child.debug('b');
    logger.setLevel('error');
    child.warn('c');
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['b']);
  });

  it('writes lines a person reads', () => {
    const { lines, logger } = collect({ format: 'lines' });
    logger.warn('lost the camera', { camera: 'porch', reason: 'no route', attempts: 3 });
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}lost the camera camera=porch reason="no route" attempts=3\n$/);
  });

  it.each(['json', 'lines'] as const)('shows no secret in %s', (format) => {
    const { lines, logger } = collect({ format });
    logger.child({ url: 'rtsp://admin:hunter2@192.0.2.10/main' }).error('cannot open rtsp://admin:hunt@er:hunter2@192.0.2.10:554/x?token=hunter2', {
      password: new Secret('hunter2'),
      error: new RecorderError('CAPTURE_LOST', 'lost http://u:hunter2@cam/', { cause: new Error('u:hunter2@cam') }),
      nested: { deep: ['mqtt://u:hunter2@broker'] },
    });
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('cannot open rtsp://192.0.2.10:554/x?…');
  });

  it('writes the stack of our own mistakes only', () => {
    const { lines, logger } = collect();
    logger.error('a', { error: new RecorderError('DISK_FULL', 'no space') });
    logger.error('b', { error: new InvariantError('impossible') });
    expect(lines[0]).toContain('"code":"DISK_FULL"');
    expect(lines.map((line) => line.includes('.test.ts'))).toEqual([false, true]);
  });

  it('leaves ordinary text alone', () => {
    const { lines, logger } = collect({ format: 'lines' });
    logger.info('listening on http://127.0.0.1:8420, mail to someone@example.org at 12:30');
    expect(lines[0]).toContain('listening on http://127.0.0.1:8420, mail to someone@example.org at 12:30');
  });
});
