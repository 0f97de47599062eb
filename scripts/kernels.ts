// The code of the motion kernels, assembled from their text; one of the generated files (see docs.ts).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';

const FOLDER = join(import.meta.dirname, '../packages/core/src/motion/kernels');
const LINE = 120;

/** `kernel-code.ts`. @throws Error where the text is not WebAssembly. */
export async function kernelCode(): Promise<string> {
  const assembler = await wabt();
  const module = assembler.parseWat('kernels.wat', readFileSync(join(FOLDER, 'kernels.wat'), 'utf8'), { simd: true });
  module.validate();
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
  module.destroy();
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return [
    '// Generated from kernels.wat by `npm run docs`.',
    '/** WebAssembly in base64. */',
    'export const KERNEL_CODE =',
    `${lines.map((line) => `  '${line}'`).join(' +\n')};`,
    '',
  ].join('\n');
}
