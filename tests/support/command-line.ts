import { PassThrough } from 'node:stream';
import { runCli } from '../../src/cli/index.ts';
import type { Clock } from '../../src/foundation/clock.ts';

/** Runs a command in this process, as typed; what it wrote, and its status. */
export async function commandLine(
  argv: readonly string[],
  given: {
    readonly cwd: string;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly clock?: Clock;
  },
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = { stdout: '', stderr: '' };
  stdout.on('data', (chunk) => (said.stdout += chunk));
  stderr.on('data', (chunk) => (said.stderr += chunk));
  const status = await runCli(argv, { ...given, stdout, stderr });
  return { status, ...said };
}
