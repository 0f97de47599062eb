// Filter graphs that draw synthetic scenes. Used by the demo, tests and people without a camera.
import { parseSynthetic } from '../../model/synthetic-scene.ts';

/** Share of the height at which figures walk, from the top. */
const GROUND = 0.78;

/** A lavfi graph: a still room with sensor noise, through which a figure walks in every moving span. */
export function syntheticGraph(url: string): string {
  const { width, height, fps, cycleSeconds, moving, figure, noise } = parseSynthetic(url);
  const size = `${width}x${height}`;
  const tall = Math.round(height * figure[1]) & ~1;
  const body = `${Math.round(width * figure[0]) & ~1}x${tall}`;
  const head = Math.round(tall / 3.6) & ~1;
  const room = `gradients=s=${size}:r=${fps}:c0=0x6b7a86:c1=0xa8a296:x0=0:y0=0:x1=${width}:y1=${height}:nb_colors=2:speed=0.00001,format=yuv420p`;
  const furniture = [
    `drawbox=x=iw*0.08:y=ih*0.5:w=iw*0.2:h=ih*0.4:color=0x4a3b2f:t=fill`,
    `drawbox=x=iw*0.72:y=ih*0.12:w=iw*0.16:h=ih*0.3:color=0xd6dde2:t=fill`,
    `drawbox=x=0:y=ih*0.9:w=iw:h=ih*0.1:color=0x565048:t=fill`,
  ].join(',');
  const overlays = moving.map(([from, to], index) => {
    const time = `mod(t,${cycleSeconds})`;
    const progress = `(${time}-${from})/${to - from}`;
    const x = `-w+(W+w)*${progress}`;
    const y = `H*${GROUND}-h+H*0.02*sin(${time}*8)`;
    const enable = `enable='between(${time},${from},${to})'`;
    return `[room${index}][walker${index}]overlay=x='${x}':y='${y}':${enable}:eval=frame:shortest=0[room${index + 1}]`;
  });
  const walkers = moving.map((_, index) => {
    const skin = `drawbox=x=iw*0.2:y=0:w=iw*0.6:h=${head}:color=0xe0b090:t=fill`;
    return `color=c=0x7d1f2a:s=${body}:r=${fps},${skin},format=yuv420p[walker${index}]`;
  });
  const grain = noise > 0 ? `,noise=alls=${noise}:allf=t` : '';
  return [`${room},${furniture}[room0]`, ...walkers, ...overlays, `[room${moving.length}]format=yuv420p${grain}`].join(';');
}
