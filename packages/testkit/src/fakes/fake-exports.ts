// Exports in memory: jobs that are done at the next turn of the event loop, or when a test says so.
import { createHash } from 'node:crypto';
import type { ChangeBody, Export, ExportFilter, ExportList, ExportRequest, MediaFile, RecorderEvent, TimeSpan } from '@nightjar/client';
import { RecorderError } from '@nightjar/core';
import { fakeFile, fakeVideoBytes, isWithin } from './fake-files.ts';

/** What the exports are made of. */
export interface FakeExportsOptions {
  /** @throws RecorderError `EVENT_NOT_FOUND`. */
  event(id: number): RecorderEvent;
  /** Oldest first. @throws RecorderError `CAMERA_NOT_FOUND`. */
  eventsOf(cameraId: string): readonly RecorderEvent[];
  publish(change: ChangeBody): unknown;
  now(): string;
}

const PIECE = 1500;

/** The exports of a fake recorder. */
export class FakeExports {
  readonly #options: FakeExportsOptions;
  readonly #exports = new Map<number, Export>();
  #nextId = 1;
  /** Whether they wait until `finish` is called. */
  areHeld = false;

  constructor(options: FakeExportsOptions) {
    this.#options = options;
  }

  create(request: ExportRequest, createdBy: string): Export {
    const events = this.#choose(request);
    const [first, last] = [events[0], events.at(-1)];
    if (first === undefined || last === undefined) throw new RecorderError('NOTHING_RECORDED', 'nothing was recorded there');
    const id = this.#nextId++;
    const made = this.#put({
      id,
      name: request.name ?? `${first.cameraName}, ${first.start}`,
      cameraId: first.cameraId,
      cameraName: first.cameraName,
      state: 'queued',
      progress: 0,
      from: request.from ?? first.start,
      to: request.to ?? last.end ?? last.start,
      events: events.map((event) => event.id),
      createdAt: this.#options.now(),
      createdBy,
    });
    if (!this.areHeld) setImmediate(() => this.#exports.has(id) && this.finish(id));
    return made;
  }

  list({ camera, cameras, limit = 100 }: ExportFilter): ExportList {
    const all = [...this.#exports.values()].reverse();
    const found = all.filter(({ cameraId }) => (camera === undefined || cameraId === camera) && (cameras === undefined || cameras.includes(cameraId)));
    return { exports: found.slice(0, Math.max(1, Math.min(limit, 1000))) };
  }

  get(id: number): Export {
    const found = this.#exports.get(id);
    if (found === undefined) throw new RecorderError('EXPORT_NOT_FOUND', `there is no export ${id}`);
    return found;
  }

  delete(id: number): void {
    const found = this.get(id);
    this.#exports.delete(id);
    if (found.state === 'queued' || found.state === 'running') this.#options.publish({ type: 'export.changed', data: { ...found, state: 'cancelled' } });
    this.#options.publish({ type: 'export.deleted', data: { id, cameraId: found.cameraId } });
  }

  /** Does the job. */
  finish(id: number): Export {
    const running = this.#put({ ...this.get(id), state: 'running', step: 'writing', progress: 0.5 });
    const bytes = this.#bytesOf(running);
    const { step: _, ...rest } = running;
    const url = `/api/v1/exports/${id}`;
    return this.#put({
      ...rest,
      state: 'done',
      progress: 1,
      finishedAt: this.#options.now(),
      expiresAt: new Date(Date.parse(this.#options.now()) + 86_400_000).toISOString(),
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      durationSeconds: running.events.length,
      frames: 15 * running.events.length,
      gaps: 0,
      urls: { video: `${url}/video.mp4`, manifest: `${url}/manifest.json` },
    });
  }

  video(id: number): MediaFile {
    const { events, from } = this.#done(id);
    return { ...fakeFile(events.map((event) => this.#options.event(event))), etag: `"export-${id}"`, fileName: this.#nameOf(id), start: from };
  }

  manifest(id: number): MediaFile {
    const { cameraId, cameraName, events, from, to, sizeBytes, sha256 } = this.#done(id);
    const facts = {
      format: 'nightjar-evidence',
      camera: { id: cameraId, name: cameraName },
      from,
      to,
      file: { name: this.#nameOf(id), sizeBytes, sha256 },
      events: events.map((event) => ({ id: event })),
    };
    const bytes = new TextEncoder().encode(JSON.stringify(facts));
    return {
      contentType: 'application/json',
      sizeBytes: bytes.length,
      etag: `"manifest-${id}"`,
      start: from,
      fileName: `${this.#nameOf(id)}.manifest.json`,
      read: async function* (start, end) {
        for (let at = start; at < end; at += PIECE) yield bytes.slice(at, Math.min(end, at + PIECE));
      },
    };
  }

  #choose({ events: ids, camera, from, to }: ExportRequest): readonly RecorderEvent[] {
    const isSpan = camera !== undefined && from !== undefined && to !== undefined && from < to;
    if ((ids === undefined) !== isSpan || (ids !== undefined && (ids.length === 0 || camera !== undefined || from !== undefined || to !== undefined)))
      throw new RecorderError('INPUT_INVALID', 'an export takes either `events`, or `camera` with `from` and `to`');
    if (isSpan) return this.#options.eventsOf(camera).filter((event) => isWithin(event, { from, to } satisfies TimeSpan));
    const events = [...new Set(ids)].sort((a, b) => a - b).map((id) => this.#options.event(id));
    if (events.some(({ cameraId }) => cameraId !== events[0]?.cameraId)) throw new RecorderError('INPUT_INVALID', 'these are events of different cameras');
    return events;
  }

  #done(id: number): Export {
    const found = this.get(id);
    if (found.state !== 'done') throw new RecorderError('NOT_READY', `export ${id} is being made`);
    return found;
  }

  #nameOf(id: number): string {
    return `${this.get(id).cameraId}-export-${id}.mp4`;
  }

  #bytesOf({ events }: Export): Uint8Array {
    return Uint8Array.from(events.flatMap((id) => [...fakeVideoBytes({ id })]));
  }

  #put(made: Export): Export {
    this.#exports.set(made.id, made);
    this.#options.publish({ type: 'export.changed', data: made });
    return made;
  }
}
