// Node-RED's editor in a Chromium: what a person does with the mouse and the keyboard, and what they see.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '../../core/test/chromium.ts';

const READY_WITHIN_MS = 30_000;
const ACTION_WITHIN_MS = 10_000;

/** How the editor is looked at. */
export interface EditorLook {
  readonly language: 'en-US' | 'de';
  readonly theme: 'light' | 'dark';
}

/** An open editor. Problems of the page are collected. */
export class EditorBrowser implements AsyncDisposable {
  readonly page: Page;
  /** Errors of the page and what it wrote to its console as errors. */
  readonly problems: string[] = [];
  readonly #browser: Browser;
  readonly #context: BrowserContext;

  private constructor(browser: Browser, context: BrowserContext, page: Page) {
    this.#browser = browser;
    this.#context = context;
    this.page = page;
    page.setDefaultTimeout(ACTION_WITHIN_MS);
    page.on('pageerror', (error) => void this.problems.push(error.message));
    page.on('console', (message) => {
      // Node-RED reports a validator or a typed input that threw by console.log.
      if (message.type() === 'error' || /validation error|TypeError|ReferenceError/i.test(message.text())) this.problems.push(message.text());
    });
  }

  /** Opens the editor at `url`; resolves once the flow is drawn. */
  static async open(url: string, { language, theme }: EditorLook): Promise<EditorBrowser> {
    const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...CHROMIUM_ARGUMENTS] });
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: language });
    await context.addInitScript((chosen) => localStorage.setItem('view-dark-theme', chosen), theme);
    const editor = new EditorBrowser(browser, context, await context.newPage());
    await editor.page.goto(url);
    await editor.page.waitForFunction(
      "window.RED && RED.nodes && RED.nodes.workspace && document.querySelector('.red-ui-palette-node') && RED.workspaces.active()",
      null,
      {
        timeout: READY_WITHIN_MS,
      },
    );
    await editor.page.locator('#red-ui-loading-progress, .red-ui-loader').first().waitFor({ state: 'hidden' });
    return editor;
  }

  /** Drags a type from the palette onto the canvas. @returns Id of the new node. */
  async drag(type: string, to: { readonly x: number; readonly y: number }): Promise<string> {
    const before = await this.ids();
    const entry = this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
    await entry.scrollIntoViewIfNeeded();
    const from = await entry.boundingBox();
    const canvas = await this.page.locator('#red-ui-workspace-chart').boundingBox();
    if (from === null || canvas === null) throw new Error(`${type} is not in the palette`);
    await this.page.mouse.move(from.x + 50, from.y + 12);
    await this.page.mouse.down();
    await this.page.mouse.move(canvas.x + to.x - 40, canvas.y + to.y - 20, { steps: 4 });
    await this.page.mouse.move(canvas.x + to.x, canvas.y + to.y, { steps: 2 });
    await this.page.mouse.up();
    await this.page.waitForFunction((count) => (globalThis as never as { RED: EditorGlobal }).RED.nodes.createCompleteNodeSet().length > count, before.length);
    const added = (await this.ids()).find((id) => !before.includes(id));
    if (added === undefined) throw new Error(`${type} did not come onto the canvas`);
    return added;
  }

  /** Opens the dialog of a node, as a double click on it does. */
  async edit(id: string): Promise<void> {
    await this.page.evaluate((each) => {
      const { RED } = globalThis as never as { RED: EditorGlobal };
      RED.editor.edit(RED.nodes.node(each));
    }, id);
    await this.#opened();
  }

  /** Opens the dialog of a configuration node. */
  async editSite(id: string): Promise<void> {
    await this.page.evaluate((each) => (globalThis as never as { RED: EditorGlobal }).RED.editor.editConfig('', 'nightjar-site', each), id);
    await this.#opened();
  }

  async #opened(): Promise<void> {
    await this.page.locator('.nightjar-dialog').waitFor();
    // The tray slides in.
    await this.page.waitForFunction("!document.querySelector('.red-ui-tray')?.getAnimations?.({subtree: false}).length");
  }

  /** Presses a button of the dialog and waits until it is gone. */
  async close(button: 'ok' | 'cancel'): Promise<void> {
    await this.page.locator(`#node-dialog-${button}:visible, #node-config-dialog-${button}:visible`).last().click();
    await this.closed();
  }

  /** Leaves every dialog that is still open. */
  async cancelAll(): Promise<void> {
    while ((await this.page.locator('.nightjar-dialog').count()) > 0) {
      const open = await this.page.locator('.nightjar-dialog').count();
      await this.page.locator('#node-dialog-cancel:visible, #node-config-dialog-cancel:visible').last().click();
      await this.page.waitForFunction((count) => document.querySelectorAll('.nightjar-dialog').length < count, open);
    }
  }

  /** Resolves once no dialog of ours is open. */
  async closed(): Promise<void> {
    await this.page.locator('.nightjar-dialog').waitFor({ state: 'detached' });
  }

  /** The text part of a typed input. */
  typed(name: string): Locator {
    return this.page.locator(`#nightjar-typed-${name}`);
  }

  /** A node as a deploy would send it. */
  async saved(id: string): Promise<Readonly<Record<string, unknown>>> {
    const nodes = await this.#nodes();
    return nodes.find((each) => each['id'] === id) ?? {};
  }

  /** Ids of fields that are marked as wrong. */
  async wrong(): Promise<readonly string[]> {
    return await this.page
      .locator('.nightjar-dialog .form-row:visible > .input-error[id]')
      .evaluateAll((all) => all.map(({ id }) => id.replace(/^node-(config-)?input-/, '')));
  }

  /** Whether the editor takes a node for rightly filled in; else it wants a deployment confirmed. */
  async isValid(id: string): Promise<boolean> {
    return await this.page.evaluate((each) => (globalThis as never as { RED: EditorGlobal }).RED.nodes.node(each).valid, id);
  }

  /** What a node is called on the canvas. */
  async caption(id: string): Promise<string> {
    return (await this.page.locator(`#${id} .red-ui-flow-node-label`).first().textContent()) ?? '';
  }

  /** Takes a picture where somebody wants pictures. */
  async picture(name: string): Promise<void> {
    const folder = process.env['NIGHTJAR_PICTURES'];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  async ids(): Promise<readonly string[]> {
    return (await this.#nodes()).map((each) => String(each['id']));
  }

  async #nodes(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return await this.page.evaluate(() => (globalThis as never as { RED: EditorGlobal }).RED.nodes.createCompleteNodeSet());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    await this.#browser.close();
  }
}

/** What is used of Node-RED in the page. */
interface EditorGlobal {
  readonly nodes: { createCompleteNodeSet(): Record<string, unknown>[]; node(id: string): { readonly valid: boolean } };
  readonly editor: { edit(node: unknown): void; editConfig(name: string, type: string, id: string): void };
}
