// What an operation is: who may do what, with which input and output. HTTP, OpenAPI and other dialects are made from these; none of
// them decides anything.
import type { MediaFile, Picture, RecorderApi } from '@nightjar/client';
import type { Static, TObject, TSchema } from 'typebox';
import type { ErrorCode } from '../errors/codes.ts';
import type { Access, PermissionArea, Principal } from '../model/permission.ts';
import type { AccountDesk } from './account-desk.ts';

/** What a handler works with. */
export interface OperationContext {
  /** Whoever asks; absent only where anybody may. */
  readonly principal?: Principal;
  readonly recorder: RecorderApi;
  readonly accounts: AccountDesk;
  /** Who is at the other end, for limits and the audit log. */
  readonly peer: { readonly address: string };
  /** What the transport knows of an answer that comes in parts: bytes were asked for that are not the first. */
  readonly isContinued: boolean;
  /** The file whose bytes are asked for, where the reader names it. */
  readonly etag?: string;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What comes out, by kind, and what its handler returns. */
export interface OutputKinds {
  /** A value of the output's schema. */
  readonly json: unknown;
  readonly nothing: undefined;
  readonly text: string;
  /** One JPEG. */
  readonly picture: Picture;
  /** JPEGs without end. */
  readonly pictures: AsyncIterable<Picture>;
  /** A file that is read in ranges. */
  readonly file: MediaFile;
  /** Video without end. */
  readonly video: AsyncIterable<Uint8Array>;
  /** Messages over a socket: texts are JSON, bytes are video. The next one is asked for when the one before is on its way. */
  readonly socket: AsyncIterable<string | Uint8Array>;
}

/** What an operation promises to answer. */
export type Output =
  | { readonly kind: 'json'; readonly schema: TSchema; readonly status?: 200 | 201 | 202 }
  | { readonly kind: 'file'; readonly contentType?: 'video/mp4' | 'application/json' }
  | { readonly kind: Exclude<keyof OutputKinds, 'json' | 'file'> };

/** What somebody must have to do it: `anybody`, `account` for every login, or a permission. */
export type Requirement = 'anybody' | 'account' | { readonly area: PermissionArea; readonly access: Exclude<Access, 'none'> };

/** The HTTP methods operations are reached by. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One thing that can be done with a recorder. */
export interface Operation<I extends TObject = TObject, O extends Output = Output> {
  /** Unique and for good: clients, tokens and the audit log name it. */
  readonly id: string;
  readonly tag: 'cameras' | 'live' | 'events' | 'playback' | 'exports' | 'control' | 'accounts' | 'system';
  /** One sentence. */
  readonly summary: string;
  readonly method: Method;
  /** Below `/api/v1`; `{name}` takes the input of that name. */
  readonly path: string;
  /** One flat mapping. What is not in the path is the query of GET and DELETE, and the body of the others. */
  readonly input: I;
  readonly output: O;
  readonly requires: Requirement;
  /** What the input `id` names, for limits to cameras; `recordings`: its `camera` and `events` name them. */
  readonly about?: 'camera' | 'event' | 'export' | 'recordings';
  /** What comes of it concerns every camera: nothing for accounts that are limited to some. */
  readonly concernsAll?: boolean;
  /** Whether a media token in the address is taken, for `<img>` and `<video>`. */
  readonly takesMediaToken?: boolean;
  /** Codes beyond those that every operation may answer with. */
  readonly errors?: readonly ErrorCode[];
  handle(input: Static<I>, context: OperationContext): Promise<OutputKinds[O['kind']]> | OutputKinds[O['kind']];
}

const STREAMS: readonly Output['kind'][] = ['pictures', 'file', 'video', 'socket'];

/** Whether its answer takes as long as somebody watches: such answers are counted as streams, not as requests. */
export const isStream = ({ output }: Pick<Operation, 'output'>): boolean => STREAMS.includes(output.kind);

/** Declares an operation; the handler's input is what the schema says. */
export const operation = <I extends TObject, O extends Output>(declared: Operation<I, O>): Operation => declared as unknown as Operation;
