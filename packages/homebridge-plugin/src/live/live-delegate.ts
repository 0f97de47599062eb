// Live views of one camera, as HomeKit asks for them.
import { isIP } from 'node:net';
import type { CameraController, PrepareStreamCallback, PrepareStreamRequest, StreamingRequest, StreamRequestCallback } from 'homebridge';
import type { CameraContext } from '../camera-context.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { SessionRecord } from '../session-book.ts';
import { CameraFeeds } from './camera-feeds.ts';
import { describeError } from './describe-error.ts';
import { LIVE_LIMITS, type LiveLimits } from './live-limits.ts';
import { LiveSession } from './live-session.ts';
import { openViewerLink, type ViewerLink } from './viewer-link.ts';
import { changedRequest, type ViewerRequest, viewerRequest } from './viewer-request.ts';

/** AES_CM_128_HMAC_SHA1_80, as HAP numbers it. */
const CRYPTO_SUITE = 0;

/** What live views are made of. */
export interface LiveDelegateParts {
  readonly context: CameraContext;
  /** Asked when a view ends that the viewer does not know of yet: its place must become free. */
  readonly controller: () => Pick<CameraController, 'forceStopStreamingSession'> | undefined;
  readonly clock?: Clock;
  readonly limits?: LiveLimits;
}

/** A view that was asked for: its ports are being opened, or wait for the start, or it runs. */
interface View {
  link: ViewerLink | undefined;
  request: ViewerRequest | undefined;
  session: LiveSession | undefined;
  cancel: (() => void) | undefined;
  isGone: boolean;
}

/** Nothing it does throws, and every callback is called once. */
export class LiveDelegate {
  readonly #parts: LiveDelegateParts;
  readonly #clock: Clock;
  readonly #limits: LiveLimits;
  readonly #feeds: CameraFeeds;
  readonly #views = new Map<string, View>();
  #isDisposed = false;

  constructor(parts: LiveDelegateParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#limits = parts.limits ?? LIVE_LIMITS;
    this.#feeds = new CameraFeeds({ cameraId: parts.context.id, recorder: parts.context.recorder, clock: this.#clock });
  }

