import { parseExposition } from '../../../test/exposition.ts';
import { prometheusText } from './prometheus-text.ts';

describe('the text for Prometheus', () => {
  it('has what it is given, with labels that hold anything', async () => {
    const text = await prometheusText([
      {
        family: { name: 'doors_total', help: 'Doors,\nall of them.', type: 'counter', labels: ['house', 'wood'] },
        readings: [
          { labels: ['a "b" \\ c\nd', 'oak'], value: 3 },
          { labels: ['', 'elm'], value: 1e21 },
        ],
      },
      { family: { name: 'plain', help: 'Plain.', type: 'gauge', labels: [] }, readings: [{ labels: [], value: 0.5 }] },
    ]);
    const families = parseExposition(text);
    expect(families.get('doors_total')).toEqual({
      type: 'counter',
      help: 'Doors,\\nall of them.',
      samples: [
        { name: 'doors_total', labels: { house: 'a "b" \\ c\nd', wood: 'oak' }, value: 3 },
        { name: 'doors_total', labels: { house: '', wood: 'elm' }, value: 1e21 },
      ],
    });
    expect(families.get('plain')?.samples).toEqual([{ name: 'plain', labels: {}, value: 0.5 }]);
  });

  it('sums buckets up as the format wants it', async () => {
    const family = { name: 'wait_seconds', help: 'Waits.', type: 'histogram', labels: ['door'], buckets: [0.1, 1] } as const;
    const text = await prometheusText([{ family, readings: [{ labels: ['front'], value: { counts: [2, 1, 4], sum: 9.25 } }] }]);
    expect(
      parseExposition(text)
        .get('wait_seconds')
        ?.samples.map(({ name, labels, value }) => `${name} ${labels['door']} ${labels['le']} ${value}`),
    ).toEqual([
      'wait_seconds_bucket front 0.1 2',
      'wait_seconds_bucket front 1 3',
      'wait_seconds_bucket front +Inf 7',
      'wait_seconds_sum front undefined 9.25',
      'wait_seconds_count front undefined 7',
    ]);
  });
});
