export { loadEngine, type EngineFiles, type EngineOptions } from './load-engine.ts';
export {
  type DeviceChoice,
  type EnvironmentChoice,
  type InstructionSet,
  pinnedEnvironment,
} from './tfjs/environment.ts';
