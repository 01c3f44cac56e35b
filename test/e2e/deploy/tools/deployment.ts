/** Everything that a run of these tests is made of: a local AWS, clusters beside it, the CDK, and a folder with all logs. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { familyOf, type Process, stillRunning } from '../../engines/processes.ts';
import { Cdk } from './cdk.ts';
import { type ClusterOptions, Clusters } from './clusters.ts';
import { LocalJudge } from './judge.ts';
import { LocalAws } from './local-aws.ts';
import { copySources } from './sources.ts';

export interface DeploymentOptions {
  readonly clusters: readonly ClusterOptions[];
  /** Whether every call is judged by the caller's policies, those to EMR and EC2 too. */
  readonly withPermissions: boolean;
}

const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const LOOK_MILLISECONDS = 50;
const END_SECONDS = 10;

interface Parts {
  readonly folder: string;
  readonly aws: LocalAws;
  readonly clusters: Clusters;
  readonly cdk: Cdk;
  readonly judge: LocalJudge;
}

export class Deployment {
  /** Left behind, for whoever has to find out what happened. */
  readonly folder: string;
  readonly aws: LocalAws;
  readonly clusters: Clusters;
  readonly cdk: Cdk;
  readonly judge: LocalJudge;

  private constructor({ folder, aws, clusters, cdk, judge }: Parts) {
    this.folder = folder;
    this.aws = aws;
    this.clusters = clusters;
    this.cdk = cdk;
    this.judge = judge;
  }

  static async start({ clusters: options, withPermissions }: DeploymentOptions): Promise<Deployment> {
    const folder = mkdtempSync(join(tmpdir(), 'prestoscale-deploy-'));
    mkdirSync(join(folder, 'environments'));
    copySources(join(folder, 'sources'));
    const judge = new LocalJudge();
    const judging = withPermissions ? { judge: judge.judge } : {};
    const clusters = await Clusters.start({ clusters: options, ...judging });
    try {
      const endpoints = { emr: clusters.emr.url, ec2: clusters.ec2.url };
      const aws = await LocalAws.start({ folder, withPermissions, endpoints });
      judge.awsUrl = aws.url;
      const cdk = await Cdk.for({ folder, awsUrl: aws.url });
      return new Deployment({ folder, aws, clusters, cdk, judge });
    } catch (error) {
      await clusters.close();
      throw error;
    }
  }

  /** Writes the file of an environment. */
  writeEnvironment(name: string, content: object): void {
    writeFileSync(join(this.folder, 'environments', `${name}.json`), JSON.stringify(content, null, 2));
  }

  /** Folder of the sources that everything is built from. */
  get sources(): string {
    return join(this.folder, 'sources');
  }

  /**
   * Builds the stacks of an environment.
   * @returns the folder of the assembly
   */
  async synth(environment: string, edition: string): Promise<string> {
    const into = join(this.folder, `assembly-${environment}-${edition}`);
    const environments = join(this.folder, 'environments');
    await this.cdk.synth({ sources: this.sources, environment, environments, into });
    return into;
  }

  /**
   * Waits until something holds, and gives it.
   * @param holds undefined and false: not yet
   * @throws Error that says what did not happen, and where the logs are
   */
  async until<Value>(
    what: string,
    seconds: number,
    holds: () => Value | Promise<Value>,
  ): Promise<Exclude<Value, undefined | false>> {
    const end = performance.now() + seconds * 1000;
    for (;;) {
      const value = await holds();
      if (value !== undefined && value !== false) return value as Exclude<Value, undefined | false>;
      if (performance.now() > end) {
        throw new Error(`in ${seconds} s it did not come true that ${what}; logs: ${this.folder}`);
      }
      await later(LOOK_MILLISECONDS);
    }
  }

  /** Ends everything; gives what runs all the same after ten seconds. */
  async close(): Promise<readonly Process[]> {
    const family = familyOf(this.aws.pid);
    await this.aws.close();
    await this.clusters.close();
    // Workers of functions end when their input does, a moment later.
    const end = performance.now() + END_SECONDS * 1000;
    while (stillRunning(family).length > 0 && performance.now() < end) await later(LOOK_MILLISECONDS);
    return stillRunning(family);
  }
}
