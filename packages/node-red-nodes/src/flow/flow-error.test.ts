// Errors as Catch nodes get them.
import { RecorderProblem } from '../site/recorder-http.ts';
import { flowError } from './flow-error.ts';

describe('flowError', () => {
  it('is the sentence alone, with a code where there is one', () => {
    const problem = flowError(new RecorderProblem('CAMERA_NOT_FOUND', 404, 'there is no camera attic'));
    expect([String(problem), Object.hasOwn(problem, 'stack'), (problem as { readonly code?: string }).code]).toEqual([
      'there is no camera attic',
      false,
      'CAMERA_NOT_FOUND',
    ]);
    expect([String(flowError(new TypeError('odd'))), String(flowError('text')), String(flowError(undefined))]).toEqual(['odd', 'text', 'undefined']);
  });
});
