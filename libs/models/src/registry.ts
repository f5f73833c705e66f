import { CollimatorError } from '@collimator/errors';
import type { ModelChoice } from '@collimator/job';
import { type Forward, repeatChannel } from '@collimator/layers';
import { cnn } from './cnn/cnn.ts';
import type { ModelFactory } from './model-factory.ts';
import { resnet18 } from './resnet18/resnet18.ts';
import { unet2d } from './unet2d/unet2d.ts';

/** A model is one folder and one line here; its options are one entry of the job schema. */
const models: { readonly [Name in ModelChoice['name']]: ModelFactory<Extract<ModelChoice, { name: Name }>> } = {
  cnn,
  resnet18,
  unet2d,
};

/**
 * The network that a job asks for, taking images of the data's own channels: one grey channel is repeated where the
 * model asks for more. Throws `job_invalid` where the channels cannot fit.
 */
export function createModel(choice: ModelChoice, outputs: number, dataChannels: number): Forward {
  const factory = models[choice.name] as ModelFactory<ModelChoice>;
  const forward = factory(choice, outputs);
  const channels = choice.channels ?? dataChannels;
  if (channels === dataChannels) return forward;
  if (dataChannels !== 1) throw unfittingChannels(channels, dataChannels);
  return onRepeatedChannel(forward, channels);
}

function onRepeatedChannel(forward: Forward, channels: number): Forward {
  return (scope, images_NHW1) => forward(scope, repeatChannel(images_NHW1, channels));
}

function unfittingChannels(asked: number, given: number): CollimatorError {
  const message = `the model asks for ${asked} channels, the images have ${given}; only one grey channel can be repeated`;
  return new CollimatorError('job_invalid', message, {
    next: `leave out spec.model.channels, or set it to ${given}`,
    problems: [{ field: 'spec.model.channels', message }],
  });
}
