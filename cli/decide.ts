/** `npm run decide`: the core as a process that reads a line of JSON and answers with a line of JSON (docs/decide.md). */
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { decide } from '../lambdas/core/decide.ts';
import { emptyMemory, type Memory } from '../lambdas/core/memory.ts';
import { lineOf, type PolicyProblem, problemsOf } from '../lambdas/core/policy/problems.ts';
import type { Policy } from '../lambdas/core/policy/schema.ts';
import { ProblemList } from '../simulator/workload/errors.ts';
import { anyText, helpText, type Option, parseArguments } from './arguments.ts';
import { type DecideInput, decideInput } from './decide-schema.ts';
import { readPolicyFile } from './policy-file.ts';
import { EXIT_INPUT, runCommand } from './run.ts';

const OPTIONS = [
  {
    name: 'policy',
    type: 'string',
    placeholder: 'FILE',
    parse: anyText,
    help: 'What the owner wants (docs/policy-reference.md). Default: the defaults.',
  },
] as const satisfies readonly Option[];

type Read = { readonly input: DecideInput } | { readonly problems: readonly string[] };

const describe = (problem: PolicyProblem): string => lineOf(problem).replace(/^the policy/, 'the line');

const readLine = (text: string): Read => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [`not JSON: ${(error as Error).message}`] };
  }
  const parsed = z.safeParse(decideInput, value);
  if (parsed.success) return { input: parsed.data as unknown as DecideInput };
  return { problems: problemsOf(value, parsed.error.issues, decideInput).map(describe) };
};

/** Answers lines one by one; remembers the memory of its last answer for lines that bring none. */
class LineDecider {
  readonly #policy: Policy;
  #memory: Memory = emptyMemory();
  #line = 0;
  /** Lines that could not be used. */
  refused = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  answer(text: string): string {
    this.#line += 1;
    const read = readLine(text);
    if ('problems' in read) {
      this.refused += 1;
      return JSON.stringify({ error: { line: this.#line, problems: read.problems } });
    }
    const { observation, memory = this.#memory, now } = read.input;
    const decided = decide(observation, this.#policy, memory, now);
    this.#memory = decided.memory;
    return JSON.stringify(decided);
  }
}

await runCommand(async () => {
  const parsed = parseArguments(process.argv.slice(2), OPTIONS);
  if (parsed.kind === 'help') {
    const purpose = 'Reads {now, observation, memory?} a line and answers with {decision, memory} (docs/decide.md).';
    process.stdout.write(helpText('npm run --silent decide -- [flags]', purpose, OPTIONS));
    return;
  }
  const problems = new ProblemList();
  const decider = new LineDecider(readPolicyFile(parsed.values.policy, problems));
  problems.throwIfAny();
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') process.stdout.write(`${decider.answer(line)}\n`);
  }
  if (decider.refused > 0) process.exitCode = EXIT_INPUT;
});
