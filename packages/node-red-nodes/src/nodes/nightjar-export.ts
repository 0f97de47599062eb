// nightjar-export: one file of recordings, as an address, on a disk or in memory; the second output tells how far it is.
import { setTimeout as pause } from 'node:timers/promises';
import { changedMessage } from '../flow/changed-message.ts';
import { failMessage, finishMessage } from '../flow/end-message.ts';
import { fetchBuffer, fetchFile } from '../flow/export-fetch.ts';
import { type ApiExport, makeExport } from '../flow/export-job.ts';
import { ExportProgress } from '../flow/export-progress.ts';
import { ExportStatus } from '../flow/export-status.ts';
import { type ExportOrder, exportOrder } from '../flow/export-wish.ts';
import { filePlaceOf } from '../flow/file-delivery.ts';
import { mediaToken } from '../flow/media-token.ts';
import type { FlowMessage, NodeFile, RedNode, SavedNode } from '../flow/node-red.ts';
import { OrderedLane } from '../flow/ordered-lane.ts';
import { currentProperties } from '../flow/saved-node.ts';
import { SiteMember } from '../flow/site-member.ts';
import { TypedValues } from '../flow/typed-value.ts';
import { absoluteUrl, part, type RecorderHttp } from '../site/recorder-http.ts';
import { TimeLimit } from '../site/time-limit.ts';

const TYPED = {
  camera: { value: '', type: 'str' },
  from: { value: '-1h', type: 'str' },
  to: { value: '', type: 'str' },
  event: { value: 'event', type: 'msg' },
  exportName: { value: '', type: 'str' },
  filename: { value: '', type: 'str' },
  timeout: { value: '600', type: 'num' },
};
const MOST_WAITING = 50;
/** Finished ones wait for those before them; of buffers, none does. */
const AT_ONCE = { url: 3, file: 3, buffer: 1 };
const USUAL_MIB = 256;
/** How much of an export's progress is making it, where it is fetched as well. */
const MAKING = 0.7;
const CLOSE_WITHIN_MS = 500;

/** How the message changes. */
type Result = Readonly<Record<string, unknown>> & { readonly payload: unknown };

/** Registers the type. */
export const nightjarExport: NodeFile = (red) => {
  function NightjarExport(this: RedNode, saved: SavedNode): void {
    red.nodes.createNode(this, saved);
    const properties = currentProperties(saved, TYPED);
    const what = properties['what'] === 'event' ? 'event' : 'span';
    const delivery = properties['delivery'] === 'file' || properties['delivery'] === 'buffer' ? properties['delivery'] : 'url';
    const maxMiB = Number(properties['maxMiB'] ?? USUAL_MIB) || USUAL_MIB;
    const running = new Set<Promise<unknown>>();
    const onClose = async (): Promise<void> => {
      await Promise.race([Promise.allSettled(running), pause(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    };
    const member = new SiteMember(red, this, saved, { lives: 'api', onClose });
    const status = new ExportStatus(member);
    const lane = new OrderedLane({ atOnce: AT_ONCE[delivery], most: MOST_WAITING, signal: member.signal });

    const apiOf = async (camera: string | undefined, signal: AbortSignal): Promise<RecorderHttp> => {
      const { site } = member;
      const recorders = await site.recorders(camera, signal);
      const [only] = recorders;
      if (only !== undefined && recorders.length === 1) return only.http;
      if (camera === undefined) throw new Error('there are several recorders, and each numbers its events; send the camera of the event as msg.camera as well');
      return site.api(camera);
    };

    const deliver = async (http: RecorderHttp, made: ApiExport, job: Job): Promise<Result> => {
      const { id, cameraId: camera, sizeBytes: size, durationSeconds: duration, from, to, sha256, events } = made;
      const url = absoluteUrl(http, made.urls?.video ?? `/api/v1/exports/${part(id)}/video.mp4`);
      const facts = { export: id, url, size, duration, from, to, sha256, events };
      const rest = { camera, topic: `${camera}/export` };
      const fetching = {
        signal: job.signal,
        onPart: (fetched: number): void => job.progress.take({ part: MAKING + fetched * (1 - MAKING), step: 'fetching', state: 'done' }),
      };
      if (delivery === 'buffer') return { ...rest, payload: await fetchBuffer(http, made, { ...fetching, maxMiB }), contentType: 'video/mp4', export: facts };
      if (delivery === 'file') {
        const place = await filePlaceOf(job.order.filename ?? '', String(red.settings['fileWorkingDirectory' as never] ?? ''));
        const file = await fetchFile(http, made, { ...fetching, place });
        return { ...rest, payload: { ...facts, file }, filename: file };
      }
      const { token, expires } = await mediaToken(http, { cameraId: camera, operations: ['getExportVideo'] }, job.signal);
      return { ...rest, payload: { ...facts, url: `${url}?token=${part(token)}`, expires } };
    };

    const tellProgress = (message: FlowMessage, made: ApiExport, percent: number, { step, state }: { readonly step: string; readonly state: string }): void => {
      if (member.signal.aborted) return;
      const { payload: _, parts: __, ...rest } = message;
      const more = { topic: `${made.cameraId}/export`, payload: percent, step, state, export: made.id, camera: made.cameraId };
      this.send([null, red.util.cloneMessage({ ...rest, ...more }) as FlowMessage]);
    };

    const work = async (message: FlowMessage, ordered: Promise<ExportOrder>): Promise<Result> => {
      const order = await ordered;
      member.signal.throwIfAborted();
      const entry = status.begin();
      const limit = new TimeLimit(order.timeoutSeconds * 1000, member.signal, () => new Error('time is up'));
      let latest: ApiExport | undefined;
      const progress = new ExportProgress((percent, stage) => {
        entry.show(percent);
        if (latest !== undefined) tellProgress(message, latest, percent, stage);
      });
      try {
        const http = await apiOf(order.camera, limit.signal);
        const onLook = (made: ApiExport): void => {
          latest = made;
          progress.take({ part: made.progress * (delivery === 'url' ? 1 : MAKING), step: made.step ?? made.state, state: made.state });
        };
        const made = await makeExport(http, order.wish, { signal: limit.signal, onLook });
        const result = await deliver(http, made, { order, progress, signal: limit.signal });
        progress.done();
        entry.end(true);
        return result;
      } catch (error) {
        entry.end(false);
        if (!limit.isOver) throw error;
        const stays = latest === undefined ? '' : `; export ${latest.id} stays at the recorder`;
        throw new Error(`the export was not done within ${order.timeoutSeconds} s${stays}`);
      } finally {
        limit.end();
      }
    };

    this.on('input', (message: FlowMessage, send, done) => {
      const ordered = exportOrder(new TypedValues(red, this, properties, message), { what, delivery }, message, new Date());
      ordered.catch(() => undefined);
      const begin = (): Promise<Result> => {
        const job = work(message, ordered);
        running.add(job);
        job.catch((error: unknown) => status.failed(error)).finally(() => running.delete(job));
        return job;
      };
      try {
        lane.run(begin, (outcome) => {
          if ('error' in outcome) return failMessage(this, done, outcome.error);
          finishMessage(this, done, () => send([changedMessage(message, outcome.value), null]));
        });
      } catch (error) {
        status.failed(error);
        failMessage(this, done, error);
      }
    });
  }
  red.nodes.registerType('nightjar-export', NightjarExport as never);
};

interface Job {
  readonly order: ExportOrder;
  readonly progress: ExportProgress;
  readonly signal: AbortSignal;
}
