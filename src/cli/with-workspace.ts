import type { Workspace } from '../app/index.ts';
import { createTerminalProgress } from '../platform/log/progress.ts';
import type { CliContext } from './context.ts';
import { workspaceFolder } from './workspace-option.ts';

/** Opens the workspace for one command and closes it whatever happens. */
export async function withWorkspace<Result>(
  context: CliContext,
  named: string | undefined,
  work: (workspace: Workspace) => Promise<Result>,
): Promise<Result> {
  const { openWorkspace } = await import('../app/index.ts');
  const { createLog } = await import('../platform/log/pino.ts');
  const workspace = await openWorkspace({
    folder: workspaceFolder(context, named),
    clock: context.clock,
    environment: context.environment,
    progress: createTerminalProgress(context.stderr, context.clock),
    log: createLog({ level: 'warn', pretty: true, stream: context.stderr }),
  });
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}
