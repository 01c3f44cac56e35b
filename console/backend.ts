/** What the page's server needs from whoever runs the cluster. */
import type { ConsoleAction, ConsoleState, ConsoleUpdate, LocalFacts } from './protocol.ts';

/** The run behind the page. */
export interface ConsoleBackend {
  /** Everything up to now; what a subscriber hears afterwards follows on it without a gap. */
  state(): ConsoleState;
  /**
   * Calls the listener with everything new, in order, from now on.
   * @returns ends the subscription.
   */
  subscribe(listener: (update: ConsoleUpdate) => void): () => void;
  /**
   * Does something to the world or to the loop; an update tells of the effect.
   * @throws with a sentence for people when it is refused.
   */
  act(action: ConsoleAction): Promise<void>;
  /** Where the run keeps its state; undefined while it is not under way. Absent: it keeps none that could be reached. */
  local?(): LocalFacts | undefined;
}
