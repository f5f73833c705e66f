import { CollimatorError, type Problem } from '@collimator/errors';
import { describe, expect, it } from 'vitest';
import { parseOverride } from './override.ts';
import { jobFromJson, parseJob } from './parse-job.ts';

const validJob = `apiVersion: collimator.dev/v1alpha1
kind: TrainingJob
metadata: {name: pneumonia-resnet18}
spec:
  task: classification
  seed: 7
  data: {dataset: pneumoniamnist}
  model: {name: resnet18, width: 64, stem: small}
  training:
    epochs: 30
    lanes: 8
    laneBatch: 16
    optimizer: {name: adam, learningRate: 0.001}
    schedule: {name: step, milestones: [15, 22], factor: 0.1}
  evaluation: {metrics: [auc, accuracy], select: auc}
  checkpoints: {everySteps: 200, keepLast: 2, keepBest: 1}
  workers: {replicas: 2, min: 1, max: 8}
`;

interface BadFile {
  readonly title: string;
  /** Text of the valid file and what stands in its place. */
  readonly replace?: readonly (readonly [string, string])[];
  readonly text?: string;
  readonly set?: readonly string[];
  /** `line:column field message`, without the place where a flag is to blame. */
  readonly problems: readonly string[];
}

const badFiles: readonly BadFile[] = [
  {
    title: 'malformed YAML',
    replace: [['name: resnet18, w', 'name: resnet18 w']],
    problems: ['8:17  not valid YAML: block collections are not allowed within flow collections'],
  },
  {
    title: 'a tab as indentation, without what follows from it',
    replace: [['  seed: 7', '\tseed: 7']],
    problems: ['6:1  not valid YAML: tabs are not allowed as indentation'],
  },
  {
    title: 'fields given twice, all of them',
    replace: [
      ['  seed: 7', '  seed: 7\n  seed: 8'],
      ['    lanes: 8', '    lanes: 8\n    lanes: 4'],
    ],
    problems: ['7:3  not valid YAML: this field is given twice', '13:5  not valid YAML: this field is given twice'],
  },
  {
    title: 'two documents',
    text: `${validJob}---\nkind: TrainingJob\n`,
    problems: ['18:1  not valid YAML: a second document begins here; a job file has one'],
  },
  {
    title: 'an alias without its anchor',
    replace: [['seed: 7', 'seed: *start']],
    problems: ['  not valid YAML: Unresolved alias (the anchor must be set before the alias): start'],
  },
  {
    title: 'an empty file',
    text: '# nothing yet\n',
    problems: ['  a job file is a mapping with apiVersion, kind, metadata and spec; is empty'],
  },
  {
    title: 'a list',
    text: '- apiVersion\n',
    problems: ['1:1  a job file is a mapping with apiVersion, kind, metadata and spec; is a list'],
  },
  {
    title: 'unknown fields, with the nearest name, the right place, or the known ones',
    replace: [
      ['  seed: 7', '  seed: 7\n  lanes: 8'],
      ['epochs: 30', 'epoch: 30\n    colour: red'],
    ],
    problems: [
      '7:3 spec.lanes unknown field "lanes"; it belongs at spec.training.lanes',
      '10:3 spec.training.epochs is missing; must be a whole number',
      '11:5 spec.training.epoch unknown field "epoch"; did you mean "epochs"?',
      '12:5 spec.training.colour unknown field "colour"; known here: epochs, maxSteps, lanes, laneBatch, optimizer, schedule, loss, clip',
    ],
  },
  {
    title: 'an option of another choice',
    replace: [['{name: adam, learningRate: 0.001}', '{name: sgd, beta1: 0.9}']],
    problems: [
      '13:28 spec.training.optimizer.beta1 unknown field "beta1"; known here: name, learningRate, momentum, nesterov, weightDecay',
    ],
  },
  {
    title: 'wrong types',
    replace: [
      ['seed: 7', 'seed: 1.5'],
      ['lanes: 8', 'lanes: eight'],
      ['[15, 22]', '15'],
      ['{name: resnet18, width: 64, stem: small}', 'resnet18'],
    ],
    problems: [
      '6:3 spec.seed must be a whole number; is 1.5',
      '8:3 spec.model must be a mapping with a name (cnn, resnet18, unet2d), such as {name: cnn}; is text "resnet18"',
      '11:5 spec.training.lanes must be a whole number; is text "eight"',
      '14:28 spec.training.schedule.milestones must be a list; is 15',
    ],
  },
  {
    title: 'values out of range',
    replace: [
      ['learningRate: 0.001', 'learningRate: 0'],
      ['epochs: 30', 'epochs: 0'],
      ['factor: 0.1', 'factor: 2'],
      ['[15, 22]', '[]'],
    ],
    problems: [
      '10:5 spec.training.epochs must be at least 1; is 0',
      '13:29 spec.training.optimizer.learningRate must be more than 0; is 0',
      '14:28 spec.training.schedule.milestones must have at least 1 entries; has 0',
      '14:44 spec.training.schedule.factor must be at most 1; is 2',
    ],
  },
  {
    title: 'lanes not a power of two',
    replace: [
      ['lanes: 8', 'lanes: 6'],
      [', max: 8', ''],
    ],
    problems: ['11:5 spec.training.lanes must be a power of two; is 6; use 4 or 8'],
  },
  {
    title: 'more workers than lanes',
    replace: [['replicas: 2', 'replicas: 16']],
    problems: [
      '17:13 spec.workers.replicas more workers than lanes: 16 workers, 8 lanes; each worker needs a lane; use at most 8, or more lanes (which changes the result)',
    ],
  },
  {
    title: 'replicas outside the bounds',
    replace: [['min: 1', 'min: 3']],
    problems: ['17:13 spec.workers.replicas must be 0 (paused) or from 3 to 8; is 2'],
  },
  {
    title: 'min above max',
    replace: [['min: 1, max: 8', 'min: 4, max: 3']],
    problems: ['17:26 spec.workers.min must be at most 3 (workers.max); is 4'],
  },
  {
    title: 'an unknown model',
    replace: [['name: resnet18, w', 'name: resnet81, w']],
    problems: [
      '8:11 spec.model.name unknown model "resnet81"; did you mean "resnet18"? must be one of cnn, resnet18, unet2d',
    ],
  },
  {
    title: 'a model, a metric and a selection that do not fit',
    replace: [
      ['{name: resnet18, width: 64, stem: small}', '{name: unet2d}'],
      ['[auc, accuracy], select: auc', '[accuracy, dice, accuracy], select: auc'],
    ],
    problems: [
      '8:11 spec.model.name model unet2d does not fit the task classification; use cnn or resnet18',
      '15:36 spec.evaluation.metrics.1 metric dice does not fit the task classification; use auc, accuracy, logLoss, brier',
      '15:42 spec.evaluation.metrics.2 metric accuracy is listed twice; remove one',
      '15:53 spec.evaluation.select must be one of evaluation.metrics (accuracy, dice, accuracy); is auc',
    ],
  },
  {
    title: 'a loss, a schedule and an optimizer at odds with themselves',
    replace: [
      ['{name: adam, learningRate: 0.001}', '{name: sgd, nesterov: true}\n    loss: {name: mse}'],
      ['[15, 22]', '[22, 15]'],
    ],
    problems: [
      '13:28 spec.training.optimizer.nesterov needs a momentum above 0; is used with 0; set momentum, such as 0.9',
      '14:12 spec.training.loss.name loss mse does not fit the task classification; use crossEntropy',
      '15:28 spec.training.schedule.milestones must ascend; is 22, 15',
    ],
  },
  {
    title: 'fields of later versions',
    replace: [
      ['task: classification', 'task: detection\n  queue: night'],
      ['{dataset: pneumoniamnist}', '{dataset: pneumoniamnist, split: {fold: 2}}'],
      ['select: auc', 'select: auc, holdout: sealed'],
    ],
    problems: [
      '5:3 spec.task detection is not available in this version; use classification, segmentation or regression',
      '6:3 spec.queue not available in this version; remove it',
      '8:35 spec.data.split not available in this version; remove it: the splits that the data set names are used',
      '16:55 spec.evaluation.holdout sealed is not available in this version; use open',
    ],
  },
  {
    title: 'another version of the format and a name that runs cannot have',
    replace: [
      ['v1alpha1', 'v1'],
      ['pneumonia-resnet18', 'Pneumonia_1'],
    ],
    problems: [
      '1:1 apiVersion must be collimator.dev/v1alpha1; is text "collimator.dev/v1"',
      '3:12 metadata.name must be lower-case letters, digits and dashes, with a letter or digit at both ends; is text "Pneumonia_1"',
    ],
  },
  {
    title: 'missing fields',
    text: 'apiVersion: collimator.dev/v1alpha1\nkind: TrainingJob\nmetadata: {name: a}\nspec: {data: {}}\n',
    problems: [
      '4:1 spec.task is missing; must be one of classification, segmentation, regression',
      '4:1 spec.model is missing; must be a mapping with a name (cnn, resnet18, unet2d), such as {name: cnn}',
      '4:1 spec.training is missing; must be a mapping of fields',
      '4:8 spec.data.dataset is missing; must be text',
    ],
  },
  {
    title: 'flags, which are named',
    set: ['training.lanes=6', 'trainin.epochs=3', 'seed=abc', 'workers.max=4'],
    problems: [
      ' spec.seed must be a whole number; is text "abc" (from --set seed=abc)',
      ' spec.trainin unknown field "trainin"; did you mean "training"? (from --set trainin.epochs=3)',
      ' spec.training.lanes must be a power of two; is 6; use 4 or 8 (from --set training.lanes=6)',
    ],
  },
];

