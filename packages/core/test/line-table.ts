// What lines of zmtrigger come to: sent to camera `porch`, number 3, of function nodect, that nothing is forced on.

/** One line, or what is sent in one piece. */
export interface LineRow {
  readonly sent: string | Uint8Array;
  /** The event that comes of it: its cause, text and highest score; absent: none. */
  readonly event?: { readonly cause?: string; readonly text?: string; readonly score: number };
  /** How long somebody holds the camera, in seconds; absent: not at all, or (with an event) until it is cancelled. */
  readonly seconds?: number;
  /** What pictures show a moment later. */
  readonly shows?: string;
  /** Whether motion is looked at a moment later, where that was switched. */
  readonly detection?: boolean;
  /** What the log says of a line that is ignored. */
  readonly ignored?: RegExp;
}

const NO_LINE = /is no trigger line/;
const NO_SCORE = /needs a score above 0/;
const NO_CAMERA = /there is no camera/;
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** The rows. */
export const LINES: readonly LineRow[] = [
  // on
  { sent: '3|on|50|Door|Front door opened|DOOR\n', event: { cause: 'Door', text: 'Front door opened', score: 50 }, shows: 'DOOR' },
  { sent: '3|on|50|Door|Front door opened\n', event: { cause: 'Door', text: 'Front door opened', score: 50 } },
  { sent: '3|on|50|Door\n', event: { cause: 'Door', score: 50 } },
  { sent: '3|on|50\n', event: { score: 50 } },
  { sent: '3|on|50|||\n', event: { score: 50 } },
  { sent: '3|on|50||text\n', event: { text: 'text', score: 50 } },
  { sent: 'porch|on|50|Door\n', event: { cause: 'Door', score: 50 } },
  { sent: '3|on|50|Door|Front|DOOR|more|and|more\n', event: { cause: 'Door', text: 'Front', score: 50 }, shows: 'DOOR' },
  // durations
  { sent: '3|on+2|50|Door\n', event: { cause: 'Door', score: 50 }, seconds: 2 },
  { sent: '3|on 2|50|Door\n', event: { cause: 'Door', score: 50 }, seconds: 2 },
  { sent: '3|on+002|50|Door\n', event: { cause: 'Door', score: 50 }, seconds: 2 },
  { sent: '3|on+0|50|Door\n', event: { cause: 'Door', score: 50 } },
  { sent: '3|on+2|50|Door|x|DOOR\n', event: { cause: 'Door', text: 'x', score: 50 }, seconds: 2, shows: 'DOOR' },
  { sent: '3|on+99999999999999999999|50\n', event: { score: 50 } },
  { sent: `3|on+${'9'.repeat(400)}|50\n`, event: { score: 50 } },
  { sent: '3|on+|50\n', ignored: NO_LINE },
  { sent: '3|on+1.5|50\n', ignored: NO_LINE },
  { sent: '3|on+-5|50\n', ignored: NO_LINE },
  { sent: '3|on+5s|50\n', ignored: NO_LINE },
  { sent: '3|on  5|50\n', ignored: NO_LINE },
  { sent: '3|on+5+5|50\n', ignored: NO_LINE },
  // ends of lines
  { sent: '3|on|50|Door\r\n', event: { cause: 'Door', score: 50 } },
  { sent: '3|on|50|Door', event: { cause: 'Door', score: 50 } },
  { sent: '3|on|50|Door\r', event: { cause: 'Door', score: 50 } },
  { sent: '\n\n\r\n3|on|50|Door\n\n', event: { cause: 'Door', score: 50 } },
  { sent: 'nonsense\n3|on|50|Door\nnonsense\n', event: { cause: 'Door', score: 50 }, ignored: NO_LINE },
  { sent: '3|on|50|Door\n3|cancel\n', event: { cause: 'Door', score: 50 }, seconds: 0 },
  { sent: '3|on|50|Door\r\n3|off\r\n', event: { cause: 'Door', score: 50 }, seconds: 0 },
  { sent: '\n' },
  { sent: '' },
  // quotes
  { sent: '"3|on 2|20|Axis||"\n', event: { cause: 'Axis', score: 20 }, seconds: 2 },
  { sent: '"3|on|20|Axis\n', event: { cause: 'Axis', score: 20 } },
  { sent: '3|on|20|Axis"\n', event: { cause: 'Axis', score: 20 } },
  { sent: '3|on|20|"Axis"|x\n', event: { cause: '"Axis"', text: 'x', score: 20 } },
  { sent: '""\n' },
  { sent: "'3|on|20'\n", ignored: NO_CAMERA },
  // scores
  { sent: '3|on|1\n', event: { score: 1 } },
  { sent: '3|on|100\n', event: { score: 100 } },
  { sent: '3|on|255|Panic\n', event: { cause: 'Panic', score: 100 } },
  { sent: '3|on|99999999999999999999999999\n', event: { score: 100 } },
  { sent: '3|on|1e999\n', event: { score: 100 } },
  { sent: '3|on|+7\n', event: { score: 7 } },
  { sent: '3|on| 7\n', event: { score: 7 } },
  { sent: '3|on|007\n', event: { score: 7 } },
  { sent: '3|on|7.9\n', event: { score: 7 } },
  { sent: '3|on|7 apples\n', event: { score: 7 } },
  { sent: '3|on|0|X|Y|\n', ignored: NO_SCORE },
  { sent: '3|on|-5\n', ignored: NO_SCORE },
  { sent: '3|on|\n', ignored: NO_SCORE },
  { sent: '3|on\n', ignored: NO_SCORE },
  { sent: '3|on|high\n', ignored: NO_SCORE },
  { sent: '3|on|0x20\n', ignored: NO_SCORE },
  { sent: '3|on|0.9\n', ignored: NO_SCORE },
  { sent: '3|on|NaN\n', ignored: NO_SCORE },
  // texts
  { sent: '3|on|50|Tür|Straße ☀|🚪\n', event: { cause: 'Tür', text: 'Straße ☀', score: 50 }, shows: '🚪' },
  { sent: `3|on|50|${'c'.repeat(40)}|${'t'.repeat(300)}\n`, event: { cause: 'c'.repeat(31), text: 't'.repeat(255), score: 50 } },
  { sent: `3|on|50|${'ü'.repeat(20)}\n`, event: { cause: 'ü'.repeat(15), score: 50 } },
  { sent: `3|show||||${'🚪'.repeat(100)}\n`, shows: '🚪'.repeat(63) },
  { sent: '3|on|50|a\tb|c\u0000d\n', event: { cause: 'a b', text: 'c d', score: 50 } },
  { sent: bytes('3|on|50|T\xfcr\n'), event: { cause: 'T\ufffdr', score: 50 } },
  { sent: '3|on|50|<b>&amp;|%s%n$(reboot)\n', event: { cause: '<b>&amp;', text: '%s%n$(reboot)', score: 50 } },
  // off and cancel
  { sent: '3|off\n' },
  { sent: '3|off|0||\n' },
  { sent: '3|off+1\n' },
  { sent: '3|cancel\n' },
  { sent: '3|cancel|0|||\n' },
  { sent: '3|cancel||||STAYS\n', shows: 'STAYS' },
  { sent: '3|off||||GOES\n' },
  { sent: '3|cancel+5\n', ignored: NO_LINE },
  // words on pictures
  { sent: '3|show||||21.5C\n', shows: '21.5C' },
  { sent: '3|show||||\n' },
  { sent: '3|show\n' },
  { sent: '3|show||||21.5C\n3|cancel\n' },
  { sent: '3|show||||21.5C\n3|show||||22.0C\n', shows: '22.0C' },
  // motion
  { sent: '3|disable\n', detection: false },
  { sent: '3|enable\n', detection: true },
  { sent: '3|disable+1\n', detection: false },
  { sent: '3|enable 1\n', detection: true },
  { sent: '3|disable+1.5\n', ignored: NO_LINE },
  // what is none
  { sent: '3\n', ignored: NO_LINE },
  { sent: '3|\n', ignored: NO_LINE },
  { sent: '3|ON|50\n', ignored: NO_LINE },
  { sent: '3|on |50\n', ignored: NO_LINE },
  { sent: '3|alarm|50\n', ignored: NO_LINE },
  { sent: '3;on;50\n', ignored: NO_LINE },
  { sent: '99|on|10|a|b|\n', ignored: NO_CAMERA },
  { sent: ' 3|on|50\n', ignored: NO_CAMERA },
  { sent: '03|on|50\n', ignored: NO_CAMERA },
  { sent: '-3|on|50\n', ignored: NO_CAMERA },
  { sent: '|on|50\n', ignored: NO_CAMERA },
  { sent: '../porch|on|50\n', ignored: NO_CAMERA },
  { sent: '||||||||\n', ignored: NO_LINE },
  { sent: 'GET / HTTP/1.1\r\nHost: porch\r\n\r\n', ignored: NO_LINE },
  { sent: '{"action":"on"}\n', ignored: NO_LINE },
  { sent: bytes('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'), ignored: NO_LINE },
  { sent: new Uint8Array(4000).fill(0xff), ignored: NO_LINE },
  { sent: new Uint8Array(4000), ignored: NO_LINE },
  { sent: `${'x'.repeat(1024 * 1024)}\n3|on|50|Door\n`, event: { cause: 'Door', score: 50 } },
  { sent: 'x'.repeat(1024 * 1024) },
];
