// Does an operation for somebody: login, permission, input, camera, handler, in that order and nowhere else.
import { Ajv, type ValidateFunction } from 'ajv';
import { authorize, maySee, requireAccount, requireAllCameras, visibleCameras } from '../auth/authorize.ts';
import { DetailedError, type ErrorDetail } from '../errors/detailed-error.ts';
import { RecorderError } from '../errors/recorder-error.ts';
import type { Principal } from '../model/permission.ts';
import { camerasAbout } from './cameras-about.ts';
import { outsizedBy } from './input-bounds.ts';
import { problemsOf } from './input-problems.ts';
import type { Operation, OperationContext } from './operation.ts';
import { valuesOf } from './texts-of-addresses.ts';

/** A request, before anybody has looked at it. */
export interface OperationRequest extends Omit<OperationContext, 'principal'> {
  /** Absent: nobody is logged in. */
  readonly principal?: Principal;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Who asks, from where, and who takes down that they were told no. */
export type Asking = Pick<OperationRequest, 'principal' | 'accounts' | 'peer'>;

/** An input that was refused; `details` says why. */
export class InputError extends DetailedError {
  constructor(details: readonly ErrorDetail[]) {
    super('INPUT_INVALID', details);
  }
}

const WORDS = { event: 'that event', export: 'that export', recordings: 'one of those recordings' } as const;

/** Runs operations; keeps their compiled schemas. */
export class OperationRunner {
  readonly #checksOutput: boolean;
  readonly #schemas = new Ajv(CHECKS);
  readonly #inputs = new Map<string, ValidateFunction>();
  readonly #outputs = new Map<string, ValidateFunction>();

  /** @param options - `checksOutput`: whether answers are compared with what is promised, in tests. */
  constructor(options: { readonly checksOutput?: boolean } = {}) {
    this.#checksOutput = options.checksOutput ?? false;
  }

  /** Lets somebody ask for an operation at all, before anybody looks at the input, or takes down that they were told no. @throws RecorderError `NOT_LOGGED_IN`, `NOT_ALLOWED`. */
  admit({ id, requires, concernsAll = false, takesMediaToken = false }: Operation, asking: Asking, cameraId?: string): void {
    if (requires === 'anybody') return;
    const { principal } = asking;
    try {
      if (requires === 'account' || !takesMediaToken) requireAccount(principal);
      if (requires !== 'account') authorize(principal, { operation: id, ...requires }, cameraId);
      if (concernsAll) requireAllCameras(principal);
    } catch (error) {
      this.#takeDown(id, asking, error);
      throw error;
    }
  }

  /** @throws RecorderError Whatever stands in the way. */
  async run(operation: Operation, { input, ...context }: OperationRequest): Promise<unknown> {
    // Who may not do it at all learns nothing about what it takes.
    this.admit(operation, context);
    const taken = this.#take(operation, input);
    await this.#admitTo(operation, taken, context);
    const result = await this.#handle(operation, taken, context);
    if (this.#checksOutput) this.#check(operation, result);
    return result;
  }

  /** Lets whoever is limited to some cameras only to what is theirs. What is not, and what there is not, are refused in the same words. */
  async #admitTo(operation: Operation, taken: Readonly<Record<string, unknown>>, context: OperationContext): Promise<void> {
    const { about, requires } = operation;
    const { principal, recorder } = context;
    if (about === undefined || typeof requires === 'string' || principal === undefined || visibleCameras(principal) === undefined) return;
    if (about === 'camera') {
      this.admit(operation, context, String(taken['id']));
      return;
    }
    const cameras = await camerasAbout(about, taken, recorder).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && String(error.code).endsWith('_NOT_FOUND')) return undefined;
      throw error;
    });
    if (cameras?.every((cameraId) => maySee(principal, cameraId)) === true) return;
    const error = new RecorderError('NOT_ALLOWED', `${principal.name} may not use ${WORDS[about]}, or there is none`);
    this.#takeDown(operation.id, context, error);
    throw error;
  }

  /** What an operation needs beyond its own permission it finds out by itself. */
  async #handle(operation: Operation, taken: Record<string, unknown>, context: OperationContext): Promise<unknown> {
    try {
      return await operation.handle(taken, context);
    } catch (error) {
      if (RecorderError.of(error, 'NOT_ALLOWED') === error) this.#takeDown(operation.id, context, error);
      throw error;
    }
  }

  #takeDown(id: string, { principal, accounts, peer }: Asking, error: unknown): void {
    if (principal !== undefined && error instanceof RecorderError) accounts.refused(principal, id, error, peer);
  }

  #take({ id, method, input: schema }: Operation, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const isAddress = method === 'GET' || method === 'DELETE';
    const outsized = outsizedBy(input);
    if (outsized !== undefined) throw new InputError([{ path: '', message: outsized }]);
    const taken = structuredClone(isAddress ? valuesOf(schema, input) : input) as Record<string, unknown>;
    let validate = this.#inputs.get(id);
    if (validate === undefined) {
      validate = this.#schemas.compile(schema);
      this.#inputs.set(id, validate);
    }
    if (validate(taken)) return taken;
    throw new InputError(problemsOf(validate.errors ?? []));
  }

  #check({ id, output }: Operation, result: unknown): void {
    if (output.kind !== 'json') return;
    const validate = this.#outputs.get(id) ?? this.#schemas.compile(output.schema);
    this.#outputs.set(id, validate);
    if (!validate(JSON.parse(JSON.stringify(result ?? null))))
      throw new RecorderError('OUTPUT_INVALID', `${id} answered what it does not promise: ${this.#schemas.errorsText(validate.errors)}`);
  }
}

/** ISO 8601 with a date that the calendar has, a time and a zone. */
const isTime = (text: string): boolean => {
  const [, date] = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
  if (date === undefined || Number.isNaN(Date.parse(text))) return false;
  // With its zone it may be in a year of five digits or before the year 0: such a moment cannot be written the way it has to be answered.
  const isYearOfFour = /^\d{4}-/.test(new Date(text).toISOString());
  // 31 February would be taken for 3 March.
  return isYearOfFour && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
};

const CHECKS = { allErrors: true, verbose: true, useDefaults: true, strict: false, strictNumbers: true, formats: { 'date-time': isTime } } as const;
