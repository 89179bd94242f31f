import { loadConfiguration } from '../../config/index.ts';
import { AppError } from '../../foundation/errors.ts';

const noServer = { code: 'usage.server', retryable: false } as const;

/** Which Snowguard is meant: the named one, else SNOWGUARD_SERVER, else the workspace's public address. */
export async function serverAddress(given: {
  readonly named: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder of the workspace in reach; it need not be one. */
  readonly workspace: string;
}): Promise<string> {
  const address = given.named ?? given.environment.SNOWGUARD_SERVER ?? (await addressOfWorkspace(given.workspace));
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new AppError(noServer, `${address} is not the address of a server`, {
      hint: 'Write it as https://sets.example.com, without a query or a password.',
    });
  return url.href.replace(/\/+$/, '');
}

async function addressOfWorkspace(folder: string): Promise<string> {
  try {
    return (await loadConfiguration(folder)).public_url;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'config.missing') throw error;
    throw new AppError(noServer, 'no Snowguard server is named', {
      cause: error,
      hint: 'Name one with --server URL or in SNOWGUARD_SERVER.',
    });
  }
}
