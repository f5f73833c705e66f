import type { OptimizerSpec } from '@collimator/engine';
import type { OptimizerChoice } from '@collimator/job';

/** The engine's optimizer of a job; the learning rate is not in it, since it changes from step to step. */
export function optimizerSpec(choice: OptimizerChoice): OptimizerSpec {
  switch (choice.name) {
    case 'sgd': {
      const { name, momentum, nesterov, weightDecay } = choice;
      return { name, momentum, nesterov, weightDecay };
    }
    case 'adam':
    case 'adamw': {
      const { name, beta1, beta2, epsilon, weightDecay } = choice;
      return { name, beta1, beta2, epsilon, weightDecay };
    }
  }
}
