// The flow, the site and the dialog that docs/guide/node-red.md shows, at work; with NIGHTJAR_PICTURES its pictures are taken anew.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@nightjar/testkit';
import { NodeRedHarness } from '@nightjar/testkit/node-red';
import { packedPalette, removePackedPalette } from '../../../test/packages/packed-palette.ts';
import { CHROMIUM } from '../../core/test/chromium.ts';
import { EditorBrowser } from './editor-browser.ts';
import { PaletteWorld } from './palette-world.ts';

/** A browser and a Node-RED start, on a machine that may be busy. */
const LIMIT_MS = 180_000;
const MARGIN = 24;

describeWith(CHROMIUM, 'What the guide shows', () => {
  let world: PaletteWorld;
  let palette: string;
  beforeAll(async () => {
    world = await PaletteWorld.start();
    palette = await packedPalette();
  }, LIMIT_MS);
  afterAll(async () => {
    await world.stop();
    removePackedPalette(palette);
  }, LIMIT_MS);

  const node = (id: string, type: string, place: readonly [number, number], more: object = {}): object => ({
    id,
    type,
    z: 'tab',
    x: place[0],
    y: place[1],
    ...(type.startsWith('nightjar') ? { nodeVersion: 1, site: 'site' } : {}),
    wires: [[]],
    ...more,
  });
  const flow = (): readonly object[] => [
    { id: 'tab', type: 'tab', label: 'Cameras' },
    { ...world.siteNode(), credentials: world.siteCredentials()['site'] },
    node('events', 'nightjar-event-in', [160, 80], { image: 'snapshot', wires: [['words']] }),
    node('words', 'template', [400, 80], { name: 'what to say', template: 'Motion at {{payload.camera_name}}', wires: [['phone']] }),
    node('phone', 'debug', [640, 80], { name: 'phone', complete: 'true' }),
    node('motion', 'nightjar-motion-in', [160, 180], { cameras: 'porch', wires: [['delay', 'on']] }),
    node('on', 'switch', [400, 160], { name: 'motion?', property: 'payload', propertyType: 'msg', rules: [{ t: 'true' }], outputs: 1, wires: [['lamp']] }),
    node('delay', 'trigger', [400, 220], {
      name: 'off after 2 min',
      op1type: 'nul',
      op2: 'false',
      op2type: 'bool',
      duration: '120',
      units: 's',
      extend: true,
      wires: [['lamp']],
    }),
    node('lamp', 'debug', [640, 180], { name: 'lamp' }),
    node('ask', 'inject', [160, 300], { name: 'each evening', props: [], repeat: '', crontab: '00 22 * * *', once: false, wires: [['export']] }),
    node('export', 'nightjar-export', [400, 300], { camera: 'porch', from: 'today', delivery: 'file', filename: '/data/exports/', wires: [[], []] }),
  ];

  it(
    'works as it is shown',
    async () => {
      await using red = await NodeRedHarness.start({ version: 5, palette });
      await red.deploy(flow());
      await using editor = await EditorBrowser.open(red.url, { language: 'en-US', theme: 'light' });
      const { page } = editor;
      await red.shows('events', 'green dot connected');
      const { id } = world.recorder.openEvent('porch');
      world.recorder.closeEvent(id);
      world.recorder.readyEvent(id);
      world.recorder.setMotion('porch', true);
      await red.shows('motion', 'blue dot porch: motion');
      await red.eventually('a message with a picture', () => red.debug('phone')[0]);
      await page.locator('#motion').getByText('porch: motion').waitFor();
      await shoot(editor, '#red-ui-workspace-chart', 'node-red-flow', { width: 800, height: 360, margin: MARGIN });

      await editor.edit('motion');
      await page.locator('#nightjar-camera-porch').waitFor();
      await shoot(editor, '.red-ui-tray', 'node-red-motion-in', { height: 460 });
      await editor.close('cancel');

      await editor.editSite('site');
      await page.click('#nightjar-test');
      await page.locator('#nightjar-test-result').getByText('HTTP API: works').waitFor();
      expect(await page.locator('#nightjar-test-result').textContent()).toMatch(/Broker: works.*Recorder .*: online.*Cameras: 2.*HTTP API: works/);
      await page.locator('#nightjar-test:enabled').waitFor();
      await shoot(editor, '.red-ui-tray', 'node-red-site', { height: 690 });
      await editor.close('cancel');
      expect(editor.problems).toEqual([]);
    },
    LIMIT_MS,
  );
});

/** How much of a part is on its picture. */
interface Cut {
  readonly width?: number;
  readonly height?: number;
  readonly margin?: number;
}

/** Takes a picture of a part of the page. */
async function shoot({ page }: EditorBrowser, part: string, name: string, { width, height, margin = 0 }: Cut): Promise<void> {
  const folder = process.env['NIGHTJAR_PICTURES'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const box = await page.locator(part).last().boundingBox();
  if (box === null) throw new Error(`${part} is not on the page`);
  const clip = { x: box.x + margin, y: box.y + margin, width: width ?? box.width, height: height ?? box.height };
  await page.screenshot({ path: join(folder, `${name}.png`), clip });
}
