import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { AppError } from '../../foundation/errors.ts';
import { isPublicAddress } from './addresses.ts';
import { fetchErrors } from './errors.ts';

/**
 * A connection pool that reaches public addresses only. The check stands in the lookup whose answer the socket connects
 * to, so a name that answers differently a second time (DNS rebinding) gains nothing.
 */
export function createAgent(options: { readonly anyAddress: boolean; readonly connectTimeoutMs: number }): Agent {
  return new Agent({
    connections: 8,
    connect: { timeout: options.connectTimeoutMs, ...(options.anyAddress ? {} : { lookup: publicLookup }) },
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
    maxHeaderSize: 65_536,
    maxResponseSize: -1,
  });
}

/** Answers with public addresses only. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, '', 0);
      return;
    }
    const open = addresses.filter((found) => isPublicAddress(found.address));
    const [first] = open;
    if (first === undefined) callback(privateHost(hostname), '', 0);
    else if (options.all === true) callback(null, open);
    else callback(null, first.address, first.family);
  });
};

export function privateHost(hostname: string): AppError {
  return new AppError(fetchErrors.privateAddress, `${hostname} is not on the public Internet`, {
    hint: 'If this address is meant, add the host to the allowed hosts of the configuration.',
  });
}
