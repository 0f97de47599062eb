// What the schema cannot say about cameras and their zones. Each check works on its part alone, so that all mistakes
// are found although some were found before.
import { parseSource, SOURCE_SCHEMES } from '../model/source.ts';
import { SYNTHETIC_SCENES } from '../model/synthetic-scene.ts';
import type { Point } from '../model/zone.ts';
import { nearestWord } from '../util/nearest-word.ts';
import { type CheckContext, checkUnique, entriesOf } from './check-context.ts';
import { describeValue } from './explain-problem.ts';
import { type KeyPath, valueAt } from './key-path.ts';
import { polygonFault } from './polygon-fault.ts';

/** All checks of `cameras`. */
export function checkCameras(context: CheckContext): void {
  checkUnique(context, ['cameras'], 'camera');
  for (const path of entriesOf(context.tree, ['cameras'])) {
    checkSource(context, [...path, 'source']);
    checkSource(context, [...path, 'detect', 'source']);
    checkArea(context, [...path, 'area']);
    checkUnique(context, [...path, 'zones'], 'zone');
    for (const zone of entriesOf(context.tree, [...path, 'zones'])) checkZone(context, zone);
    checkFunction(context, path);
  }
}

function checkSource(context: CheckContext, path: KeyPath): void {
  const { tree, problems, world, absolute } = context;
  const text = valueAt(tree, path);
  if (typeof text !== 'string' || problems.has(path)) return;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !SCHEMES.includes(scheme)) return refuseScheme(context, path, text.includes('://') ? scheme : undefined);
  if (parseSource(text) === undefined) {
    problems.add(path, { got: `a source of scheme ${scheme} that names nothing to open`, expected: sourceForms[scheme] ?? `${scheme}://HOST/PATH` });
    return;
  }
  const reason = scheme === 'file' ? world.fileProblem(absolute(filePathOf(text))) : undefined;
  if (reason !== undefined) problems.add(path, { got: `a file that ${reason}`, expected: 'a video file that can be read' });
}

const SCHEMES = SOURCE_SCHEMES.map((word) => word.slice(0, -1));

/** What comes before a colon may be a user name: it is a `scheme`, and shown, only where `//` follows. */
function refuseScheme({ problems, hidden }: CheckContext, path: KeyPath, scheme: string | undefined): void {
  const shown = hidden(path) ? undefined : scheme;
  const nearest = shown === undefined ? undefined : nearestWord(shown, SCHEMES);
  const got = shown === undefined ? 'a text without a known scheme' : `a URL of scheme ${shown}`;
  problems.add(path, { got, expected: `one of the schemes ${SCHEMES.join(', ')}`, ...(nearest === undefined ? {} : { nearest }) });
}

const sourceForms: Readonly<Record<string, string>> = {
  file: 'file:PATH',
  v4l2: 'v4l2:/dev/video0',
  synthetic: `synthetic: or synthetic:NAME of ${SYNTHETIC_SCENES.join(', ')}`,
};

/** The path in `file:clips/a.mp4`, `file:/clips/a.mp4` or `file:///clips/a.mp4`, as it is written. */
export const filePathOf = (source: string): string => source.slice('file:'.length).replace(/^\/\/(?=\/)/, '');

function checkArea({ tree, problems, hidden }: CheckContext, path: KeyPath): void {
  const id = valueAt(tree, path);
  if (typeof id !== 'string') return;
  const ids = entriesOf(tree, ['storage', 'areas']).map((area) => String(valueAt(tree, [...area, 'id'])));
  if (ids.includes(id)) return;
  const nearest = hidden(path) ? undefined : nearestWord(id, ids);
  problems.add(path, {
    got: describeValue(id, hidden(path)),
    expected: `the id of an entry of storage.areas (${ids.join(', ')})`,
    ...(nearest === undefined ? {} : { nearest }),
  });
}

function checkZone({ tree, problems }: CheckContext, zone: KeyPath): void {
  const polygon = valueAt(tree, [...zone, 'polygon']);
  const corners = Array.isArray(polygon) ? polygon.filter(isPoint) : [];
  const path = [...zone, 'polygon'];
  if (Array.isArray(polygon) && corners.length === polygon.length && corners.length >= 3 && !problems.has(path)) {
    const fault = polygonFault(corners);
    if (fault !== undefined) problems.add(path, { message: fault });
  }
  for (const what of ['PixelThreshold', 'AlarmPixels', 'FilterPixels', 'BlobPixels', 'Blobs']) {
    const least = valueAt(tree, [...zone, 'thresholds', `min${what}`]);
    const most = valueAt(tree, [...zone, 'thresholds', `max${what}`]);
    // ZoneMinder's 0 is no limit.
    if (typeof least !== 'number' || typeof most !== 'number' || most === 0 || least <= most) continue;
    problems.add([...zone, 'thresholds', `max${what}`], { got: String(most), expected: `at least min${what}, which is ${least}` });
  }
}

const isPoint = (value: unknown): value is Point => {
  const [x, y] = [valueAt(value, ['x']), valueAt(value, ['y'])];
  return typeof x === 'number' && typeof y === 'number' && x >= 0 && x <= 1 && y >= 0 && y <= 1;
};

function checkFunction({ tree, problems }: CheckContext, camera: KeyPath): void {
  const word = valueAt(tree, [...camera, 'function']);
  if (word !== 'modect' && word !== 'mocord') return;
  const mode = [...camera, 'detect', 'mode'];
  if (valueAt(tree, mode) === 'off') {
    const way = word === 'modect' ? 'record, monitor or nodect' : 'record';
    problems.add(mode, { message: `got off, but function ${word} needs motion analysis; expected continuous or keyframes, or function ${way}` });
    return;
  }
  const zones = valueAt(tree, [...camera, 'zones']);
  if (!Array.isArray(zones) || zones.some((zone) => !['inclusive', 'preclusive', 'inactive', 'privacy'].includes(String(valueAt(zone, ['kind']))))) return;
  problems.add([...camera, 'zones'], { message: `no zone is active or exclusive, so function ${word} would never see motion; expected at least one` });
}
