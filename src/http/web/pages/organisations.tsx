import type { RegistryFlake } from '../../../pipeline/releases/index.ts';
import { paths } from '../../addresses.ts';
import { flakesOf, organisationsOf } from '../../registry/directory.ts';
import { counted } from '../format-time.ts';
import { Empty } from '../parts.tsx';

export function OrganisationsPage({ flakes }: { readonly flakes: readonly RegistryFlake[] }) {
  const organisations = organisationsOf(flakes);
  return (
    <>
      <p class="kicker">
        <a href="/flakes">Flakes</a>
      </p>
      <h1>Organisations</h1>
      {organisations.length === 0 ? (
        <Empty>
          <p>Nobody has published a flake yet.</p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {organisations.map((organisation) => (
            <li data-row>
              <a class="name" href={paths.organisation(organisation)}>
                {organisation}
              </a>
              <div class="end">{counted(flakesOf(flakes, organisation).length, 'flake')}</div>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
