import path from 'node:path';
import type { NixTool } from '../../src/platform/nix-tool/index.ts';
import { type Ended, run } from './program.ts';

/** An unmodified Nix as a person runs it in a folder, with a store and caches of its own. */
export function nixClient(nix: NixTool, home: string): (cwd: string, ...args: readonly string[]) => Promise<Ended> {
  const environment = {
    ...nix.environment,
    HOME: home,
    NIX_REMOTE: `local?root=${path.join(home, 'store')}`,
    XDG_CACHE_HOME: path.join(home, 'cache'),
  };
  const features = ['--extra-experimental-features', 'nix-command flakes'];
  return (cwd, ...args) => run(nix.program, [...args, ...features], { cwd, environment });
}
