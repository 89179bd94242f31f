import type { CacheSize, PublicKey } from '../../../pipeline/releases/index.ts';
import type { PageContext } from '../context.ts';
import { bytes, counted } from '../format-time.ts';
import { CopyLine, Day, Empty } from '../parts.tsx';

/** The binary cache: how to use it, how full it is, and who signs. */
export function CachePage({
  sizes,
  keys,
  context,
}: {
  readonly sizes: readonly CacheSize[];
  readonly keys: readonly PublicKey[];
  readonly context: PageContext;
}) {
  const url = `${context.publicUrl}/cache`;
  const active = keys.filter(({ retiredAt }) => retiredAt === null);
  return (
    <>
      <p class="kicker">
        <a href="/releases">Releases</a>
      </p>
      <h1>Binary cache</h1>
      <p class="lead">What is built already, signed: nobody has to build it again.</p>
      <section aria-labelledby="use">
        <h2 id="use">Use it</h2>
        {active.length === 0 ? (
          <Empty>
            <p>There is no key yet: the first upload makes one, and the lines for nix.conf appear here.</p>
          </Empty>
        ) : (
          <>
            <CopyLine text={`extra-substituters = ${url}`} label="the address" />
            <CopyLine
              text={`extra-trusted-public-keys = ${active.map(({ publicKey }) => publicKey).join(' ')}`}
              label="the public keys"
            />
          </>
        )}
      </section>
      <section aria-labelledby="state">
        <h2 id="state">What it holds</h2>
        {sizes.length === 0 ? (
          <Empty>
            <p>
              Nothing yet. Upload from the machine that builds, with a token of the scope cache-write in its netrc-file:
            </p>
            <CopyLine text={`nix copy --to ${url} ./result`} label="the command" />
          </Empty>
        ) : (
          <ol class="rows plain">
            {sizes.map(({ cache, paths, fileBytes, narBytes }) => (
              <li data-row>
                <div>{cache === 'common' ? 'The set' : cache.slice('of/'.length)}</div>
                <div class="end">
                  {counted(paths, 'path')}, {bytes(fileBytes)} <span class="soft">{bytes(narBytes)} unpacked</span>
                </div>
              </li>
            ))}
          </ol>
        )}
      </section>
      {keys.length > 0 && (
        <section aria-labelledby="keys-of-cache">
          <h2 id="keys-of-cache">Keys</h2>
          <ol class="rows plain">
            {keys.map(({ publicKey, createdAt, retiredAt }) => (
              <li data-row>
                <div>
                  <code>{publicKey}</code>
                  <p class="sub">
                    since <Day at={createdAt} />
                    {retiredAt !== null && (
                      <>
                        , retired on <Day at={retiredAt} />
                      </>
                    )}
                  </p>
                </div>
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
}
