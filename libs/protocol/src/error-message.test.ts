import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { CollimatorError, describeUnknown } from '@collimator/errors';
import { describe, expect, it } from 'vitest';
import { fromErrorMessage, toErrorMessage } from './error-message.ts';
import { ErrorReportSchema } from './gen/collimator/v1/error_pb.ts';

describe('error messages', () => {
  it.each([
    new CollimatorError('worker_lost', 'worker 1 was killed by SIGKILL', { next: 'start the run again' }),
    new CollimatorError('job_invalid', 'job.yaml has 2 problems', {
      problems: [
        { field: 'spec.seed', message: 'is missing' },
        { field: 'spec.training.lanes', message: 'is 6; allowed: a power of two', line: 4, column: 12 },
      ],
    }),
  ])('survive the wire: $code', (error) => {
    const bytes = toBinary(ErrorReportSchema, toErrorMessage(error));
    expect(describeUnknown(fromErrorMessage(fromBinary(ErrorReportSchema, bytes)))).toEqual(describeUnknown(error));
  });

  it('turn a code of a newer version into a bug', () => {
    expect(fromErrorMessage(create(ErrorReportSchema, { code: 'invented_later', message: 'x' })).code).toBe('bug');
  });
});
