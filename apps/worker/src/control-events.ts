import type { Evaluation } from '@collimator/runs';
import type { ControlStream } from './control/index.ts';
import type { Measurement, TrainingEvents } from './training-events.ts';

/** Tells the coordinator what happens in a training. */
export function controlEvents(control: ControlStream): TrainingEvents {
  return {
    stepDone: (step, epoch, { summary, digest, learningRate, gradientNorm, phases, images }) =>
      control.send({
        case: 'stepReport',
        value: {
          ...{ step, epoch, digest, learningRate, gradientNorm, phases, images },
          loss: summary.loss,
          samples: summary.count,
        },
      }),
    notFinite: (step, lanes) => control.send({ case: 'stepReport', value: { step, nonFiniteLanes: [...lanes] } }),
    measured: (measurement) => control.send({ case: 'evaluationReport', value: reportOfMeasurement(measurement) }),
    evaluated: (evaluation) => control.send({ case: 'evaluationReport', value: reportOfEvaluation(evaluation) }),
    weightsWritten: (file, selected) => control.send({ case: 'weightsWritten', value: { ...file, selected } }),
    finishing: (step, digest) => control.send({ case: 'finishing', value: { step, digest } }),
  };
}

function reportOfMeasurement({ split, step, epoch, values, samples, selected }: Measurement) {
  const metrics = Object.entries(values).map(([name, value]) => ({ name, ...defined({ value }) }));
  return { split, step, epoch, samples, selected, metrics };
}

function reportOfEvaluation({ split, step, metrics, confusion, samples }: Evaluation) {
  return {
    ...{ split, step, samples },
    metrics: Object.entries(metrics).map(([name, interval]) => ({ name, ...defined(interval) })),
    ...(confusion === undefined
      ? {}
      : { confusion: { classes: [...confusion.classes], counts: confusion.counts.flat() } }),
  };
}

/** Without what has no value: the wire leaves it out. */
function defined<Name extends string>(values: Readonly<Record<Name, number | null>>): Partial<Record<Name, number>> {
  const entries = Object.entries<number | null>(values).filter((entry) => entry[1] !== null);
  return Object.fromEntries(entries) as Partial<Record<Name, number>>;
}
