import { Ajv } from 'ajv';
import { expectation } from '../expectation.ts';
import { asNode, nodeAt, OWN_KEYWORDS, type SchemaNode } from './field.ts';
import { configSchema, publicSchema } from './root.ts';

function* fields(node: SchemaNode, path: string): Generator<readonly [string, SchemaNode]> {
  for (const [key, child] of Object.entries(node.properties ?? node.items?.properties ?? {})) {
    yield [`${path}.${key}`, child];
    yield* fields(child, `${path}.${key}`);
  }
}

const all = [...fields(asNode(configSchema), '')];

describe('the schema', () => {
  it('describes every field with title, sentences and what it restarts', () => {
    expect(all.length).toBeGreaterThan(80);
    for (const [path, node] of all) {
      expect([path, node.title?.length]).not.toEqual([path, undefined]);
      expect([path, node.description]).toEqual([path, expect.stringMatching(/^\S.*\.$/)]);
      expect([path, node['x-restart']]).toEqual([path, expect.stringMatching(/^(none|analysis|camera|server)$/)]);
    }
  });

  it('bounds every number and every list, and says what it takes in words', () => {
    for (const [path, node] of all) {
      const types = [node.type ?? []].flat();
      if (types.includes('integer') || types.includes('number')) expect([path, typeof node.minimum, typeof node.maximum]).toEqual([path, 'number', 'number']);
      if (types.includes('array')) expect([path, typeof node.maxItems]).toEqual([path, 'number']);
      expect([path, expectation(node)]).toEqual([path, expect.stringMatching(/^(?!.*undefined)./)]);
    }
  });

  it('says of every field without a default what its absence means, or requires it', () => {
    for (const [path, node] of all) {
      const key = path.slice(path.lastIndexOf('.') + 1);
      const parent = all.find(([other]) => other === path.slice(0, path.lastIndexOf('.')))?.[1] ?? asNode(configSchema);
      const required = (parent.items ?? parent).required?.includes(key) === true;
      if (node.default === undefined && !required) expect([path, node.description]).toEqual([path, expect.stringContaining('Absent')]);
    }
  });

  it('requires in editors only what has no default', () => {
    const open = publicSchema();
    expect(open.required).toBeUndefined();
    expect(nodeAt(open, ['cameras', 0]).required).toEqual(['id', 'source']);
    expect(nodeAt(open, ['cameras', 0, 'zones', 0]).required).toEqual(['id']);
  });

  it('is a sound schema, which is not checked again whenever a file is read', () => {
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    ajv.addVocabulary([...OWN_KEYWORDS]);
    expect(ajv.validateSchema(publicSchema())).toBe(true);
  });
});
