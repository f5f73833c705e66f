import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { jobHash } from './job-hash.ts';
import { parseOverride } from './override.ts';
import { parseJob } from './parse-job.ts';

const text = `apiVersion: collimator.dev/v1alpha1
kind: TrainingJob
metadata: {name: hashed}
spec: {task: classification, data: {dataset: a}, model: {name: cnn}, training: {epochs: 1}}
`;

describe('jobHash', () => {
  it('is pinned: a change of it makes every stored run look like another job', () => {
    expect(hashWith()).toBe('f1ea86609da410d879751d8507c1456a130ed0cc366ce13b2bc05449623a0aa0');
  });

  it.each(['metadata.name=other', 'device=cpu', 'workers.replicas=3', 'checkpoints.everySteps=7'])(
    'does not depend on %s',
    (override) => {
      expect(hashWith(override)).toBe(hashWith());
    },
  );

  it.each(['seed=1', 'training.lanes=4', 'model.width=8', 'data.dataset=b', 'numerics.mode=relaxed'])(
    'depends on %s',
    (override) => {
      expect(hashWith(override)).not.toBe(hashWith());
    },
  );
});

function hashWith(...overrides: string[]): string {
  const job = parseJob(text, { source: 'a.yaml', overrides: overrides.map(parseOverride) });
  return jobHash(job, (canonical) => createHash('sha256').update(canonical).digest('hex'));
}
