// What nodes put into messages stands in their helps, in both languages.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { help, LANGUAGES, type Language } from './editor-files.ts';
import { FlowBench } from './flow-bench.ts';
import { PaletteWorld } from './palette-world.ts';

/** Node-RED's own. */
const MESSAGE_ID = '_msgid';
const SPAN = { camera: 'porch', from: '2026-01-01' };

/** Names in the section about outputs: `camera or server` are two, and what is in brackets is no name. */
function namesOf(type: string, language: Language): readonly string[] {
  const [, section = ''] = help(type, language).split(language === 'de' ? '<h3>Ausgänge</h3>' : '<h3>Outputs</h3>');
  const [list = ''] = section.split('<h3>');
  const terms = [...list.matchAll(/<dt[^>]*>([^<]+)/g)].map(([, term = '']) => term.replace(/\([^)]*\)/g, ''));
  return terms.flatMap((term) => term.split(/,| or | oder /)).map((name) => name.trim());
}

describe('The helps', () => {
  const bench = new FlowBench();
  let world: PaletteWorld;
  let folder: string;
  beforeAll(async () => {
    world = await PaletteWorld.start();
    folder = mkdtempSync(join(tmpdir(), 'nightjar-helps-'));
    recordEvent();
  });
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true });
  });

  const recordEvent = (): void => {
    const { id } = world.recorder.openEvent('porch');
    world.recorder.closeEvent(id);
    world.recorder.readyEvent(id);
  };
  const load = (type: string, properties: object): Promise<void> =>
    bench.load([world.siteNode(), { id: 'node', type: `nightjar-${type}`, ...properties }], world.siteCredentials());
  const expectHelp = (type: string, messages: readonly object[]): void => {
    const sent = new Set(messages.flatMap((message) => Object.keys(message)).filter((name) => name !== MESSAGE_ID));
    expect(sent.size).toBeGreaterThan(2);
    for (const language of LANGUAGES) {
      const said = namesOf(`nightjar-${type}`, language);
      expect({ language, unsaid: [...sent].filter((name) => !said.includes(name)) }).toEqual({ language, unsaid: [] });
    }
  };

  it.each([
    ['set', { camera: 'porch', property: 'armed', value: 'true', valueType: 'bool' }],
    ['set', { target: 'site', property: 'armed', value: 'true', valueType: 'bool' }],
    ['trigger', { camera: 'porch' }],
    ['snapshot', { camera: 'porch' }],
    ['snapshot', { source: 'event', camera: 'porch', output: 'dataUrl' }],
    ['recordings', { from: '2026-01-01', outputMode: 'array', limit: '1' }],
    ['recordings', { from: '2026-01-01', outputMode: 'split' }],
    ['export', { ...SPAN, delivery: 'url' }],
    ['export', { ...SPAN, delivery: 'buffer' }],
    ['stream', { camera: 'porch', protocol: 'mjpeg' }],
  ])('of %s have what it sends with %j', async (type, properties) => {
    await load(type, properties);
    expectHelp(type, [await bench.send('node', {})]);
  });

  it('of export have what it sends of a file, and of its progress', async () => {
    await load('export', { ...SPAN, delivery: 'file', filename: `${folder}/` });
    expectHelp('export', [await bench.send('node', {})]);
    expectHelp('export', await bench.receives('node', 1, 1));
  });

  it('of event in have what it sends, with a picture and without', async () => {
    await load('event-in', { image: 'snapshot', types: ['start', 'ready'] });
    await bench.shows('node', 'green dot connected');
    recordEvent();
    expect((await bench.receives('node', 2))[1]).toHaveProperty('image');
    await world.stopHttp();
    world.recorder.openEvent('porch');
    const messages = await bench.receives('node', 3);
    expect(messages[2]).toHaveProperty('imageError');
    expectHelp('event-in', messages);
    await world.startHttp();
  });

  it('of motion in and status have what they send, also of a camera that is removed', async () => {
    const flow = ['motion-in', 'status'].map((type) => ({ id: type, type: `nightjar-${type}`, what: 'both' }));
    await bench.load([world.siteNode(), ...flow], world.siteCredentials());
    await bench.receives('status', 3);
    world.recorder.setMotion('yard', true);
    await bench.receives('motion-in', 1);
    world.recorder.removeCamera('yard');
    for (const [type, count] of [
      ['motion-in', 2],
      ['status', 4],
    ] as const) {
      const messages = await bench.receives(type, count);
      expect(messages.at(-1)).toMatchObject({ camera: 'yard', reason: 'removed' });
      expectHelp(type, messages);
    }
  });
});
