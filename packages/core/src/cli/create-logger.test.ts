import { createLogger } from './create-logger.ts';

function lines(isTty: boolean, args: { readonly json: boolean; readonly logLevel?: 'debug' | 'warn' }): readonly string[] {
  const written: string[] = [];
  const logger = createLogger(args, { stderr: { write: (text) => written.push(text) }, isTty });
  logger.debug('detail');
  logger.info('camera online');
  for (let count = 0; count < 3; count++) logger.warn('lost');
  return written;
}

describe('the logger of a command', () => {
  it('writes lines for a terminal and JSON for everything else', () => {
    expect(lines(true, { json: false })[0]).toMatch(/ info {2}camera online\n$/);
    expect(lines(false, { json: false })[0]).toMatch(/^\{.*\}\n$/);
    expect(lines(true, { json: true })[0]).toMatch(/^\{.*\}\n$/);
  });

  it('follows --log-level and says a fault once', () => {
    expect(lines(false, { json: false, logLevel: 'debug' })).toHaveLength(3);
    expect(lines(false, { json: false })).toHaveLength(2);
    expect(lines(false, { json: false, logLevel: 'warn' })).toHaveLength(1);
  });
});
