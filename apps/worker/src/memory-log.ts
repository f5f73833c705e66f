import type { Engine } from '@collimator/engine';
import type { TrainingEvents } from './training-events.ts';
import type { WorkerLog } from './worker-log.ts';

const everySteps = 100;

/** The same events; the log besides follows the steps and says now and then how much memory the worker holds. */
export function withMemoryLog(events: TrainingEvents, engine: Engine, log: WorkerLog): TrainingEvents {
  return {
    ...events,
    stepDone: (step, epoch, outcome) => {
      log.moveTo({ step });
      if (step % everySteps === 0) log.write('debug', 'memory', describeMemory(engine));
      return events.stepDone(step, epoch, outcome);
    },
  };
}

function describeMemory(engine: Engine): string {
  const residentMiB = Math.round(process.memoryUsage.rss() / 2 ** 20);
  return `${residentMiB} MiB resident, ${engine.memory().tensors} tensors`;
}
