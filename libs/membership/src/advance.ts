import { onStop } from './ending.ts';
import type { MembershipEvent } from './event.ts';
import { onHello, onProbe, onReady } from './joining.ts';
import { onExited, onFailed, onStreamClosed, onTick } from './leaving.ts';
import type { Membership, Transition } from './membership.ts';
import { onFinished, onFinishing, onStep } from './training.ts';

/**
 * Takes one event and says what is to be done. Pure: equal arguments give equal results. Follows the transitions of
 * docs/reference/protocol.md, "Membership". O(workers).
 */
export function advance(membership: Membership, event: MembershipEvent): Transition {
  switch (event.kind) {
    case 'hello':
      return onHello(membership, event);
    case 'probe':
      return onProbe(membership, event);
    case 'ready':
      return onReady(membership, event);
    case 'step':
      return onStep(membership, event);
    case 'finishing':
      return onFinishing(membership, event);
    case 'finished':
      return onFinished(membership, event);
    case 'failed':
      return onFailed(membership, event);
    case 'stream-closed':
      return onStreamClosed(membership, event);
    case 'exited':
      return onExited(membership, event);
    case 'stop':
      return onStop(membership, event);
    case 'tick':
      return onTick(membership, event);
  }
}
