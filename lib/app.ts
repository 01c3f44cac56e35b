/**
 * The CDK app: `npx cdk deploy --all -c env=<name>` deploys the environment of `environments/<name>.json`. With
 * `-c environments=<folder>` the file is looked for there instead.
 */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AutoscalerStack } from './autoscaler-stack.ts';
import { loadEnvironment } from './environment.ts';
import type { Environment } from './environment-model.ts';
import { StateStack } from './state-stack.ts';

const FOLDER = join(import.meta.dirname, '../environments');

const textOf = (app: App, key: string): string | undefined => {
  const value: unknown = app.node.tryGetContext(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const environmentOf = (app: App): Environment => {
  const name = textOf(app, 'env');
  if (name === undefined) {
    throw new Error(
      'which environment? Give -c env=<name>; expected the name of a file in environments/ without .json',
    );
  }
  return loadEnvironment(textOf(app, 'environments') ?? FOLDER, name);
};

/** What is wrong with a file is told to whoever wrote it; where our code noticed is of no use to them. */
const readOrTell = (app: App): Environment | undefined => {
  try {
    return environmentOf(app);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
    return undefined;
  }
};

const app = new App();
const environment = readOrTell(app);
if (environment !== undefined) {
  const { state } = new StateStack(app, environment);
  new AutoscalerStack(app, environment, state);
  app.synth();
}