  /** What is held now. */
  get held(): { readonly views: number; readonly running: number; readonly subscriptions: number } {
    const running = [...this.#views.values()].filter(({ session }) => session !== undefined).length;
    return { views: this.#views.size, running, subscriptions: this.#feeds.running };
  }

  prepareStream(request: PrepareStreamRequest, callback: PrepareStreamCallback): void {
    const { sessionID } = request;
    this.#letGo(sessionID, 'the viewer began anew', false);
    const refusal = this.#refusal(request);
    if (refusal !== undefined) {
      this.#answer(() => callback(new Error(refusal)));
      return;
    }
    const view: View = { link: undefined, request: undefined, session: undefined, cancel: undefined, isGone: false };
    this.#views.set(sessionID, view);
    const address = this.#addressFor(request);
    openViewerLink(request, this.#clock, address).then(
      (link) => {
        if (view.isGone) {
          link.close();
          this.#answer(() => callback(new Error('The live view was called off before it began.')));
          return;
        }
        view.link = link;
        view.cancel = this.#clock.after(this.#limits.preparedMs, () => this.#letGo(sessionID, 'it was prepared but never started', true));
        const hasAnswered = this.#answer(() => callback(undefined, link.answer(address)));
        if (!hasAnswered) this.#letGo(sessionID, 'the viewer could not be answered', true);
      },
      (error: unknown) => {
        this.#drop(sessionID, view);
        this.#parts.context.log.error(`${this.#name}: no port for a live view could be opened: ${describeError(error)}`);
        this.#answer(() => callback(error instanceof Error ? error : new Error(String(error))));
      },
    );
  }

  handleStreamRequest(request: StreamingRequest, callback: StreamRequestCallback): void {
    let problem: Error | undefined;
    try {
      if ('audio' in request) problem = this.#start(request.sessionID, viewerRequest(request));
      else if ('video' in request) this.#change(request.sessionID, request.video);
      else this.#letGo(request.sessionID, 'stopped by the viewer', false);
    } catch (error) {
      problem = error instanceof Error ? error : new Error(String(error));
      this.#parts.context.log.error(`${this.#name}: a live view failed: ${problem.message}`);
      this.#letGo(request.sessionID, problem.message, false);
    }
    this.#answer(() => callback(problem));
  }

  /** Ends every view now, and says why. */
  endAll(why: string): void {
    for (const sessionID of [...this.#views.keys()]) this.#letGo(sessionID, why, true);
  }

  /** Lets go of everything for good. */
  dispose(): void {
    this.#isDisposed = true;
    this.endAll('the plugin shuts down, or the camera was removed');
  }

  #refusal({ video, audio }: PrepareStreamRequest): string | undefined {
    if (this.#isDisposed) return 'This camera was removed.';
    const isOffered = [video, audio].every(({ srtpCryptoSuite }) => Number(srtpCryptoSuite) === CRYPTO_SUITE);
    return isOffered ? undefined : 'Only AES_CM_128_HMAC_SHA1_80 is offered for live views; something else was asked for.';
  }

  #start(sessionID: string, request: ViewerRequest): Error | undefined {
    const view = this.#views.get(sessionID);
    if (view?.link === undefined || view.session !== undefined) return new Error('This live view was not prepared, or runs already.');
    view.cancel?.();
    view.cancel = undefined;
    view.request = request;
    const { context } = this.#parts;
    const session = new LiveSession({
      ...{ context, clock: this.#clock, limits: this.#limits, feeds: this.#feeds, link: view.link, request },
      onEnd: (record, isOurs, trouble) => {
        this.#drop(sessionID, view);
        this.#tell(record, trouble);
        if (isOurs) this.#forceStop(sessionID);
      },
    });
    view.session = session;
    session.start();
    return undefined;
  }

  #change(sessionID: string, video: Parameters<typeof changedRequest>[1]): void {
    const view = this.#views.get(sessionID);
    if (view?.session === undefined || view.request === undefined) return;
    view.request = changedRequest(view.request, video);
    view.session.change(view.request);
  }

  /** Ends a view in whatever state it is. */
  #letGo(sessionID: string, why: string, isOurs: boolean): void {
    const view = this.#views.get(sessionID);
    if (view === undefined) return;
    if (view.session !== undefined) return view.session.end(why, isOurs);
    this.#drop(sessionID, view);
    if (isOurs) this.#forceStop(sessionID);
  }

  #drop(sessionID: string, view: View): void {
    view.isGone = true;
    view.cancel?.();
    view.link?.close();
    if (this.#views.get(sessionID) === view) this.#views.delete(sessionID);
  }

  #forceStop(sessionID: string): void {
    this.#answer(() => this.#parts.controller()?.forceStopStreamingSession(sessionID));
  }

  /** The address viewers are told, where one is set and is of the kind they asked for; hap-nodejs takes no other. */
  #addressFor({ addressVersion }: PrepareStreamRequest): string | undefined {
    const { address } = this.#parts.context.settings;
    if (address === undefined) return undefined;
    if (isIP(address) === (addressVersion === 'ipv6' ? 6 : 4)) return address;
    this.#parts.context.log.warn(`${this.#name}: the viewer asks for an ${addressVersion} address, and ${address} is none; it is told this machine's own.`);
    return undefined;
  }

  #tell(record: SessionRecord, trouble: readonly string[]): void {
    const { context } = this.#parts;
    context.sessions.add(record);
    const picture = record.firstPictureMs === undefined ? 'no picture' : `first picture after ${record.firstPictureMs} ms`;
    const loss = record.loss === undefined ? 'loss unknown' : `loss ${(record.loss * 100).toFixed(1)} %`;
    const facts = [`asked for ${record.request}`, `sent ${record.sent}`, picture, `${record.seconds} s, ${record.packets} packets, ${loss}`, ...trouble];
    context.log.info(`${this.#name}: live view of ${record.peer ?? 'somebody'}: ${facts.join('; ')}; ended: ${record.end}`);
  }

  /** What others do when they are called is not ours to break on. @returns Whether it went well. */
  #answer(call: () => void): boolean {
    try {
      call();
      return true;
    } catch (error) {
      this.#parts.context.log.error(`${this.#name}: a live view: ${describeError(error)}`);
      return false;
    }
  }

  get #name(): string {
    const { context } = this.#parts;
    return context.camera()?.name ?? context.id;
  }
}
