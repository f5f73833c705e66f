export type {
  ApplyReport,
  ApplyScalars,
  DeviceInfo,
  Engine,
  EngineBuild,
  GraphInput,
  GraphSource,
  MomentsSegment,
  GradientSegment,
  OptimizerSpec,
  Program,
  ProgramSource,
  UpdateLayout,
  VariableSpec,
} from './engine.ts';
export { operationKernel, runOperation, type OperationAttribute, type OperationCall } from './operation.ts';
