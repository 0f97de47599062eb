// The examples of the HomeKit guide and of the package's own page are taken as they are written.
import { Ajv } from 'ajv';
import { FACE_FIELDS } from '../../packages/homebridge-plugin/src/config/face-fields.ts';
import { readPluginConfig } from '../../packages/homebridge-plugin/src/config/read-plugin-config.ts';
import { read } from '../repo/repository.ts';

const GUIDE = 'docs/guide/homekit.md';
const { schema } = JSON.parse(read('packages/homebridge-plugin/config.schema.json')) as { readonly schema: { readonly properties: object } };
const isValid = new Ajv({ strict: false }).compile({ ...schema, required: [] });

describe.each([GUIDE, 'packages/homebridge-plugin/README.md'])('%s', (page) => {
  const examples = [...read(page).matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => JSON.parse(text) as Readonly<Record<string, unknown>>);

  it('has examples that the plugin and its form take', () => {
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const example of examples) {
      expect(readPluginConfig(example, { storagePath: '/var/lib/homebridge', servesExternalsOnly: false }).problems).toEqual([]);
      expect([isValid(example), isValid.errors]).toEqual([true, null]);
    }
  });
});

describe('the HomeKit guide', () => {
  it('tells of every setting of a camera in Home', () => {
    const told = [...read(GUIDE).matchAll(/^\| `(\w+)` \|/gm)].map(([, key = '']) => key);
    expect(Object.keys(FACE_FIELDS).filter((key) => !told.includes(key))).toEqual([]);
    expect(Object.keys(schema.properties).filter((key) => !read(GUIDE).includes(`"${key}"`) && !read(GUIDE).includes(`\`${key}\``))).toEqual([]);
  });
});