describe('parseJob refuses', () => {
  it.each(badFiles)('$title', ({ replace = [], text, set = [], problems }) => {
    const file = text ?? replace.reduce(replaced, validJob);
    expect(problemsOf(file, set).map(asLine)).toEqual(problems);
  });

  it('says how many problems and where to read on', () => {
    const error = errorOf(() => parseJob('kind: x\nspec: 3\n', { source: 'jobs/a.yaml' }));
    expect(error).toMatchObject({
      code: 'job_invalid',
      message: 'jobs/a.yaml has 4 problems',
      next: 'Correct the file; docs/reference/job.md describes every field',
    });
  });
});

describe('parseJob accepts', () => {
  it('a full file and fills in every default', () => {
    expect(parseJob(validJob, { source: 'a.yaml' })).toMatchSnapshot();
  });

  it.each([
    { task: 'regression', model: 'cnn', loss: 'mse', metrics: ['mae', 'rmse'], select: 'mae' },
    { task: 'segmentation', model: 'unet2d', loss: 'dice', metrics: ['dice', 'iou'], select: 'dice' },
  ])('a short $task file with the defaults of the task', ({ task, model, loss, metrics, select }) => {
    const { spec } = parseJob(shortJob(task, model), { source: 'a.yaml' });
    expect(spec.training.loss.name).toBe(loss);
    expect(spec.evaluation).toMatchObject({ metrics, select });
    expect(spec.workers).toEqual({ replicas: 1, min: 1, max: 8 });
  });

  it('flags over the file, the later over the earlier, down to one entry of a list', () => {
    const set = [
      'training.epochs=3',
      'spec.training.epochs=4',
      'training.schedule.milestones.0=2',
      'model={name: cnn}',
    ];
    const { spec } = parseJob(validJob, { source: 'a.yaml', overrides: set.map(parseOverride) });
    expect(spec.training).toMatchObject({ epochs: 4, schedule: { milestones: [2, 22] } });
    expect(spec.model).toEqual({ name: 'cnn', width: 16, dropout: 0 });
  });

  it('what it has itself returned, as a run stores it', () => {
    const job = parseJob(validJob, { source: 'a.yaml' });
    expect(jobFromJson(structuredClone(job), 'job.json')).toEqual(job);
  });
});

