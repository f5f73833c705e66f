/** Time of one step's lanes, averaged over the execution slots, in milliseconds. */
export interface LaneTimes {
  readonly waitMs: number;
  readonly computeMs: number;
}

/** Marks the moment at which a lane stopped waiting for its data and began to compute. */
export type StartedComputing = () => void;

/**
 * Runs every lane, `lanesAtOnce` at a time, in ascending order, so that siblings finish close together and can be summed
 * early. Rejects with the first failure once no lane is in flight any more.
 */
export async function runLanes(
  lanes: readonly number[],
  lanesAtOnce: number,
  runLane: (lane: number, startedComputing: StartedComputing) => Promise<void>,
  nowMs: () => number,
): Promise<LaneTimes> {
  const queue = [...lanes];
  const total = { waitMs: 0, computeMs: 0 };
  const runSlot = async (): Promise<void> => {
    for (let lane = queue.shift(); lane !== undefined; lane = queue.shift()) {
      const begun = nowMs();
      let computing = begun;
      await runLane(lane, () => (computing = nowMs()));
      total.waitMs += computing - begun;
      total.computeMs += nowMs() - computing;
    }
  };
  const slots = Math.min(lanesAtOnce, lanes.length);
  const outcomes = await Promise.allSettled(Array.from({ length: slots }, runSlot));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return { waitMs: total.waitMs / slots, computeMs: total.computeMs / slots };
}
