// Checks a video against its manifest, and says which second of it is not what it was.
import type { RecordedVideo } from '../ports/recorded-videos.ts';
import { compareFragments, type Difference } from './compare-fragments-policy.ts';
import { type EvidenceManifest, isSealIntact, type ManifestFragment, type SealedManifest } from './evidence-manifest.ts';
import { type HashingOptions, hashFile, hashFragments, hashOfFragments, nextLink } from './fragment-chain.ts';

/** Something is not what the manifest says. */
export interface Finding {
  /** `index`: how the file is put together, not what it shows. `manifest`: the manifest contradicts itself. `file`: all the rest. */
  readonly kind: 'changed' | 'missing' | 'added' | 'index' | 'manifest' | 'file';
  readonly text: string;
  /** Of pictures and sound: when they were captured, and where they are in the file as it was. */
  readonly from?: string;
  readonly to?: string;
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
}

/** Checks a video. @returns What was found; empty: all is as it was. */
export const verifyVideo = async (manifest: SealedManifest, video: RecordedVideo, options: HashingOptions = {}): Promise<readonly Finding[]> => {
  const inManifest = checkManifest(manifest);
  const { file, fragments } = manifest;
  const hashes = await hashFile(video, file.mediaOffset, options);
  if (hashes.sha256 === file.sha256 && video.sizeBytes === file.sizeBytes) return inManifest;
  if (hashes.mediaSha256 === file.mediaSha256 && video.sizeBytes === file.sizeBytes)
    return [
      ...inManifest,
      { kind: 'index', text: `the index of the file (its first ${file.mediaOffset} bytes) was changed; pictures and sound are as they were` },
    ];
  const found: string[] = [];
  for await (const { sha256 } of hashFragments(video, options)) found.push(sha256);
  if (found.length === 0) return [...inManifest, { kind: 'file', text: 'the file cannot be played any more: its index is damaged, or most of it is missing' }];
  const differences = compareFragments(
    fragments.map(({ sha256 }) => sha256),
    found,
  );
  const findings = differences.map((difference) => describe(manifest, difference));
  if (findings.length > 0) return [...inManifest, ...findings];
  return [...inManifest, { kind: 'index', text: 'the file was put together anew or has other bytes around its pictures and sound, which are as they were' }];
};

/** Whether a manifest agrees with itself: one that was edited does not. */
const checkManifest = (manifest: SealedManifest): readonly Finding[] => {
  const { fragments, events } = manifest;
  const findings: Finding[] = [];
  let before = '';
  for (const fragment of fragments) {
    const { at, link } = fragment;
    if (nextLink(before, fragment) !== link) {
      findings.push({ kind: 'manifest', text: `the manifest was changed: its chain of hashes breaks at ${clock(at)} (${day(at)})`, from: at });
      break;
    }
    before = link;
  }
  let first = 0;
  for (const { id, fragments: count, sha256 } of events) {
    if (hashOfFragments(fragments.slice(first, first + count)) !== sha256)
      findings.push({ kind: 'manifest', text: `the manifest was changed: the hash of event ${id} is not that of its fragments` });
    first += count;
  }
  if (findings.length === 0 && !isSealIntact(manifest))
    findings.push({ kind: 'manifest', text: 'the manifest was changed: it does not say what it said when it was written' });
  return findings;
};

const describe = ({ fragments, to, video }: EvidenceManifest, { kind, from, to: end, found }: Difference): Finding => {
  const place = (index: number): Pick<ManifestFragment, 'at' | 'seconds'> => fragments[index] ?? { at: to, seconds: video.durationSeconds };
  const [begins, ends] = [place(from), place(end)];
  const where = { from: begins.at, to: ends.at, fromSeconds: begins.seconds, toSeconds: ends.seconds };
  if (kind === 'added')
    return {
      kind,
      text: `added at ${clock(begins.at)}: ${found} ${found === 1 ? 'fragment' : 'fragments'} (${day(begins.at)}, ${at(begins)} in the file)`,
      ...where,
    };
  return {
    kind,
    text: `${kind} between ${clock(begins.at)} and ${clock(ends.at, Math.ceil)} (${day(begins.at)}, ${at(begins)} to ${at(ends)} in the file)`,
    ...where,
  };
};

const at = ({ seconds }: { readonly seconds: number }): string => `${Math.round(seconds * 10) / 10} s`;
const two = (value: number): string => String(value).padStart(2, '0');

/** `12:03:04` in the zone of this machine. */
const clock = (iso: string, round: (value: number) => number = Math.floor): string => {
  const time = new Date(round(Date.parse(iso) / 1000) * 1000);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
};

/** `2026-11-22` in the zone of this machine. */
const day = (iso: string): string => {
  const time = new Date(iso);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
};
