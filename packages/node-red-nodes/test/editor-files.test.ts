// Dialogs, words, helps and icons fit each other and the nodes.
import { STATUS_WORDS } from '../src/flow/status-words.ts';
import { definition, dialog, help, icon, icons, LANGUAGES, nodeSource, page, sharedScript, TYPES, words } from './editor-files.ts';

const SITE = 'nightjar-site';
const SHARED = '@nightjar/node-red-nightjar/nightjar-site:';

const attributes = (html: string, name: string): readonly string[] => [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value);

describe.each(TYPES)('%s in the editor', (type) => {
  const prefix = type === SITE ? 'node-config-input' : 'node-input';
  const { defaults, credentials = {} } = definition(type);
  const html = dialog(type);
  const shown = Object.keys({ ...defaults, ...credentials }).filter((name) => name !== 'nodeVersion');

  it('has a field in its dialog for every property, and a property for every field', () => {
    const ids = attributes(html, 'id');
    const sets = attributes(html, 'data-set');
    expect(shown.filter((name) => !ids.includes(`${prefix}-${name}`) && !sets.includes(name))).toEqual([]);
    const fields = ids.filter((id) => id.startsWith(`${prefix}-`)).map((id) => id.slice(prefix.length + 1));
    expect(fields.filter((name) => !shown.includes(name) && !sets.some((set) => name.startsWith(`${set}-`)))).toEqual([]);
  });

  it('saves a version, a name and no second default for the site', () => {
    expect(defaults).toMatchObject({ name: { value: '' }, nodeVersion: { value: 1 } });
    if (type !== SITE) expect(defaults['site']).toMatchObject({ value: '', type: SITE });
  });

  it('describes every property in both helps, with a first paragraph and the usual sections', () => {
    const described = shown.filter((name) => !name.endsWith('Type'));
    for (const language of LANGUAGES) {
      const text = help(type, language);
      expect(text).toContain(`<script type="text/html" data-help-name="${type}">`);
      expect(text.replace(/<script[^>]*>\s*/, '')).toMatch(/^<p>/);
      expect(described.filter((name) => !attributes(text, 'data-property').some((each) => each.split(' ').includes(name)))).toEqual([]);
      const [inputs, outputs, details] = language === 'de' ? ['Eingänge', 'Ausgänge', 'Details'] : ['Inputs', 'Outputs', 'Details'];
      if (definition(type).inputs === 1) expect(text).toContain(`<h3>${inputs}</h3>`);
      if ((definition(type).outputs ?? 0) > 0) expect(text).toContain(`<h3>${outputs}</h3>`);
      expect(text).toContain(`<h3>${details}</h3>`);
    }
    const properties = (language: 'de' | 'en-US') => attributes(help(type, language), 'data-property');
    expect(properties('de')).toEqual(properties('en-US'));
  });

  it('says all it says in both languages', () => {
    const [english, german] = [words(type, 'en-US'), words(type, 'de')];
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, value] of english) {
      expect({ key, empty: value.trim() === '' || german.get(key)?.trim() === '' }).toEqual({ key, empty: false });
      const slots = (text = '') => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
      expect({ key, slots: slots(german.get(key)) }).toEqual({ key, slots: slots(value) });
    }
  });

  it('has every word it uses', () => {
    const keys = attributes(html, 'data-i18n').map((key) => key.replace(/^\[[^\]]+\]/, ''));
    const asked = [...page(type).matchAll(/this\._\('([^']+)'\)/g)].map(([, key = '']) => key);
    const missing = [...keys, ...asked].filter((key) =>
      key.startsWith(SHARED) ? !words(SITE, 'en-US').has(key.slice(SHARED.length)) : !words(type, 'en-US').has(key),
    );
    expect(missing).toEqual([]);
  });

  it('names every field by a label, and hides its drawings from readers', () => {
    const targets = attributes(html, 'for');
    const fields = [...html.matchAll(/<(?:input|select)\b[^>]*>/g)].filter(([tag]) => !tag.includes('type="hidden"')).map(([tag]) => attributes(tag, 'id')[0]);
    expect(fields.filter((id) => id === undefined || !targets.includes(id))).toEqual([]);
    expect((html.match(/<label\b/g) ?? []).length).toBe(targets.length);
    expect([...html.matchAll(/<i class="fa[^>]*>/g)].filter(([tag]) => !tag.includes('aria-hidden="true"'))).toEqual([]);
  });

  it('has no colour of its own in its dialog', () => {
    expect(html).not.toMatch(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(|color\s*:/i);
  });

  it('has an icon of its own, in white on nothing', () => {
    const file = definition(type).icon;
    expect(file).toBe(`${type}.svg`);
    expect(icon(file)).toMatch(/^<svg [^>]*width="40" height="60" viewBox="0 0 40 60">/);
    expect(
      [...icon(file).matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour).filter((colour) => colour !== '#fff' && colour !== 'none'),
    ).toEqual([]);
  });

  it('begins with what the runtime takes where nothing is saved', () => {
    const taken = [...nodeSource(type).matchAll(/(\w+): \{ value: '([^']*)', type: '(\w+)' \}/g)];
    for (const [, name = '', value, kind] of taken)
      expect({ name, value: String(defaults[name]?.value), type: defaults[`${name}Type`]?.value }).toEqual({ name, value, type: kind });
  });
});

describe('The palette in the editor', () => {
  it('has one colour', () => {
    expect(new Set(TYPES.map((type) => definition(type).color)).size).toBe(1);
  });

  it('has no icon that nothing shows', () => {
    expect([...icons()].sort()).toEqual(TYPES.map((type) => definition(type).icon).sort());
  });

  it('has the words of statuses in both languages as the runtime has them', () => {
    const statuses = (language: (typeof LANGUAGES)[number]) =>
      Object.fromEntries([...words(SITE, language)].filter(([key]) => key.startsWith('status.')).map(([key, value]) => [key.slice('status.'.length), value]));
    expect(statuses('en-US')).toEqual(STATUS_WORDS);
    expect(Object.keys(statuses('de')).sort()).toEqual(Object.keys(STATUS_WORDS).sort());
  });

  it('has every word of the shared script, and no colour but those of the theme', () => {
    const used = [...sharedScript().matchAll(/\btext\('([^']+)'/g)].map(([, key = '']) => key);
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((key) => !words(SITE, 'en-US').has(key))).toEqual([]);
    expect(sharedScript()).not.toMatch(/color:(?!\s*var\(--red-ui-)/);
  });
});
