// Does an operation for somebody: login, permission, input, camera, handler, in that order and nowhere else.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { authorize, requireAccount } from '../auth/authorize.ts';
import { InvariantError, RecorderError } from '../errors/recorder-error.ts';
import type { Principal } from '../model/permission.ts';
import type { Operation, OperationContext } from './operation.ts';

/** What is wrong with an input. */
export interface InputProblem {
  /** `detect.fps`; empty for the input as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A request, before anybody has looked at it. */
export interface OperationRequest extends Omit<OperationContext, 'principal'> {
  /** Absent: nobody is logged in. */
  readonly principal?: Principal;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An input that was refused; `details` says why. */
export class InputError extends RecorderError {
  readonly details: readonly InputProblem[];

  constructor(details: readonly InputProblem[]) {
    super('INPUT_INVALID', details.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '));
    this.details = details;
  }
}

/** Runs operations; keeps their compiled schemas. */
export class OperationRunner {
  readonly #checksOutput: boolean;
  /** Texts of addresses become numbers and booleans; bodies are taken as they are. */
  readonly #ofAddresses = new Ajv({ allErrors: true, coerceTypes: 'array', useDefaults: true, strict: false });
  readonly #ofBodies = new Ajv({ allErrors: true, useDefaults: true, strict: false });
  readonly #inputs = new Map<string, ValidateFunction>();
  readonly #outputs = new Map<string, ValidateFunction>();

  /** @param options - `checksOutput`: whether answers are compared with what is promised, in tests. */
  constructor(options: { readonly checksOutput?: boolean } = {}) {
    this.#checksOutput = options.checksOutput ?? false;
  }

  /** @throws RecorderError Whatever stands in the way. */
  async run(operation: Operation, { input, ...context }: OperationRequest): Promise<unknown> {
    const { requires, about } = operation;
    const { recorder } = context;
    // Who may not do it at all learns nothing about what it takes.
    allow(operation, context);
    const taken = this.#take(operation, input);
    if (typeof requires !== 'string' && about !== undefined) {
      const id = taken['id'];
      const cameraId = about === 'camera' ? String(id) : (await recorder.event(Number(id))).cameraId;
      allow(operation, context, cameraId);
    }
    const result = await operation.handle(taken, context);
    if (this.#checksOutput) this.#check(operation, result);
    return result;
  }

  #take({ id, method, input: schema }: Operation, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const taken = structuredClone(input) as Record<string, unknown>;
    let validate = this.#inputs.get(id);
    if (validate === undefined) {
      validate = (method === 'GET' || method === 'DELETE' ? this.#ofAddresses : this.#ofBodies).compile(schema);
      this.#inputs.set(id, validate);
    }
    if (validate(taken)) return taken;
    throw new InputError((validate.errors ?? []).map(problemOf));
  }

  #check({ id, output }: Operation, result: unknown): void {
    if (output.kind !== 'json') return;
    const validate = this.#outputs.get(id) ?? this.#ofBodies.compile(output.schema);
    this.#outputs.set(id, validate);
    if (!validate(JSON.parse(JSON.stringify(result ?? null))))
      throw new InvariantError(`${id} answered what it does not promise: ${this.#ofBodies.errorsText(validate.errors)}`);
  }
}

/** Lets somebody do it, or takes down that they were told no. */
function allow({ id, requires }: Operation, { principal, accounts, peer }: Omit<OperationRequest, 'input'>, cameraId?: string): void {
  if (requires === 'anybody') return;
  try {
    if (requires === 'account') requireAccount(principal);
    else authorize(principal, { operation: id, ...requires }, cameraId);
  } catch (error) {
    if (principal !== undefined && error instanceof RecorderError) accounts.refused(principal, id, error, peer);
    throw error;
  }
}

const problemOf = ({ instancePath, message = 'is wrong', keyword, params }: ErrorObject): InputProblem => ({
  path: instancePath.slice(1).replaceAll('/', '.'),
  message: keyword === 'additionalProperties' ? `has the unknown key ${JSON.stringify(params['additionalProperty'])}` : message,
});
