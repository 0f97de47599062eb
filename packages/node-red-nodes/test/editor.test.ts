// The palette in the editors of Node-RED 5 and 4, as people use it: with a real site, in a real browser.
import { describeWith } from '@nightjar/testkit';
import { NodeRedHarness } from '@nightjar/testkit/node-red';
import type { Route } from 'playwright-core';
import { packedPalette, removePackedPalette } from '../../../test/packages/packed-palette.ts';
import { CHROMIUM } from '../../core/test/chromium.ts';
import { EditorBrowser } from './editor-browser.ts';
import { TYPES, words } from './editor-files.ts';
import { PaletteWorld } from './palette-world.ts';

/** A browser and a Node-RED start, on a machine that may be busy. */
const LIMIT_MS = 120_000;

const NODES = TYPES.filter((type) => type !== 'nightjar-site');
const NEED_CAMERA = ['nightjar-snapshot', 'nightjar-trigger', 'nightjar-set', 'nightjar-ptz', 'nightjar-export', 'nightjar-stream'];

describeWith(CHROMIUM, 'The palette in the editor', () => {
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

  const flow = (): readonly object[] => [
    { id: 'tab', type: 'tab', label: 'Cameras' },
    { ...world.siteNode(), credentials: world.siteCredentials()['site'] },
    { id: 'old', type: 'nightjar-motion-in', z: 'tab', site: 'site', x: 200, y: 60, wires: [[]] },
    { id: 'porch', type: 'nightjar-snapshot', z: 'tab', site: 'site', camera: 'porch', cameraType: 'str', x: 200, y: 120, wires: [[]] },
  ];

  describe.each([5, 4] as const)('of Node-RED %i', (version) => {
    let red: NodeRedHarness;
    let editor: EditorBrowser;
    beforeAll(async () => {
      red = await NodeRedHarness.start({ version, palette });
      await red.deploy(flow());
      editor = await EditorBrowser.open(red.url, { language: 'en-US', theme: 'light' });
    }, LIMIT_MS);
    afterAll(async () => {
      await editor?.[Symbol.asyncDispose]();
      await red?.[Symbol.asyncDispose]();
    }, LIMIT_MS);
    afterEach(async () => {
      await editor.cancelAll();
      expect(editor.problems).toEqual([]);
    }, LIMIT_MS);
    const { page } = { page: () => editor.page };

    it.each(NODES.map((type, index) => [type, index] as const))(
      'lets %s be dragged in, filled in and saved',
      async (type, index) => {
        const id = await editor.drag(type, { x: 160 + (index % 2) * 260, y: 200 + Math.floor(index / 2) * 70 });
        await editor.edit(id);
        // The only one.
        expect(await page().inputValue('#node-input-site')).toBe('site');
        await page().fill('#node-input-name', `a ${type}`);
        if (NEED_CAMERA.includes(type)) {
          await expectWrong(['camera']);
          await editor.typed('camera').fill('Not A Camera');
          await editor.typed('camera').press('End');
          await expectWrong(['camera']);
          await editor.typed('camera').fill('garage');
        }
        if (type === 'nightjar-ptz') await editor.typed('preset').fill('gate');
        await page().locator('#node-input-name').focus();
        await eventually(
          () => editor.wrong(),
          (wrong) => wrong.length === 0,
        );
        await editor.picture(`node-red-${version}-${type}`);
        await editor.close('ok');
        const saved = await editor.saved(id);
        expect(saved).toMatchObject({
          type,
          site: 'site',
          name: `a ${type}`,
          nodeVersion: 1,
          ...(NEED_CAMERA.includes(type) ? { camera: 'garage', cameraType: 'str' } : {}),
        });
      },
      LIMIT_MS,
    );
    const expectWrong = (names: readonly string[]) =>
      eventually(
        () => editor.wrong(),
        (wrong) => names.every((name) => wrong.includes(name)),
      );

    it(
      'offers the cameras of the site by name, keeps ticks and text in step, and takes others',
      async () => {
        await editor.edit('old');
        const [porch, yard] = [page().locator('#nightjar-camera-porch'), page().locator('#nightjar-camera-yard')];
        await porch.waitFor();
        expect(await page().locator('.nightjar-cameras').textContent()).toContain('None ticked: all cameras.');
        await yard.check();
        await porch.check();
        expect(await editor.typed('cameras').inputValue()).toBe('yard, porch');
        await editor.typed('cameras').fill('porch, attic');
        await editor.typed('cameras').press('End');
        await page().keyboard.press('Escape');
        await eventually(
          () => yard.isChecked(),
          (isChecked) => !isChecked,
        );
        expect(await porch.isChecked()).toBe(true);
        await editor.close('ok');
        // Saved with what a node written by hand was missing.
        expect(await editor.saved('old')).toMatchObject({ cameras: 'porch, attic', camerasType: 'str', emit: 'both', initial: false, outputs: 1 });
        expect(await editor.caption('old')).toBe('motion: porch, attic');
      },
      LIMIT_MS,
    );

    it(
      'tells truly whether the connection of a site works',
      async () => {
        await editor.editSite('site');
        const result = page().locator('#nightjar-test-result');
        await page().click('#nightjar-test');
        await result.getByText('Broker: works').waitFor();
        expect(await result.textContent()).toMatch(/HTTP API: works/);
        await editor.picture(`node-red-${version}-nightjar-site`);
        await page().fill('#node-config-input-broker', 'mqtt://127.0.0.1:9');
        await page().click('#nightjar-test');
        await result.locator('.fa-times').first().waitFor();
        expect(await result.textContent()).toMatch(/Broker: (?!works)/);
        await page().fill('#node-config-input-broker', world.brokerUrl);
        await page().fill('#node-config-input-base', 'elsewhere');
        await page().setViewportSize({ width: 1400, height: 620 });
        await page().click('#nightjar-test');
        await result.getByText('no recorder is on this broker under the base topic elsewhere').first().waitFor();
        expect(await result.locator('.fa-check').count()).toBe(0);
        // Also where it is below what fits the window.
        const [line, footer] = [await result.locator('div').last().boundingBox(), await page().locator('.red-ui-tray-footer').last().boundingBox()];
        expect((line?.y ?? Number.NaN) + (line?.height ?? 0)).toBeLessThanOrEqual(Math.ceil(footer?.y ?? 0) + 1);
        await page().setViewportSize({ width: 1400, height: 900 });
        await page().fill('#node-config-input-broker', 'http://127.0.0.1');
        await page().press('#node-config-input-broker', 'End');
        await eventually(
          () => editor.wrong(),
          (wrong) => wrong.includes('broker'),
        );
        await editor.close('cancel');
      },
      LIMIT_MS,
    );

    it(
      'says below a field what is wrong with it, and to readers as well',
      async () => {
        const id = await editor.drag('nightjar-snapshot', { x: 520, y: 60 });
        await editor.edit(id);
        const problem = page().locator('#nightjar-typed-camera-problem');
        expect(await problem.textContent()).toBe(words('nightjar-site', 'en-US').get('invalid.cameraMissing'));
        await editor.typed('camera').fill('Front Door');
        await editor.typed('camera').press('End');
        await problem.getByText('“Front Door” is no id of a camera').waitFor();
        const camera = page().getByRole('textbox', { name: 'Camera', exact: true });
        expect(await camera.getAttribute('aria-describedby')).toBe('nightjar-typed-camera-problem');
        expect(await camera.getAttribute('aria-invalid')).toBe('true');
        await editor.typed('camera').fill('yard');
        await editor.typed('camera').press('End');
        await problem.waitFor({ state: 'hidden' });
        expect(await camera.getAttribute('aria-invalid')).toBe('false');
        await editor.typed('width').fill('3');
        await editor.typed('width').press('End');
        await page().locator('#nightjar-typed-width-problem').getByText('a number from 16 to 8192').waitFor();
        await editor.cancelAll();
        await editor.editSite('site');
        await page().fill('#node-config-input-broker', 'http://127.0.0.1');
        await page().press('#node-config-input-broker', 'End');
        await page().locator('#node-config-input-broker-problem').getByText('it begins with mqtt://').waitFor();
        // Also once Node-RED has shown its own words of it.
        await page().hover('#node-config-input-broker');
        await page().locator('.red-ui-popover', { hasText: 'it begins with mqtt://' }).waitFor();
        await page().getByRole('textbox', { name: 'Broker', exact: true }).waitFor();
      },
      LIMIT_MS,
    );

    // What does not depend on the version of the editor.
    if (version === 4) return;

    it(
      'says in the language of the editor that a site has to be deployed before its cameras are known',
      async () => {
        await editor.edit('old');
        await page().locator('#nightjar-camera-porch').waitFor();
        await page().locator('.red-ui-tray .red-ui-button:has(.fa-plus)').first().click();
        await page().locator('#node-config-input-broker').waitFor();
        await page().locator('#node-config-dialog-ok:visible').click();
        await page()
          .locator('.nightjar-cameras .nightjar-hint')
          .getByText(words('nightjar-site', 'en-US').get('picker.notDeployed') ?? '', { exact: true })
          .waitFor();
        // The browser writes down each answer of 404 by itself.
        expect(editor.problems.splice(0)).toEqual([expect.stringContaining('404')]);
      },
      LIMIT_MS,
    );

    it(
      'completes what is typed into a camera field',
      async () => {
        await editor.edit('porch');
        await page().locator('.nightjar-hint:visible', { hasText: 'porch, yard' }).waitFor();
        await editor.typed('camera').fill('');
        await editor.typed('camera').pressSequentially('ya');
        const offered = page().locator('.red-ui-autoComplete-container:visible');
        await offered.waitFor();
        expect(await offered.textContent()).toMatch(/\(yard\)/);
        await page().keyboard.press('Enter');
        await eventually(
          () => editor.typed('camera').inputValue(),
          (value) => value === 'yard',
        );
        await editor.close('ok');
        expect(await editor.saved('porch')).toMatchObject({ camera: 'yard', cameraType: 'str', source: 'live', output: 'buffer' });
      },
      LIMIT_MS,
    );

    it.each([
      ['picker.notAllowed', (route: Route) => route.fulfill({ status: 401, body: 'Unauthorized' })],
      ['picker.noAnswer', (route: Route) => route.abort()],
    ] as const)(
      'says %s where the cameras cannot be asked for',
      async (key, answer) => {
        await page().route('**/nightjar/site/cameras', answer);
        await editor.edit('old');
        await page()
          .locator('.nightjar-cameras .nightjar-hint')
          .getByText(words('nightjar-site', 'en-US').get(key) ?? '', { exact: true })
          .waitFor();
        await page().unroute('**/nightjar/site/cameras');
        // The browser writes them down by itself.
        expect(editor.problems.splice(0).filter((each) => !/401|ERR_FAILED/.test(each))).toEqual([]);
      },
      LIMIT_MS,
    );

    it(
      'takes the camera whose id is written out, not another that has it in its name',
      async () => {
        world.recorder.setCamera('above-porch');
        try {
          const known = async () => await (await red.request('/nightjar/site/cameras')).text();
          await eventually(known, (list) => list.includes('above-porch'));
          for (const key of ['Tab', 'Enter']) {
            await editor.edit('porch');
            await page().locator('.nightjar-hint:visible', { hasText: 'above-porch, porch, yard' }).waitFor();
            await editor.typed('camera').fill('Po');
            await editor.typed('camera').press('End');
            await page().locator('#nightjar-typed-camera-problem').getByText('“Po” is no id of a camera').waitFor();
            await editor.typed('camera').fill('');
            await editor.typed('camera').pressSequentially('porch');
            await page().locator('.red-ui-autoComplete-container:visible').waitFor();
            await page().keyboard.press(key);
            expect(await editor.typed('camera').inputValue()).toBe('porch');
            await editor.typed('camera').fill('');
            await editor.typed('camera').pressSequentially('Por');
            await page().locator('#nightjar-typed-camera-problem').getByText('“Por” is no id of a camera').waitFor();
            await page().keyboard.press(key);
            await page().locator('#nightjar-typed-camera-problem').waitFor({ state: 'hidden' });
            expect(await editor.typed('camera').inputValue()).toBe('porch');
            await editor.cancelAll();
          }
        } finally {
          world.recorder.removeCamera('above-porch');
        }
      },
      LIMIT_MS,
    );

    it(
      'hides what does not apply to the choice made',
      async () => {
        await editor.edit('porch');
        expect(await page().locator('label[for="nightjar-typed-event"]').isVisible()).toBe(false);
        await page().selectOption('#node-input-source', 'event');
        await editor.typed('event').waitFor();
        expect(await page().locator('label[for="nightjar-typed-filename"]').isVisible()).toBe(false);
        await page().selectOption('#node-input-output', 'file');
        await editor.typed('filename').waitFor();
        // Each message would be an error.
        await page().locator('#nightjar-typed-filename-problem').getByText('something must be here').waitFor();
        await editor.typed('filename').fill('/tmp/');
        await editor.typed('filename').press('End');
        await page().locator('#nightjar-typed-filename-problem').waitFor({ state: 'hidden' });
        await editor.close('cancel');
        expect(await editor.saved('porch')).toMatchObject({ source: 'live' });
      },
      LIMIT_MS,
    );

    it(
      'can be filled in with the keyboard alone',
      async () => {
        await editor.edit('porch');
        await page().focus('#node-input-name');
        const order: string[] = [];
        for (let step = 0; step < 9; step++) {
          order.push(await page().evaluate('document.activeElement.id'));
          await page().keyboard.press('Tab');
        }
        const places = ['node-input-name', 'node-input-site', 'node-input-source', 'nightjar-kind-camera', 'nightjar-typed-camera', 'nightjar-kind-width'].map(
          (id) => order.indexOf(id),
        );
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(places).not.toContain(-1);
        await page().keyboard.press('Control+Escape');
        await editor.closed();
        await editor.edit('porch');
        await page().fill('#node-input-name', 'by keyboard');
        await page().keyboard.press('Control+Enter');
        await editor.closed();
        expect(await editor.saved('porch')).toMatchObject({ name: 'by keyboard' });
      },
      LIMIT_MS,
    );

    it(
      'calls the kind of a value by its name',
      async () => {
        await editor.edit('porch');
        const kind = (name: string) => page().getByRole('button', { name, exact: true }).waitFor();
        await kind('Camera kind: camera');
        await kind('Width kind: number');
        await page().focus('#nightjar-kind-camera');
        await page().keyboard.press('Enter');
        await page().locator('.red-ui-typedInput-options a:focus').waitFor();
        for (const key of ['ArrowDown', 'Enter']) await page().keyboard.press(key);
        await kind('Camera kind: msg');
      },
      LIMIT_MS,
    );

    it(
      'goes through many cameras with the arrow keys and past them with the tabulator, and says how many there are and which there is not',
      async () => {
        const many = Array.from({ length: 40 }, (_, index) => `cam${index + 10}`);
        for (const id of many) world.recorder.setCamera(id);
        try {
          const known = async () => ((await (await red.request('/nightjar/site/cameras')).json()) as { readonly cameras: readonly object[] }).cameras.length;
          await eventually(known, (count) => count === many.length + 2);
          await editor.edit('old');
          await page().getByRole('group', { name: 'Cameras of the site; arrow keys go from one to the next' }).waitFor();
          await editor.typed('cameras').fill('attic, yard');
          await editor.typed('cameras').press('End');
          await page().locator('.nightjar-cameras .nightjar-hint').getByText('The site does not have: attic.').waitFor();
          for (const key of ['Escape', 'Tab', 'Home', 'ArrowUp', 'ArrowDown', 'Space']) await page().keyboard.press(key);
          expect(await page().evaluate('document.activeElement.id')).toBe('nightjar-camera-cam11');
          expect(await editor.typed('cameras').inputValue()).toBe('attic, yard, cam11');
          await page().keyboard.press('End');
          expect(await page().evaluate('document.activeElement.id')).toBe('nightjar-camera-yard');
          await page().keyboard.press('Tab');
          expect(await page().evaluate('document.activeElement.id')).toBe('node-input-emit');
          await editor.picture('many-cameras');
          await editor.close('cancel');
          await editor.edit('porch');
          const hint = page().locator('.nightjar-hint[data-beside="camera"]');
          await hint.getByText(/^Cameras: (cam\d\d, )+cam\d\d and \d\d more$/).waitFor();
          await editor.typed('camera').fill('attic');
          await editor.typed('camera').press('End');
          await hint.getByText(/^The site does not have: attic\. Cameras: /).waitFor();
        } finally {
          for (const id of many) world.recorder.removeCamera(id);
        }
      },
      LIMIT_MS,
    );

    it(
      'does not take a node for wrong because its site was edited after it',
      async () => {
        const id = await editor.drag('nightjar-event-in', { x: 520, y: 60 });
        await editor.edit(id);
        await page().selectOption('#node-input-site', 'site');
        await editor.close('ok');
        await editor.editSite('site');
        await page().fill('#node-config-input-name', 'House again');
        await editor.close('ok');
        expect(await editor.isValid(id)).toBe(true);
      },
      LIMIT_MS,
    );

    it.each([
      ['-1d12h', true],
      ['-1.5 h 30m', true],
      ['-d12', false],
      ['1d', false],
    ])(
      'knows whether %s is a moment as the node does: %s',
      async (moment, isOne) => {
        const id = await editor.drag('nightjar-recordings', { x: 520, y: 120 });
        await editor.edit(id);
        await page().selectOption('#node-input-site', 'site');
        await editor.typed('from').fill(moment);
        await editor.typed('from').press('End');
        await eventually(
          () => editor.wrong(),
          (wrong) => wrong.includes('from') !== isOne,
        );
        await editor.close('ok');
        expect(await editor.isValid(id)).toBe(isOne);
      },
      LIMIT_MS,
    );

    it(
      'is German in a German editor, and readable in the dark',
      async () => {
        await red.deploy([
          ...flow(),
          ...NODES.map((type, index) => ({
            id: `n${index}`,
            type,
            z: 'tab',
            site: 'site',
            x: 200 + (index % 2) * 280,
            y: 180 + Math.floor(index / 2) * 70,
            wires: [],
          })),
        ]);
        const looks = [
          { language: 'de', theme: 'light' },
          { language: 'en-US', theme: 'dark' },
        ] as const;
        for (const { language, theme } of looks) {
          await using editor = await EditorBrowser.open(red.url, { language, theme });
          const { page } = editor;
          await page.locator('#n0').waitFor();
          await editor.picture(`canvas-${language}-${theme}`);
          for (const [index, type] of NODES.entries()) {
            await editor.edit(`n${index}`);
            const label = await page.locator('label[for="node-input-site"]').textContent();
            expect(label?.trim()).toBe(words('nightjar-site', language).get('field.site'));
            // A key that was not found is shown as it is.
            expect(await page.locator('.nightjar-dialog').textContent()).not.toMatch(/\b(field|option|placeholder|picker|cause)\.\w+/);
            await editor.picture(`dialog-${type}-${language}-${theme}`);
            await editor.close('cancel');
            expect(inOneLine(await page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`).textContent())).toContain(
              inOneLine(words(type, language).get('palette')),
            );
          }
          await page.evaluate("RED.sidebar.help.show('nightjar-set')");
          await page
            .getByText(language === 'de' ? 'Eigenschaften' : 'Properties', { exact: true })
            .first()
            .waitFor();
          await editor.picture(`help-${language}-${theme}`);
          expect(editor.problems).toEqual([]);
        }
      },
      LIMIT_MS,
    );
  });
});

const inOneLine = (text: string | null | undefined): string => (text ?? '').replace(/\s+/g, '');

async function eventually<T>(look: () => Promise<T>, isRight: (value: T) => boolean, limitMs = 8000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await look();
    if (isRight(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)} after ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
