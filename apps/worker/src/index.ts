export { type ExchangeMember, type GradientExchange, startExchange } from './exchange/index.ts';
export { startLocalExchange } from './local-exchange.ts';
export type { LaneBatch, LoaderPool } from './loaders/index.ts';
export { createTrainingStep, type PhaseTimes, type StepContext, type StepOutcome } from './training-step.ts';
