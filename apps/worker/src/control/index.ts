export { Inbox } from './inbox.ts';
export {
  connectControl,
  type ControlOptions,
  type ControlStream,
  type CoordinatorStatement,
  type WorkerStatement,
} from './control-stream.ts';
