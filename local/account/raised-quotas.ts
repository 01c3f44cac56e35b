/** EMR's quotas in an account where they were raised. */
import type { CallQuotas } from '../../lambdas/adapters/dynamo/call-buckets.ts';
import { LIMITS } from '../emr/throttle.ts';

/** @param factor how many times as fast as published each budget refills; its bursts are the published ones */
export const raisedQuotas = (factor: number): CallQuotas =>
  Object.fromEntries(
    Object.entries(LIMITS).map(([operation, { burst, refillPerSecond }]) => [
      operation,
      { burst, perSecond: refillPerSecond * factor },
    ]),
  );
