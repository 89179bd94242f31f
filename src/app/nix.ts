import { AppError } from '../foundation/errors.ts';
import { findNix } from '../platform/nix-tool/find-nix.ts';
import type { NixTool } from '../platform/nix-tool/index.ts';

/** The Nix that the setting asks for; null when there is none and none is asked for by name. */
export async function nixOf(
  setting: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<NixTool | null> {
  if (setting === 'none') return null;
  if (setting === 'auto') return findNix({ environment });
  const nix = await findNix({ program: setting, environment });
  if (nix !== null) return nix;
  throw new AppError(
    { code: 'config.nix', retryable: false },
    `nix.program is ${setting}, which is no Nix 2.4 or newer`,
    {
      hint: 'Correct the path in snowguard.toml, or set it to "auto" or "none".',
    },
  );
}
