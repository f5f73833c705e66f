import type * as z from 'zod';
import { type FieldProblem, valueAt } from './schema-problems.ts';
import { evaluationSchema } from './schema/evaluation.ts';
import { lossSchema } from './schema/loss.ts';
import { modelSchema } from './schema/model.ts';
import { optimizerSchema } from './schema/optimizer.ts';
import { scheduleSchema } from './schema/schedule.ts';
import { taskChoices, taskSchema } from './schema/task.ts';
import { trainingSchema } from './schema/training.ts';
import { workersSchema } from './schema/workers.ts';

/** The fields that rules compare; one that is itself invalid, or absent without a default, is undefined. */
type Fields = ReturnType<typeof readFields>;
type Rule = (fields: Fields) => readonly FieldProblem[];

/** What fields may not say together, also where other fields of the file are invalid. */
export function crossFieldProblems(file: unknown): FieldProblem[] {
  const fields = readFields(file);
  return rules.flatMap((rule) => rule(fields));
}

function readFields(file: unknown) {
  const read = <T extends z.ZodType>(schema: T, dotted: string): z.output<T> | undefined =>
    schema.safeParse(valueAt(file, ['spec', ...dotted.split('.')])).data;
  return {
    task: read(taskSchema, 'task'),
    model: read(modelSchema, 'model'),
    lanes: read(trainingSchema.shape.lanes, 'training.lanes'),
    loss: read(lossSchema, 'training.loss'),
    optimizer: read(optimizerSchema, 'training.optimizer'),
    schedule: read(scheduleSchema, 'training.schedule'),
    metrics: read(evaluationSchema.shape.metrics, 'evaluation.metrics'),
    select: read(evaluationSchema.shape.select, 'evaluation.select'),
    replicas: read(workersSchema.shape.replicas, 'workers.replicas'),
    min: read(workersSchema.shape.min, 'workers.min'),
    max: read(workersSchema.shape.max, 'workers.max'),
  };
}

const rules: readonly Rule[] = [
  lanesArePowerOfTwo,
  workersFitLanes,
  workersFitBounds,
  modelFitsTask,
  lossFitsTask,
  metricsFitTask,
  selectIsMeasured,
  milestonesAscend,
  nesterovHasMomentum,
];

function lanesArePowerOfTwo({ lanes }: Fields): readonly FieldProblem[] {
  if (lanes === undefined || Number.isInteger(Math.log2(lanes))) return [];
  const below = 2 ** Math.floor(Math.log2(lanes));
  return problem('training.lanes', `must be a power of two; is ${lanes}; use ${below} or ${below * 2}`);
}

function workersFitLanes({ replicas, max, lanes }: Fields): readonly FieldProblem[] {
  if (lanes === undefined) return [];
  const asked = { 'workers.replicas': replicas, 'workers.max': max };
  return Object.entries(asked).flatMap(([field, count]) => {
    if (count === undefined || count <= lanes) return [];
    const advice = `use at most ${lanes}, or more lanes (which changes the result)`;
    return problem(
      field,
      `more workers than lanes: ${count} workers, ${lanes} lanes; each worker needs a lane; ${advice}`,
    );
  });
}

function workersFitBounds({ replicas, min, max, lanes }: Fields): readonly FieldProblem[] {
  const most = max ?? lanes;
  if (min === undefined || most === undefined) return [];
  if (min > most) return problem('workers.min', `must be at most ${most} (workers.max); is ${min}`);
  if (replicas === undefined || replicas === 0 || (replicas >= min && replicas <= most)) return [];
  if (lanes !== undefined && replicas > lanes) return [];
  return problem('workers.replicas', `must be 0 (paused) or from ${min} to ${most}; is ${replicas}`);
}

function modelFitsTask({ model, task }: Fields): readonly FieldProblem[] {
  if (model === undefined || task === undefined) return [];
  const { models } = taskChoices[task];
  if (models.includes(model.name)) return [];
  return problem('model.name', `model ${model.name} does not fit the task ${task}; use ${models.join(' or ')}`);
}

function lossFitsTask({ loss, task }: Fields): readonly FieldProblem[] {
  if (loss === undefined || task === undefined) return [];
  const { losses } = taskChoices[task];
  if (losses.includes(loss.name)) return [];
  return problem('training.loss.name', `loss ${loss.name} does not fit the task ${task}; use ${losses.join(' or ')}`);
}

function metricsFitTask({ metrics = [], task }: Fields): readonly FieldProblem[] {
  if (task === undefined) return [];
  const allowed = taskChoices[task].metrics;
  return metrics.flatMap((metric, index) => {
    const field = `evaluation.metrics.${index}`;
    if (!allowed.includes(metric)) {
      return problem(field, `metric ${metric} does not fit the task ${task}; use ${allowed.join(', ')}`);
    }
    return metrics.indexOf(metric) < index ? problem(field, `metric ${metric} is listed twice; remove one`) : [];
  });
}

function selectIsMeasured({ select, metrics, task }: Fields): readonly FieldProblem[] {
  const measured = metrics ?? (task && taskChoices[task].defaultMetrics);
  if (select === undefined || measured === undefined || measured.includes(select)) return [];
  return problem('evaluation.select', `must be one of evaluation.metrics (${measured.join(', ')}); is ${select}`);
}

function milestonesAscend({ schedule }: Fields): readonly FieldProblem[] {
  if (schedule?.name !== 'step') return [];
  const { milestones } = schedule;
  if (milestones.every((epoch, index) => epoch > (milestones[index - 1] ?? 0))) return [];
  return problem('training.schedule.milestones', `must ascend; is ${milestones.join(', ')}`);
}

function nesterovHasMomentum({ optimizer }: Fields): readonly FieldProblem[] {
  if (optimizer?.name !== 'sgd' || !optimizer.nesterov || optimizer.momentum > 0) return [];
  return problem('training.optimizer.nesterov', 'needs a momentum above 0; is used with 0; set momentum, such as 0.9');
}

function problem(field: string, message: string): readonly FieldProblem[] {
  const path = ['spec', ...field.split('.')].map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  return [{ path, message }];
}
