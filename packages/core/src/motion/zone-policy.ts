// What zones of different kinds mean together: preclusive ones silence the frame, active ones alarm, inclusive ones
// only add to an alarm, exclusive ones only speak when no active one does.
import type { Zone, ZoneKind } from '../model/zone.ts';
import type { ZoneReading } from './zone-score.ts';

/** Analysed frames a zone still sits out (`overload`) or goes on suppressing (`extend`). */
export interface ZoneCountdown {
  overload: number;
  extend: number;
}

/** What the zones say about one frame. `zones` holds indices, in the order of the configuration. */
export interface ZoneJudgement {
  readonly score: number;
  readonly zones: readonly number[];
  readonly veto?: 'preclusive' | 'overload';
}

const NONE: readonly number[] = [];
const NOTHING: ZoneJudgement = { score: 0, zones: NONE };
const SUPPRESSED: ZoneJudgement = { score: 0, zones: NONE, veto: 'preclusive' };
const OVERLOADED: ZoneJudgement = { score: 0, zones: NONE, veto: 'overload' };
const MOST = 100;

/** What a zone of this kind adds for its own score: inclusive half (cut to an integer), exclusive double. */
export const contribution = (kind: ZoneKind, score: number): number => {
  if (kind === 'inclusive') return Math.trunc(score / 2);
  return kind === 'exclusive' ? 2 * score : score;
};

/**
 * Combines the zones of a frame. Only zones whose turn comes are read, so a zone that is not needed is not computed
 * and its overload does not count down; ZoneMinder does the same.
 *
 * @param countdowns - One a zone; updated.
 * @param read - Checks the zone with this index.
 */
export const judgeZones = (zones: readonly Zone[], countdowns: readonly ZoneCountdown[], read: (index: number) => ZoneReading): ZoneJudgement => {
  if (preclude(zones, countdowns, read)) return SUPPRESSED;
  const round: Round = { score: 0, alarmed: NONE, overloaded: false };
  speak('active', round, zones, countdowns, read);
  speak(round.alarmed.length > 0 ? 'inclusive' : 'exclusive', round, zones, countdowns, read);
  if (round.alarmed.length === 0) return round.overloaded ? OVERLOADED : NOTHING;
  const inOrder = [...round.alarmed].sort((a, b) => a - b);
  return { score: Math.min(MOST, Math.max(1, round.score)), zones: inOrder };
};

interface Round {
  score: number;
  alarmed: readonly number[];
  overloaded: boolean;
}

/** Whether a preclusive zone alarms, or did within its extension. */
const preclude = (zones: readonly Zone[], countdowns: readonly ZoneCountdown[], read: (index: number) => ZoneReading): boolean => {
  let suppressed = false;
  for (let index = 0; index < zones.length; index += 1) {
    const zone = zones[index];
    const countdown = countdowns[index];
    if (zone === undefined || countdown === undefined || zone.kind !== 'preclusive') continue;
    if (readOrSkip(zone, countdown, index, read) > 0) {
      countdown.extend = zone.extendAlarmFrames;
      suppressed = true;
    } else if (countdown.extend > 0) {
      countdown.extend -= 1;
      suppressed = true;
    }
  }
  return suppressed;
};

const speak = (kind: ZoneKind, round: Round, zones: readonly Zone[], countdowns: readonly ZoneCountdown[], read: (index: number) => ZoneReading): void => {
  for (let index = 0; index < zones.length; index += 1) {
    const zone = zones[index];
    const countdown = countdowns[index];
    if (zone === undefined || countdown === undefined || zone.kind !== kind) continue;
    const score = readOrSkip(zone, countdown, index, read);
    if (score < 0) round.overloaded = true;
    if (score <= 0) continue;
    round.score += contribution(kind, score);
    round.alarmed = [...round.alarmed, index];
  }
};

/** The zone's score; -1 while it sits out an overload or starts one. */
const readOrSkip = (zone: Zone, countdown: ZoneCountdown, index: number, read: (index: number) => ZoneReading): number => {
  if (countdown.overload > 0) {
    countdown.overload -= 1;
    return -1;
  }
  const reading = read(index);
  if (!reading.exceeded) return reading.score;
  countdown.overload = zone.overloadFrames;
  return -1;
};
