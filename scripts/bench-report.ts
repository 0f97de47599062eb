// Measurements → rows with ratios, the verdicts on them, and the table.
import type { Entrant } from './bench-contestants.ts';
import type { Recorded } from './bench-footage.ts';
import type { Measured } from './bench-process.ts';

/** What came out of one run. */
export interface Run {
  readonly entrant: Pick<Entrant, 'name' | 'role' | 'cameras'>;
  readonly cost: Measured;
  readonly helperName?: string;
  /** Frames sent to the contestant's longest connection of each camera, all cameras together. */
  readonly sentFrames: number;
  readonly connections: number;
  /** Absent: it records nothing. */
  readonly recorded?: Recorded;
  readonly complaints: readonly string[];
}

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly role: Entrant['role'] | 'helper';
  readonly cameras: number;
  readonly cpuSeconds: number;
  /** CPU per camera in percent of one core, by the footage that was sent. */
  readonly corePercentPerCamera: number;
  readonly timesCopy?: number;
  readonly timesDecode?: number;
  readonly timesMotion?: number;
  readonly timesZoneminder?: number;
  readonly peakPssMB: number;
  readonly sentFrames: number;
  readonly connections: number;
  readonly recorded?: Recorded;
  readonly machineLoadPercent: number;
  readonly isSaturated: boolean;
  /** Processes of others that shared its pages. */
  readonly sharers: number;
}

/** A promise about the recorder and what became of it. */
export interface Verdict {
  readonly about: string;
  readonly value: number;
  readonly atMost: number;
  readonly unit: string;
  /** Absent: the run can't tell, because others were busy on the machine or shared memory, or it was too small. */
  readonly isKept?: boolean;
}

/** Above this share of all cores, programs wait for each other and drop work instead of showing what it costs. */
const SATURATED_ABOVE = 0.85;
const MOST_QUOTED_CHARACTERS = 400;
const MOST_TIMES_MOTION = { continuous: 0.75, keyframes: 0.25 } as const;
const MOST_MB_FOR_ONE_CAMERA = 190;
const MOST_MB_FOR_EACH_FURTHER = 75;
const MOST_TIMES_ONE_CAMERA = 1.15;

/** All runs as lines, helpers below whom they help. */
export function toRows(runs: readonly Run[], fps: number): readonly Row[] {
  const most = Math.max(...runs.map(({ entrant }) => entrant.cameras));
  const cpuOf = (role: Row['role'], cameras: number): number | undefined =>
    cameras < most ? undefined : runs.find(({ entrant }) => entrant.role === role && entrant.cameras === cameras)?.cost.cpuSeconds;
  return runs.flatMap((run) => {
    const { entrant, cost, sentFrames } = run;
    const times = (role: Row['role']): number | undefined => {
      const other = cpuOf(role, entrant.cameras);
      return other === undefined || other === 0 ? undefined : cost.cpuSeconds / other;
    };
    const load = Math.max(cost.ownLoad, cost.machineLoad);
    const row: Row = {
      name: most > 1 ? `${entrant.name} ×${entrant.cameras}` : entrant.name,
      role: entrant.role,
      cameras: entrant.cameras,
      cpuSeconds: cost.cpuSeconds,
      corePercentPerCamera: (100 * cost.cpuSeconds * fps) / Math.max(1, sentFrames),
      ...defined({ timesCopy: times('copy'), timesDecode: times('decode'), timesMotion: times('motion'), timesZoneminder: times('zoneminder') }),
      peakPssMB: cost.peakPssMB,
      sentFrames,
      connections: run.connections,
      ...(run.recorded === undefined ? {} : { recorded: run.recorded }),
      machineLoadPercent: 100 * load,
      isSaturated: load > SATURATED_ABOVE,
      sharers: cost.sharers,
    };
    if (cost.helper === undefined) return [row];
    const { timesCopy, timesDecode, timesMotion, timesZoneminder, recorded, ...common } = row;
    const corePercentPerCamera = (100 * cost.helper.cpuSeconds * fps) / Math.max(1, sentFrames);
    return [row, { ...common, name: `+ ${run.helperName ?? 'helper'}`, role: 'helper' as const, ...cost.helper, corePercentPerCamera }];
  });
}

/** The promises that these rows can tell something about. */
export function judge(rows: readonly Row[]): readonly Verdict[] {
  const find = (role: Row['role'], cameras: number): Row | undefined => rows.find((row) => row.role === role && row.cameras === cameras);
  const most = Math.max(...rows.map(({ cameras }) => cameras));
  const verdicts: Verdict[] = [];
  for (const mode of ['continuous', 'keyframes'] as const) {
    const one = find(mode, 1);
    const all = find(mode, most);
    const give = (about: string, value: number | undefined, atMost: number, unit: string, ...from: readonly (Row | undefined)[]): void => {
      if (value === undefined || Number.isNaN(value)) return;
      const isKnown = from.every((row) => row?.isSaturated === false && (unit !== 'MB' || row.sharers === 0));
      verdicts.push({ about: `${mode}: ${about}`, value, atMost, unit, ...(isKnown ? { isKept: value <= atMost } : {}) });
    };
    give('CPU against Motion', all?.timesMotion, MOST_TIMES_MOTION[mode], '×', all, find('motion', most));
    give('memory with one camera', one?.peakPssMB, MOST_MB_FOR_ONE_CAMERA, 'MB', one);
    if (most === 1 || one === undefined || all === undefined) continue;
    give('memory of each further camera', (all.peakPssMB - one.peakPssMB) / (most - 1), MOST_MB_FOR_EACH_FURTHER, 'MB', one, all);
    give(`CPU per camera, ${most} against one`, all.corePercentPerCamera / one.corePercentPerCamera, MOST_TIMES_ONE_CAMERA, '×', one, all);
  }
  return verdicts;
}

