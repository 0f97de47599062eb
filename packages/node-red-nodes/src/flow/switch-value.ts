// What can be set of a camera, from what flow authors send, and back.
import { shownValue } from './shown-value.ts';

const SWITCHES: readonly string[] = ['armed', 'detection', 'record', 'privacy', 'enabled'];
const MODES: readonly string[] = ['off', 'motion', 'continuous'];
const WORDS: Readonly<Record<string, string>> = { true: 'ON', on: 'ON', '1': 'ON', false: 'OFF', off: 'OFF', '0': 'OFF' };

/** Every property. */
export const SETTABLE: readonly string[] = [...SWITCHES, 'record_mode', 'sensitivity'];

/** As it is published; `toggle` where it is to be turned over. @throws Error that says what the property can be. */
export function wantedState(property: string, value: unknown): string {
  if (!SETTABLE.includes(property)) throw new Error(`property is one of ${SETTABLE.join(', ')}; got ${JSON.stringify(property)}`);
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const word = isPlain ? String(value).trim().toLowerCase() : '';
  if (property === 'sensitivity') return wantedNumber(word, value);
  if (property === 'record_mode') {
    if (MODES.includes(word)) return word;
    throw new Error(`record_mode is off, motion or continuous; got ${shownValue(value)}`);
  }
  const state = word === 'toggle' ? word : Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (state === undefined) throw new Error(`${property} is true or false (also ON, OFF, 1, 0 or toggle); got ${shownValue(value)}`);
  return state;
}

function wantedNumber(word: string, value: unknown): string {
  const number = typeof value === 'boolean' || word === '' ? Number.NaN : Number(word);
  if (number >= 0 && number <= 100) return String(Math.round(number * 1000) / 1000);
  throw new Error(`sensitivity is a number from 0 to 100; got ${shownValue(value)}`);
}

/** Boolean, number or mode, from `…/state`. */
export function typedState(property: string, state: string): boolean | number | string {
  if (SWITCHES.includes(property)) return state.toUpperCase() === 'ON';
  return property === 'sensitivity' ? Number(state) : state;
}
