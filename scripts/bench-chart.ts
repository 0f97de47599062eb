// The rows as a bar chart: CPU on the left, memory on the right.
import type { Row } from './bench-report.ts';

/** What stands above and below the bars. */
export interface ChartText {
  readonly title: string;
  readonly subtitle: string;
  readonly footnote: string;
}

const FONT = 'font-family="system-ui, sans-serif"';
const LABEL_WIDTH = 220;
const PANEL_WIDTH = 380;
/** Room behind the longest bar for its number. */
const NUMBER_WIDTH = 165;
const ROW_HEIGHT = 30;
const BAR_HEIGHT = 18;
const TOP = 104;
const COLOURS: Readonly<Record<Row['role'], string>> = {
  copy: '#9aa5b1',
  decode: '#9aa5b1',
  continuous: '#1f6feb',
  keyframes: '#1f6feb',
  motion: '#d98324',
  zoneminder: '#b3445a',
  helper: '#d9a0ac',
};

/** An SVG document. */
export function drawChart(rows: readonly Row[], text: ChartText): string {
  const width = LABEL_WIDTH + 2 * PANEL_WIDTH + 20;
  const bottom = TOP + rows.length * ROW_HEIGHT;
  const cpu = panel(rows, LABEL_WIDTH, 'CPU per camera, % of one core', (row) => row.corePercentPerCamera, cpuLabel);
  const memory = panel(
    rows,
    LABEL_WIDTH + PANEL_WIDTH,
    'peak memory (PSS), MB',
    (row) => row.peakPssMB,
    (row) => row.peakPssMB.toFixed(0),
  );
  const labels = rows.map((row, index) => write(LABEL_WIDTH - 12, middle(index), row.name, 'text-anchor="end" font-size="14" fill="#1c2430"'));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${bottom + 46}" viewBox="0 0 ${width} ${bottom + 46}" ${FONT}>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    write(20, 32, text.title, 'font-size="19" font-weight="600" fill="#1c2430"'),
    write(20, 55, text.subtitle, 'font-size="13" fill="#5b6673"'),
    ...labels,
    ...cpu,
    ...memory,
    write(20, bottom + 28, text.footnote, 'font-size="12" fill="#5b6673"'),
    '</svg>',
    '',
  ].join('\n');
}

function panel(rows: readonly Row[], x: number, head: string, value: (row: Row) => number, label: (row: Row) => string): readonly string[] {
  const longest = Math.max(...rows.map(value), 1e-9);
  const bars = rows.flatMap((row, index) => {
    const length = Math.max(1, (value(row) / longest) * (PANEL_WIDTH - NUMBER_WIDTH));
    const y = middle(index) - 5 - BAR_HEIGHT / 2;
    const bar = `<rect x="${x}" y="${y}" width="${length.toFixed(1)}" height="${BAR_HEIGHT}" rx="2" fill="${COLOURS[row.role]}"/>`;
    return [bar, write(x + length + 7, middle(index), label(row), 'font-size="13" fill="#1c2430"')];
  });
  return [
    write(x, TOP - 16, head, 'font-size="13" font-weight="600" fill="#1c2430"'),
    `<line x1="${x}" y1="${TOP - 4}" x2="${x}" y2="${TOP + rows.length * ROW_HEIGHT}" stroke="#c6ced6"/>`,
    ...bars,
  ];
}

function cpuLabel(row: Row): string {
  const number = row.corePercentPerCamera.toFixed(1);
  const ratio = row.timesMotion === undefined || row.role === 'motion' ? '' : ` (${row.timesMotion.toFixed(2)} × Motion)`;
  return `${number}${ratio}${row.isSaturated ? ' !' : ''}`;
}

/** Baseline of the text of a row. */
const middle = (index: number): number => TOP + index * ROW_HEIGHT + ROW_HEIGHT / 2 + 5;

function write(x: number, y: number, text: string, attributes: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${safe}</text>`;
}
