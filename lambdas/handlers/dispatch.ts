/** Every minute: wake-ups for the next minute's slots, which clusters there are, and the states of all alarms. */
import { type Dispatched, PartlyDispatchedError } from '../app/dispatch.ts';
import type { DispatchWiring } from '../runtime/wiring.ts';

/** What was done, what cannot be done, and what is tried again by itself: each on a line of its own. */
const tell = ({ problems, notices, ...counts }: Dispatched, { report, measure }: DispatchWiring): void => {
  report({ event: 'dispatch', ...counts });
  for (const { cluster, problem, told } of problems) report({ event: 'cluster-problem', cluster, problem, told });
  for (const told of notices) report({ event: 'dispatch-notice', told });
  const cannotBeScaled = new Set(problems.map(({ cluster }) => cluster)).size;
  measure({ environment: { cannotBeScaled } });
};

/**
 * Handles the schedule's invocation.
 * @throws when something failed, after everything was tried; it leaves no sign of life then
 */
export const handleDispatch = async (wiring: DispatchWiring): Promise<void> => {
  try {
    tell(await wiring.dispatch(), wiring);
  } catch (error) {
    if (error instanceof PartlyDispatchedError) tell(error.dispatched, wiring);
    throw error;
  }
  await wiring.leaveSign();
};
