import type { PageContext } from '../context.ts';
import { CopyLine } from '../parts.tsx';

/** How a flake comes into the registry: from a pipeline, by the client that people know. */
export function PublishPage({ context }: { readonly context: PageContext }) {
  const { publicUrl } = context;
  return (
    <>
      <p class="kicker">
        <a href="/flakes">Flakes</a> · <a href="/orgs">Organisations</a>
      </p>
      <h1>Publish a flake</h1>
      <p class="lead">
        From a pipeline, with <code>flakehub-push</code> and nothing else. A tag such as v1.2.3 is its version; with{' '}
        <code>rolling: true</code> instead of the tag every commit is one.
      </p>
      <section aria-labelledby="github">
        <h2 id="github">GitHub Actions</h2>
        <p>
          No token is stored: the job is known by what GitHub signs. Somebody who runs this house lets the repository in
          once, in <code>[[oidc]]</code> of snowguard.toml.
        </p>
        <pre class="sheet" tabindex={0}>
          {workflowOf(publicUrl)}
        </pre>
      </section>
      <section aria-labelledby="elsewhere">
        <h2 id="elsewhere">Any other pipeline</h2>
        <p>A policy admin makes the token, which may publish this one flake:</p>
        <CopyLine text="snowguard flake grant ORGANISATION/FLAKE --name ci --publish" label="the command" />
        <p>The job has it in its environment, beside the address:</p>
        <CopyLine text={`FLAKEHUB_PUSH_HOST=${publicUrl}`} label="the address" />
        <CopyLine text="FLAKEHUB_PUSH_OIDC_TOKEN=sg_…" label="the token" />
      </section>
    </>
  );
}

/** https://github.com/DeterminateSystems/flakehub-push, its inputs as they are called there. */
function workflowOf(host: string): string {
  return `on:
  push:
    tags: ['v?[0-9]+.[0-9]+.[0-9]+*']
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions: { id-token: write, contents: read }
    steps:
      - uses: actions/checkout@v4
      - uses: DeterminateSystems/nix-installer-action@main
      - uses: DeterminateSystems/flakehub-push@main
        with:
          host: ${host}
          visibility: private
          name: ORGANISATION/FLAKE
          tag: \${{ github.ref_name }}
`;
}
