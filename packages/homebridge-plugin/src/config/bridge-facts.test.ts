// Which bridge the plugin runs in, as Homebridge's own file has it.
import { bridgeFactsOf, readBridgeFacts } from './bridge-facts.ts';

const main = { username: '0e:11:22:33:44:55', hap: { enabled: false, externalsOnly: true } };

describe('the bridge of the plugin', () => {
  it.each<[string, unknown, Readonly<Record<string, unknown>> | undefined, ReturnType<typeof bridgeFactsOf>]>([
    [
      'is the main one',
      { bridge: { username: main.username }, platforms: [{ platform: 'Nightjar' }] },
      undefined,
      { servesExternalsOnly: false, isChild: false, username: '0E:11:22:33:44:55' },
    ],
    [
      'is the main one, which serves no bridge',
      { bridge: main, platforms: [{ platform: 'Nightjar' }] },
      undefined,
      { servesExternalsOnly: true, isChild: false, username: '0E:11:22:33:44:55' },
    ],
    [
      'is a child, which follows its own word',
      { bridge: main, platforms: [{ platform: 'Nightjar', _bridge: { username: 'AA' } }] },
      undefined,
      { servesExternalsOnly: false, isChild: true, username: 'AA' },
    ],
    [
      'is a child that serves no bridge',
      {
        bridge: {},
        platforms: [{ platform: 'Other' }, { platform: 'homebridge-nightjar.Nightjar', _bridge: { username: 'AA', hap: { externalsOnly: true } } }],
      },
      undefined,
      { servesExternalsOnly: true, isChild: true, username: 'AA' },
    ],
    [
      'is that of the entry with the name',
      {
        bridge: {},
        platforms: [
          { platform: 'Nightjar', name: 'A' },
          { platform: 'Nightjar', name: 'B', _bridge: { username: 'BB' } },
        ],
      },
      { platform: 'Nightjar', name: 'B' },
      { servesExternalsOnly: false, isChild: true, username: 'BB' },
    ],
    [
      'is that of the entry with the same settings, where names are alike',
      {
        bridge: {},
        platforms: [
          { platform: 'Nightjar', recorder: { url: 'http://192.0.2.1' }, _bridge: { username: 'AA' } },
          { platform: 'Nightjar', recorder: { url: 'http://192.0.2.2' }, _bridge: { username: 'BB' } },
        ],
      },
      { platform: 'Nightjar', recorder: { url: 'http://192.0.2.2' } },
      { servesExternalsOnly: false, isChild: true, username: 'BB' },
    ],
    [
      'has cameras that another bridge has, too',
      {
        bridge: {},
        platforms: [
          { platform: 'Nightjar', name: 'A', recorder: { url: 'http://192.0.2.1' }, _bridge: { username: 'AA' } },
          { platform: 'Nightjar', name: 'B', recorder: { url: 'http://192.0.2.1' }, _bridge: { username: 'BB' } },
        ],
      },
      { platform: 'Nightjar', name: 'A', recorder: { url: 'http://192.0.2.1' } },
      { servesExternalsOnly: false, isChild: true, username: 'AA', sharesRecorder: true },
    ],
    ['may have the old form', { bridge: { hap: false } }, undefined, { servesExternalsOnly: false, isChild: false }],
    ['is unknown where there is nothing', [], undefined, { servesExternalsOnly: false, isChild: false }],
  ])('%s', (_, file, own, facts) => {
    expect(bridgeFactsOf(file, own)).toEqual(facts);
  });

  it('is unknown where the file cannot be read', () => {
    expect(readBridgeFacts('/nowhere/config.json')).toEqual({ servesExternalsOnly: false, isChild: false });
  });
});
