import { isOwnName } from './own-names.ts';

const own = { host: 'Recorder.lan', names: ['nvr.example', 'Recorder.local'], interfaceAddresses: () => ['127.0.0.1', '192.0.2.7', 'fe80::7'] };

describe('the Host header', () => {
  it.each([
    'localhost',
    'LOCALHOST:8420',
    'localhost.:8420',
    '127.0.0.1:8420',
    '127.1.2.3',
    '[::1]:8420',
    'recorder.lan:8420',
    'nvr.example',
    'NVR.example:443',
    'recorder.local:8420',
    '192.0.2.7:8420',
    '[fe80::7]:8420',
    undefined,
  ])('%s is ours', (header) => {
    expect(isOwnName(header, own)).toBe(true);
  });

  it.each([
    'rebound.example',
    'rebound.example:8420',
    'localhost.rebound.example',
    '127.0.0.1.rebound.example:8420',
    '127.rebound.example',
    'rebound.example@127.0.0.1',
    '127.0.0.1:8420/',
    '192.0.2.8',
    '0.0.0.0:8420',
    '[fe80::8]',
    '::1',
    '',
    ':8420',
  ])('%j is not', (header) => {
    expect(isOwnName(header, own)).toBe(false);
  });

  it('is not looked at where no names are listed: a household calls its recorder many things', () => {
    expect(isOwnName('recorder.fritz.box:8420', { ...own, names: [] })).toBe(true);
  });

  it('does not ask for the interfaces where a name decides', () => {
    const interfaceAddresses = (): readonly string[] => {
      throw new Error('asked');
    };
    expect(isOwnName('localhost', { host: '127.0.0.1', names: ['a'], interfaceAddresses })).toBe(true);
    expect(isOwnName('rebound.example', { host: '127.0.0.1', names: ['a'], interfaceAddresses })).toBe(false);
  });
});
