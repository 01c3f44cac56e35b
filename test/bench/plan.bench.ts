/**
 * Milliseconds of one plan of 1,000 types, the slowest of several catalogues, by objective; `manyMemories` has no two types
 * alike in memory per vCPU, which no real catalogue has. Prints one line of JSON. Time is of the CPU, so that a busy machine does
 * not change the figure.
 */
import { OBJECTIVES, type Objective } from '../../planning/portfolio/model.ts';
import { type MadeUp, madeUp, planned } from '../planning/portfolio/made-up.ts';

const TYPES = 1000;
const SEEDS = [1, 2, 3, 4, 5];

const milliseconds = (made: MadeUp, objective: Objective): number => {
  const catalogue = madeUp(made);
  const start = process.cpuUsage();
  planned(catalogue, { objective });
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

const slowest = (objective: Objective, memory: Pick<MadeUp, 'memory'> = {}): number =>
  Math.round(Math.max(...SEEDS.map((seed) => milliseconds({ types: TYPES, seed, ...memory }, objective))));

const first = Math.round(milliseconds({ types: TYPES, seed: 9 }, 'balanced'));
const each = Object.fromEntries(OBJECTIVES.map((objective) => [objective, slowest(objective)]));
const manyMemories = slowest('balanced', { memory: (chance) => 1 + 15 * chance() });
process.stdout.write(`${JSON.stringify({ types: TYPES, firstInProcess: first, ...each, manyMemories })}\n`);
