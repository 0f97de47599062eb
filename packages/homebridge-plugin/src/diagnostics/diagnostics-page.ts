// The report as a page to look at.
import type { DiagnosticsReport } from './diagnostics-report.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const text = (value: unknown): string => String(value ?? '').replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

const table = (heads: readonly string[], rows: readonly (readonly unknown[])[], empty: string): string =>
  rows.length === 0
    ? `<p class="none">${text(empty)}</p>`
    : `<div class="wide"><table><thead><tr>${heads.map((head) => `<th scope="col">${text(head)}</th>`).join('')}</tr></thead><tbody>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`)
        .join('')}</tbody></table></div>`;

const STYLE = `:root{color-scheme:light dark;--line:#8884;--soft:#8882}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}th{font-weight:600}tbody tr:nth-child(odd){background:var(--soft)}
.none{opacity:.75}td{font-variant-numeric:tabular-nums}`;

/** In the time of the machine, as 2026-01-31 18:00:00. */
const at = (iso: string): string => new Date(iso).toLocaleString('sv-SE');
const codecName = (codec: string): string => (/^(avc|h264)/i.test(codec) ? 'H.264' : /^(hvc|hev|h265|hevc)/i.test(codec) ? 'H.265' : codec);
const percent = (loss: number | undefined): string => (loss === undefined ? '–' : `${(loss * 100).toFixed(1)}\u00a0%`);

/** HTML of a report; loads nothing from anywhere. */
export function diagnosticsPage({ version, recorder, cameras, sessions, network, resources }: DiagnosticsReport): string {
  const streams = (camera: DiagnosticsReport['cameras'][number]): string =>
    camera.streams
      .filter(({ width }) => width > 0)
      .map(
        ({ stream, codec, width, height, fps, bitrateKbps, gopSeconds }) =>
          `${stream}: ${codecName(codec)}, ${width}x${height}, ${Math.round(fps)} fps, ${Math.round(bitrateKbps)} kbit/s, key frame every ${gopSeconds.toFixed(1)} s`,
      )
      .join('; ');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Nightjar in Home</title><style>${STYLE}</style></head><body><h1>Nightjar ${text(version)} in Home</h1>
<p>Recorder: ${text(recorder.url ?? 'none')}, ${text(recorder.state)}${recorder.problem === undefined ? '' : `. ${text(recorder.problem)}`}</p>
<h2>Cameras</h2>${table(
    ['Camera', 'In Home', 'Setup code', 'State', 'Streams'],
    cameras.map((camera) => [
      `${camera.name} (${camera.id})`,
      camera.published === 'external' ? 'an accessory of its own' : 'on the bridge',
      camera.setup?.code ?? '–',
      camera.problem === undefined ? camera.status : `${camera.status}: ${camera.problem}`,
      streams(camera),
    ]),
    'No camera is in Home yet.',
  )}
<h2>Last live views and recordings</h2>${table(
    ['When', 'Camera', 'What', 'Viewer', 'Asked for', 'Sent', 'First picture', 'Lasted', 'Loss', 'End'],
    sessions.map((session) => [
      at(session.at),
      session.cameraId,
      session.kind === 'live' ? 'live view' : 'recording',
      session.peer ?? '–',
      session.request,
      session.sent,
      session.firstPictureMs === undefined ? 'none' : `${Math.round(session.firstPictureMs)} ms`,
      `${session.seconds.toFixed(1)} s`,
      percent(session.loss),
      session.end,
    ]),
    'Nobody has looked yet.',
  )}
<h2>Ways to viewers</h2>${table(
    ['Viewer', 'Told to send to', 'Packets leave from', 'Verdict'],
    network.map(({ peer, offered, route, isSame }) => [
      peer,
      offered,
      route,
      isSame ? 'good' : `these differ: live views may never begin; set "address" to ${route}, or let Homebridge answer on one network only`,
    ]),
    'Nobody has looked yet.',
  )}
<h2>Open now</h2><p>${text(resources.udpSockets)} UDP sockets, ${text(resources.tcpSockets)} TCP sockets, ${text(resources.timers)} timers, ${text(resources.rssMiB)} MiB of memory</p>
</body></html>`;
}
