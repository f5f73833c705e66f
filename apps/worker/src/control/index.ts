export { Inbox } from './inbox.ts';
export { connectControl, type ControlStream, type CoordinatorStatement } from './control-stream.ts';