/** Head and rows; columns nobody has a value for are left out. */
export function toTable(rows: readonly Row[]): readonly string[] {
  const columns: readonly (readonly [head: string, cell: (row: Row) => number | undefined, digits: number])[] = [
    ['CPU s', (row) => row.cpuSeconds, 2],
    ['% core/cam', (row) => row.corePercentPerCamera, 2],
    ['× copy', (row) => row.timesCopy, 2],
    ['× decode', (row) => row.timesDecode, 2],
    ['× motion', (row) => row.timesMotion, 2],
    ['× zonemind.', (row) => row.timesZoneminder, 2],
    ['PSS MB', (row) => row.peakPssMB, 1],
    ['sent', (row) => (row.role === 'helper' ? undefined : row.sentFrames), 0],
    ['recorded', (row) => row.recorded?.frames, 0],
    ['missing', (row) => row.recorded?.missingFrames, 0],
    ['load %', (row) => (row.role === 'helper' ? undefined : row.machineLoadPercent), 0],
  ];
  const shown = columns.filter(([, cell]) => rows.some((row) => cell(row) !== undefined));
  const width = Math.max(...rows.map(({ name }) => name.length)) + 1;
  const head = `${' '.repeat(width)}${shown.map(([text]) => text.padStart(Math.max(9, text.length + 1))).join('')}`;
  const lines = rows.map((row) => {
    const cells = shown.map(([text, cell, digits]) => (cell(row)?.toFixed(digits) ?? '').padStart(Math.max(9, text.length + 1)));
    return `${row.name.padEnd(width)}${cells.join('')}${row.isSaturated && row.role !== 'helper' ? ' !' : ''}`;
  });
  return [head, ...lines];
}

/** What has to be known beside the numbers. */
export function toRemarks(runs: readonly Run[]): readonly string[] {
  return runs.flatMap((run) => {
    const { name, cameras } = run.entrant;
    const who = `${name}, ${cameras === 1 ? 'one camera' : `${cameras} cameras`}`;
    return [...remarksOnTheMachine(run.cost), ...remarksOnTheWork(run)].map((text) => `${who}: ${text}`);
  });
}

function remarksOnTheMachine({ machineLoad, ownLoad, sharers }: Measured): readonly string[] {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const remarks: string[] = [];
  if (Math.max(ownLoad, machineLoad) > SATURATED_ABOVE) {
    const loads = `${percent(machineLoad)} of its cores busy, ${percent(ownLoad)} by this run`;
    const advice = ownLoad > machineLoad / 2 ? 'take fewer cameras or a smaller clip' : 'stop what else is running';
    remarks.push(`the machine was saturated (${loads}), so these figures mean little; ${advice}`);
  }
  if (sharers > 0) {
    const others = `${sharers} other ${sharers === 1 ? 'process' : 'processes'}`;
    remarks.push(`${others} ran the same programs at its peak and shared their pages, so its memory reads too low`);
  }
  return remarks;
}

function remarksOnTheWork({ cost, recorded, complaints }: Run): readonly string[] {
  const end = cost.said.trim().slice(-MOST_QUOTED_CHARACTERS);
  const remarks: string[] = [];
  if (cost.endedEarly > 0) remarks.push(`${cost.endedEarly} of its programs ended early; it said: ${end}`);
  if (recorded?.frames === 0) remarks.push(`it recorded nothing; it said: ${end}`);
  if (complaints.length > 0)
    remarks.push(`${complaints.length} ${complaints.length === 1 ? 'complaint' : 'complaints'}, first: ${complaints[0]?.slice(0, MOST_QUOTED_CHARACTERS)}`);
  return remarks;
}

/** One sentence. */
export function sayVerdict({ about, value, atMost, unit, isKept }: Verdict): string {
  const text = `${about} is ${value.toFixed(unit === 'MB' ? 0 : 2)} ${unit}, at most ${atMost} ${unit} promised`;
  return `${isKept === undefined ? 'unknown' : isKept ? 'kept   ' : 'MISSED '}  ${text}${isKept === undefined ? ' (see the remarks)' : ''}`;
}

function defined<T extends Readonly<Record<string, number | undefined>>>(values: T): { readonly [K in keyof T]?: number } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { readonly [K in keyof T]?: number };
}
