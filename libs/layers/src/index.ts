export { type BatchNormalisationOptions, batchNormalisation } from './batch-normalisation-layer.ts';
export {
  type ConvolutionOptions,
  type TransposedConvolutionOptions,
  conv2d,
  conv2dTranspose,
} from './convolution-layer.ts';
export {
  type DeclaredVariable,
  type ModelDeclaration,
  declareModel,
  parameterCount,
  variableSpecs,
} from './declare.ts';
export { type DenseOptions, dense } from './dense-layer.ts';
export { dropout } from './dropout-layer.ts';
export {
  type Initializer,
  constant,
  fanInUniform,
  glorotUniform,
  heNormal,
  heUniform,
  initialValues,
} from './initializer.ts';
export { joinChannels, repeatChannel, residual } from './joining.ts';
export { attribute } from './kernels/attributes.ts';
export { type Padding } from './kernels/convolution.ts';
export { type Differentiable, differentiable } from './kernels/differentiable.ts';
export { type PoolingGeometry, averagePooling, globalAveragePooling, maxPooling } from './kernels/pooling.ts';
export { relu } from './kernels/rectifier.ts';
export { nearestUpsampling } from './kernels/resize.ts';
export type { Forward, MomentSums, MovingStatistics, Scope, VariableDeclaration } from './scope.ts';
export { type Tracing, type TracingOptions, startTracing } from './tracing-scope.ts';
