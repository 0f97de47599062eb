// Every combination of filters that pages of events are asked for with, common ones, rare ones and those that match nothing.
import { wallMs } from '../packages/core/src/model/time.ts';
import type { EventSearchQuery } from '../packages/core/src/ports/event-search.ts';

/** One search. */
export interface FilterCase {
  /** Names of the filters that are set. */
  readonly filters: string;
  readonly query: EventSearchQuery;
}

type Choice = readonly [name: string, part: Partial<EventSearchQuery>];

const at = (month: number, day: number): ReturnType<typeof wallMs> => wallMs(Date.UTC(2026, month - 1, day));
const NONE: Choice = ['', {}];

const camerasOf = (count: number): readonly Choice[] => {
  const ids = Array.from({ length: count }, (_, index) => `cam${String(index + 1).padStart(2, '0')}`);
  const quiet = ids.at(-1) ?? 'cam01';
  return [
    NONE,
    ['camera', { cameraIds: ['cam01'] }],
    ['camera', { cameraIds: ['cam04'] }],
    ['camera', { cameraIds: [quiet] }],
    ['camera', { cameraIds: ['gone'] }],
    ['cameras', { cameraIds: ids.filter((_, index) => index % 5 === 2) }],
    ['cameras', { cameraIds: [] }],
  ];
};

const CAUSES: readonly Choice[] = [NONE, ...(['motion', 'continuous', 'trigger', 'analysis-down'] as const).map((cause): Choice => ['cause', { cause }])];
const ZONES: readonly Choice[] = [NONE, ...['all', 'door', 'pool', 'nowhere'].map((zone): Choice => ['zone', { zone }])];
const SCORES: readonly Choice[] = [NONE, ...[1, 10, 50, 62.5, 89, 98, 99, 100].map((minScore): Choice => ['minScore', { minScore }])];
const PROTECTION: readonly Choice[] = [NONE, ['protected', { protected: true }], ['protected', { protected: false }]];
const SPANS: readonly Choice[] = [
  NONE,
  ['span', { fromMs: at(11, 22) }],
  ['span', { fromMs: at(6, 1), toMs: at(6, 8) }],
  ['span', { toMs: at(1, 1) }],
  ['span', { fromMs: wallMs(Date.UTC(2030, 0)) }],
];
const PLACES: readonly Choice[] = [NONE, ['deep', { after: { startMs: at(3, 1), id: 1 } }]];

/** All of them, with pages of 100 and, every ninth, of 1000. */
export function filterCases(cameras: number): readonly FilterCase[] {
  const dimensions = [camerasOf(cameras), CAUSES, ZONES, SCORES, PROTECTION, SPANS, PLACES];
  let combined: readonly Choice[] = [NONE];
  for (const choices of dimensions) {
    combined = combined.flatMap(([names, parts]) => choices.map(([name, part]): Choice => [[names, name].filter(Boolean).join('+'), { ...parts, ...part }]));
  }
  return combined.map(([filters, part], index) => ({ filters: filters || 'none', query: { ...part, limit: index % 9 === 0 ? 1000 : 100 } }));
}
