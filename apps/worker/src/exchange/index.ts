export { GradientExchange, type PeerLoss, type RoundResult } from './gradient-exchange.ts';
export type { ExchangeMember, RoundFacts } from './messages.ts';
export { startExchange, type ExchangeOptions } from './start-exchange.ts';
