/** The local AWS's own evaluator of policies, asked by the endpoints that stand beside it. */
import type { Asked, Judge } from '../../../../local/permissions.ts';
import { ACCOUNT } from './local-aws.ts';

interface Verdict {
  readonly allowed: boolean;
  readonly principal: string | null;
  readonly code?: string;
}

/** A tag condition may be written with the key of all services, or with that of the service. */
const conditionsOf = (service: string, tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`${service}:ResourceTag/${key}`, value],
    ]),
  );

const answerOf = async (
  awsUrl: string,
  { accessKeyId, region, action, resource: path, tags }: Asked,
): Promise<string | undefined> => {
  const [service = ''] = action.split(':');
  const resource = path === undefined ? '*' : `arn:aws:${service}:${region}:${ACCOUNT}:${path}`;
  const question = { account: ACCOUNT, region, accessKeyId, action, resource, context: conditionsOf(service, tags) };
  const response = await fetch(`${awsUrl}/_local-aws/judge`, { method: 'POST', body: JSON.stringify(question) });
  if (!response.ok) throw new Error(`the judge answered ${response.status}: ${await response.text()}`);
  const { allowed, principal, code } = (await response.json()) as Verdict;
  if (allowed) return undefined;
  const why = code === undefined || code === 'AccessDeniedException' ? '' : ` (${code})`;
  return `User: ${principal ?? 'unknown'} is not authorized to perform: ${action} on resource: ${resource}${why}`;
};

/** A question that was asked, and what came of it. */
export interface Judged extends Asked {
  readonly allowed: boolean;
}

/** Asks a local AWS that judges permissions, and remembers. */
export class LocalJudge {
  readonly judged: Judged[] = [];
  #awsUrl = '';

  /** Before the local AWS is up nobody can ask. */
  set awsUrl(url: string) {
    this.#awsUrl = url;
  }

  readonly judge: Judge = async (asked) => {
    const why = await answerOf(this.#awsUrl, asked);
    this.judged.push({ ...asked, allowed: why === undefined });
    return why;
  };
}
