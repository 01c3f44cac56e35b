/** Numbers of one cluster at one moment; what is not known is absent. */
export interface ClusterMeasures {
  /** Units asked for; of a policy in mode `shadow`, those that would be. */
  readonly target?: number;
  /** Units whose workers are ready for the engine, capacity that is always there left out. */
  readonly ready?: number;
  /** Queries that wait for capacity or for workers. */
  readonly waiting?: number;
}

/** Numbers that are added up over an environment: 1 where it holds and 0 where it does not, unless said otherwise. */
export interface EnvironmentMeasures {
  /** A tick has ended. */
  readonly ticks?: 1;
  /** Nothing can shrink, because the signal is missing, stale or contradicts itself. */
  readonly staleSignal?: number;
  /** More is wanted than the policy's maximum while queries wait. */
  readonly atMaximum?: number;
  /** Units by which spot is short of its target. */
  readonly spotDeficit?: number;
  /** A budget keeps growth back. */
  readonly budgetReached?: number;
  /** Capacity is bought again that was given back a short time after it had been bought. */
  readonly flapping?: number;
  /** Number of clusters of the settings that cannot be scaled. */
  readonly cannotBeScaled?: number;
}

/** What is told to CloudWatch at one moment. */
export interface Measured {
  readonly environment: EnvironmentMeasures;
  readonly cluster?: { readonly name: string; readonly measures: ClusterMeasures };
}

/** Tells CloudWatch. Never throws. */
export type Measure = (measured: Measured) => void;
