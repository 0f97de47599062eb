import type { LogFields, Logger } from '../../ports/logger.ts';
import { limitBursts } from './burst-report.ts';

function setUp() {
  const lines: string[] = [];
  const timers: (() => void)[] = [];
  const record =
    (level: string, name: string) =>
    (message: string, fields?: LogFields): void =>
      void lines.push(`${level} ${name}${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`);
  const recorder = (name: string): Logger => ({
    debug: record('debug', name),
    info: record('info', name),
    warn: record('warn', name),
    error: record('error', name),
    child: (fields) => recorder(`${name}${JSON.stringify(fields)} `),
  });
  const clock = {
    after: (_ms: number, callback: () => void) => {
      timers.push(callback);
      return () => undefined;
    },
  };
  const pass = (): void => timers.splice(0).forEach((callback) => callback());
  return { lines, logger: limitBursts(recorder(''), clock), pass };
}

describe('a burst of faults', () => {
  it('is said once at once, then summed up with the newest fields', () => {
    const { lines, logger, pass } = setUp();
    for (let count = 1; count <= 5; count++) logger.warn('disk slow', { count });
    expect(lines).toEqual(['warn disk slow {"count":1}']);
    pass();
    expect(lines).toEqual(['warn disk slow {"count":1}', 'warn disk slow {"count":5,"repeated":4}']);
    pass();
    expect(lines.length).toBe(2);
    logger.warn('disk slow', { count: 6 });
    expect(lines.at(-1)).toBe('warn disk slow {"count":6}');
  });

  it('goes on being limited while it goes on', () => {
    const { lines, logger, pass } = setUp();
    for (let second = 0; second < 3; second++) {
      for (let count = 0; count < 10; count++) logger.error('lost');
      pass();
    }
    expect(lines).toEqual(['error lost', 'error lost {"repeated":9}', 'error lost {"repeated":10}', 'error lost {"repeated":10}']);
  });

  it('does not hide other faults, other cameras or what is no fault', () => {
    const { lines, logger } = setUp();
    const [porch, yard] = [logger.child({ camera: 'porch' }), logger.child({ camera: 'yard' })];
    for (const line of [() => porch.warn('lost'), () => yard.warn('lost'), () => porch.error('lost'), () => porch.warn('stalled')]) line();
    for (let count = 0; count < 3; count++) logger.info('opened');
    logger.debug('x');
    expect(lines).toEqual([
      'warn {"camera":"porch"} lost',
      'warn {"camera":"yard"} lost',
      'error {"camera":"porch"} lost',
      'warn {"camera":"porch"} stalled',
      'info opened',
      'info opened',
      'info opened',
      'debug x',
    ]);
  });
});
