import { describe, expect, it } from 'vitest';
import { renderSetupStep, setupTenths } from './setup-view.ts';

describe('renderSetupStep', () => {
  it('shows the size and how much of it has come', () => {
    const step = {
      phase: 'download',
      message: 'TensorFlow 2.21.0 (274 MB)',
      bytesDone: 68_457_489,
      bytesTotal: 273_829_956,
    };
    expect(renderSetupStep(step, 120)).toBe(
      'download  TensorFlow 2.21.0 (274 MB)  [######..................]  25 %  68 MB of 274 MB',
    );
    expect(setupTenths(step)).toBe(2);
  });

  it('has no bar where nothing can be counted', () => {
    const step = { phase: 'wait', message: 'process 7 is setting up the engine', bytesDone: 0, bytesTotal: 0 };
    expect(renderSetupStep(step, 120)).toBe('wait  process 7 is setting up the engine');
  });
});
