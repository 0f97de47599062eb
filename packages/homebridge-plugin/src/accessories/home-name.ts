// Names as HomeKit takes them.

const LONGEST = 64;

/**
 * A name with nothing in it that HomeKit refuses: letters, digits, spaces and apostrophes in the middle, a letter or digit at both ends
 * (HomeKit Accessory Protocol Specification, naming rules of the Name characteristic). What is left out becomes a space.
 */
export function homeName(name: string, fallback: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N} '’.,-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  const short = [...plain]
    .slice(0, LONGEST)
    .join('')
    .replace(/[^\p{L}\p{N}]+$/u, '');
  // One sign is no name to HomeKit.
  return short === '' ? fallback : short.length === 1 ? `Camera ${short}` : short;
}
