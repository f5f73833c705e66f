export { decodeSafetensors, encodeSafetensors, type TensorFile } from './safetensors.ts';
export { type Elements, type ElementType, type FloatTensor, type NamedTensor } from './tensor.ts';
export { type BestMetric, decodeTrainState, encodeTrainState, type TrainState } from './train-state.ts';
export { loadWeights, saveWeights, type Sha256 } from './weights-store.ts';
export { decodeWeights, encodeWeights, requireVariables, type Weights, weightsFormatVersion } from './weights.ts';
