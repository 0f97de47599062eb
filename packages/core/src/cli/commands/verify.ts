// `nightjar verify`: whether an export or an archived event is still what its manifest says.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { openVideoFile } from '../../adapters/fs/fs-recorded-videos.ts';
import { FOLDER_MANIFEST, MANIFEST_SUFFIX } from '../../app/export-recordings.ts';
import { type EvidenceManifest, type ManifestFile, readManifest, type SealedManifest } from '../../archive/evidence-manifest.ts';
import { type Finding, verifyVideo } from '../../archive/verify-evidence.ts';
import { RecorderError } from '../../errors/recorder-error.ts';
import type { Command, CommandIo } from '../command.ts';
import { startProgress } from '../progress.ts';

const MEGABYTE = 1e6;
/** A manifest of a day takes some ten megabytes. */
const MOST_MANIFEST_BYTES = 256 * 1024 * 1024;

/** `nightjar verify`. */
export const verifyCommand: Command = {
  name: 'verify',
  summary: 'check an export or an archived event against its manifest, and name what was changed',
  arguments: [{ name: 'FILE', description: 'an exported file with its manifest beside it, or the folder of an event', required: true }],
  options: [{ flags: '--manifest <file>', description: 'where the manifest is, if not beside the file' }],
  examples: [
    { line: 'nightjar verify porch.mp4', does: 'Says that it is as it was, or which seconds were changed, cut out or put in; exits with 1 then.' },
    { line: 'nightjar verify evidence/42', does: 'The same for the folder of an event, with its pictures.' },
  ],
  run: async ({ positionals, options, json }, io) => {
    const target = await findTarget(resolve(io.cwd, positionals[0] ?? ''), options['manifest'], io);
    const findings = [...(await verifyMovie(target, io)), ...(await verifyAttachments(target))];
    const { path, file, manifest } = target;
    if (json) io.stdout.write(`${JSON.stringify({ file, ok: findings.length === 0, findings, ...factsOf(manifest) })}\n`);
    else if (findings.length === 0) io.stdout.write(`${path}: as it was exported\n${describe(manifest)}`);
    else io.stdout.write(`${findings.map(({ file: subject, text }) => `${subject}: ${text}\n`).join('')}${describe(manifest)}`);
    return findings.length === 0 ? 0 : 1;
  },
};

/** What is checked, and against what. */
interface Target {
  /** As it was named: the video, or its folder. */
  readonly path: string;
  readonly file: string;
  readonly manifestPath: string;
  readonly manifest: SealedManifest;
}

/** What was found, and of which file. */
type FileFinding = Finding & { readonly file: string };

async function findTarget(path: string, manifestOption: string | boolean | undefined, io: Pick<CommandIo, 'cwd'>): Promise<Target> {
  const info = await stat(path).catch(() => undefined);
  const isFolder = info?.isDirectory() === true;
  const beside = isFolder ? join(path, FOLDER_MANIFEST) : `${path}${MANIFEST_SUFFIX}`;
  const at = typeof manifestOption === 'string' ? resolve(io.cwd, manifestOption) : beside;
  const size = await stat(at).catch(() => undefined);
  if (info === undefined && size === undefined) throw new RecorderError('USAGE', `there is no file ${path}`);
  if (size === undefined) throw new RecorderError('USAGE', `${path} has no manifest: there is no ${at}`);
  if (!size.isFile() || size.size > MOST_MANIFEST_BYTES) throw new RecorderError('EXPORT_ALTERED', `${at} is no manifest`);
  const manifest = readManifest(await readFile(at, 'utf8'));
  if (typeof manifest === 'string') throw new RecorderError('EXPORT_ALTERED', `${at} is no manifest: ${manifest}`);
  if (basename(manifest.file.name) !== manifest.file.name) throw new RecorderError('EXPORT_ALTERED', `${at} names a file elsewhere`);
  return { path, file: isFolder ? join(path, manifest.file.name) : path, manifestPath: at, manifest };
}

async function verifyMovie({ file, manifest, manifestPath }: Target, io: CommandIo): Promise<readonly FileFinding[]> {
  const video = await openVideoFile(file);
  if (video === undefined) return [{ kind: 'file', text: 'the file is missing', file }];
  const progress = startProgress({ io, clock: systemClock, label: basename(file), total: video.sizeBytes / MEGABYTE, unit: 'MB' });
  try {
    const findings = await verifyVideo(manifest, video, { signal: io.signal, onProgress: (bytes) => progress.update(bytes / MEGABYTE) });
    return findings.map((finding) => ({ ...finding, file: finding.kind === 'manifest' ? manifestPath : file }));
  } finally {
    progress.end();
    await video.close();
  }
}

async function verifyAttachments({ file: movie, manifest }: Target): Promise<readonly FileFinding[]> {
  const findings: FileFinding[] = [];
  for (const attachment of manifest.attachments) {
    const file = join(dirname(movie), attachment.name);
    const state = await compareFile(file, attachment);
    if (state !== undefined) findings.push({ kind: 'file', text: `the file ${state}`, file });
  }
  return findings;
}

async function compareFile(path: string, { sizeBytes, sha256 }: ManifestFile): Promise<string | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return 'is missing';
  const isSame =
    info.isFile() &&
    info.size === sizeBytes &&
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex') === sha256;
  return isSame ? undefined : 'was changed';
}

const factsOf = ({ camera, from, to, events, writtenBy, gaps }: EvidenceManifest) => ({
  camera,
  from,
  to,
  events: events.map(({ id }) => id),
  gaps,
  writtenBy,
});

function describe({ camera, from, to, events, video, writtenBy }: EvidenceManifest): string {
  const ids = events.map(({ id }) => id);
  const listed = ids.length > 12 ? `${ids.length} events` : `event${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`;
  return `${camera.name} (${camera.id}), ${from} to ${to}, ${listed}, ${video.frames} frames; exported by ${writtenBy.recorder}\n`;
}
