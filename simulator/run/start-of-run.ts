/** Virtual second 0: Monday 2026-03-02, 00:00 UTC. */
export const START_OF_RUN = 1_772_409_600;
