export type { GradientExchange } from './gradient-exchange.ts';
export type { ExchangeMember } from './messages.ts';
export { startExchange } from './start-exchange.ts';