describe('parseOverride', () => {
  it.each(['lanes', '=3', 'a..b=3'])('refuses %s', (text) => {
    const error = errorOf(() => parseOverride(text));
    expect(error.code).toBe('usage');
    expect(error.message).toBe(`"--set ${text}" is not of the form path=value`);
    expect(error.next).toBe('Write it like --set training.epochs=3');
  });

  it('refuses a value that is not YAML', () => {
    expect(errorOf(() => parseOverride('a=[1')).message).toBe(
      'the value of "--set a=[1" is not valid YAML: flow sequence must end with a ]',
    );
  });
});

function replaced(text: string, [from, to]: readonly [string, string]): string {
  expect(text).toContain(from);
  return text.replace(from, to);
}

function problemsOf(text: string, set: readonly string[]): readonly Problem[] {
  return errorOf(() => parseJob(text, { source: 'a.yaml', overrides: set.map(parseOverride) })).problems;
}

function asLine({ line, column, field, message }: Problem): string {
  return `${line === undefined ? '' : `${line}:${String(column)}`} ${field} ${message}`;
}

function errorOf(act: () => unknown): CollimatorError {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof CollimatorError) return thrown;
    throw thrown;
  }
  throw new Error('expected a CollimatorError, nothing was thrown');
}

function shortJob(task: string, model: string): string {
  return `apiVersion: collimator.dev/v1alpha1
kind: TrainingJob
metadata: {name: short}
spec: {task: ${task}, data: {dataset: a}, model: {name: ${model}}, training: {epochs: 1}}
`;
}
