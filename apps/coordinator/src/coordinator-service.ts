import { CoordinatorService, type WorkerMessage } from '@collimator/protocol';
import { type ServiceImplementation, implement } from '@collimator/transport-grpc';
import type { ControlSession } from './control-sessions.ts';
import type { Coordinator } from './coordinator.ts';

/** The coordinator as a gRPC service. */
export function coordinatorService(coordinator: Coordinator): ServiceImplementation {
  return implement(CoordinatorService, {
    attach: (requests) => {
      const session = coordinator.open();
      void listen(coordinator, session, requests);
      return session;
    },
    watch: (_request, { signal }) => coordinator.watch(signal),
    reportExit: (request) => {
      coordinator.reportExit(request);
      return Promise.resolve({});
    },
    stopRun: (request) => Promise.resolve({ state: coordinator.stop(request) }),
    getRun: () => Promise.resolve({ run: coordinator.snapshot() }),
  });
}

async function listen(
  coordinator: Coordinator,
  session: ControlSession,
  requests: AsyncIterable<WorkerMessage>,
): Promise<void> {
  try {
    for await (const message of requests) coordinator.hear(session, message);
  } finally {
    coordinator.closed(session);
  }
}
