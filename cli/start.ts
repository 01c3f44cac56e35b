/** `npm start`: scales a simulated cluster, on a page to watch or headless, or a real engine on the page. */
import { helpText } from './arguments.ts';
import { runCommand } from './run.ts';
import { START_OPTIONS, startValues } from './start-options.ts';

// On Node 20 the SDK warns at its first use; what it says is in the README.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const PURPOSE =
  'Scales a simulated Presto cluster: on a page at http://127.0.0.1:4646, or --headless in virtual time. With --engine a real one.';

await runCommand(async () => {
  const values = startValues(process.argv.slice(2));
  if (values === undefined) {
    process.stdout.write(helpText('npm start -- [flags]', PURPOSE, START_OPTIONS));
    return;
  }
  // Loaded when needed: a headless run in this process has no use for the AWS clients and the page.
  if (values.engine !== undefined) await (await import('./start-engine.ts')).startEngine(values.engine, values);
  else if (values.headless) await (await import('./start-headless.ts')).startHeadless(values);
  else await (await import('./start-page.ts')).startPage(values);
});
