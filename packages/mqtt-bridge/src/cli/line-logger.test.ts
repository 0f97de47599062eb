import { type LineLoggerOptions, lineLogger } from './line-logger.ts';

const logged = (options: Partial<LineLoggerOptions>, say: (logger: ReturnType<typeof lineLogger>) => void): string => {
  let written = '';
  const now = () => new Date('2026-01-01T12:00:00.000Z');
  say(lineLogger({ level: 'info', json: false, secrets: [], write: (line) => (written += line), now, ...options }));
  return written;
};

describe('log lines of the bridge alone', () => {
  it('have time, level, sentence and fields', () => {
    expect(logged({}, (logger) => logger.warn('away', { broker: 'mqtt://h', retryInMs: 5 }))).toBe(
      '2026-01-01T12:00:00.000Z warn  away broker=mqtt://h retryInMs=5\n',
    );
  });

  it('are JSON where that is wanted', () => {
    const line = logged({ json: true }, (logger) => logger.info('away', { retryInMs: 5 }));
    expect(JSON.parse(line)).toEqual({ level: 'info', time: '2026-01-01T12:00:00.000Z', retryInMs: 5, message: 'away' });
  });

  it('are left out below the level', () => {
    expect(logged({ level: 'warn' }, (logger) => logger.info('away'))).toBe('');
  });

  it('are one line each and hold no secret', () => {
    expect(logged({ secrets: ['s3cret'] }, (logger) => logger.error('a\nb', { reason: 'as3cretb' }))).toBe('2026-01-01T12:00:00.000Z error a b reason=a***b\n');
  });
});
