import type { Child } from 'hono/jsx';
import type { Person, Visibility } from '../../../accounts/index.ts';
import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import { mayDescribe, mayWithdraw, type RegistryFlake } from '../../../pipeline/releases/index.ts';
import { paths } from '../../addresses.ts';

export const visibilities: readonly Visibility[] = ['public', 'unlisted', 'private'];
const mostReleases = 200;

/** What the roles of a person let them do with a flake. */
export function FlakeForms({
  flake,
  person,
  owns,
  refusal,
  field,
}: {
  readonly flake: RegistryFlake;
  readonly person: Person;
  readonly owns: boolean;
  readonly refusal: string | null;
  readonly field: Child;
}) {
  const address = paths.flake(flake.organisation, flake.flake);
  return (
    <>
      {refusal !== null && (
        <p class="notice" role="alert">
          {refusal}
        </p>
      )}
      {(owns || mayDescribe(person)) && (
        <>
          <h2>What it is, and who may see it</h2>
          {(owns || person.roles.includes('policy_admin')) && (
            <p class="more">
              <a href={paths.members(flake.organisation)}>Members of {flake.organisation}</a>
            </p>
          )}
          <form class="ask" method="post" action={`${address}/describe`}>
            {field}
            <label>
              Visibility
              <select name="visibility">
                {visibilities.map((each) => (
                  <option value={each} selected={each === flake.visibility}>
                    {each}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Description
              <input name="description" maxlength={1000} value={flake.description ?? ''} />
            </label>
            <label>
              Labels
              <input name="labels" maxlength={1300} value={flake.labels.join(' ')} />
            </label>
            <button type="submit">Save</button>
          </form>
        </>
      )}
      {(owns || mayWithdraw(person)) && flake.releases.length > 0 && (
        <>
          <h2>Withdraw a release</h2>
          <p class="soft">
            Nothing resolves to it any more; locks keep working. A withdrawn one comes back the same way.
          </p>
          <form class="ask" method="post" action={`${address}/yank`}>
            {field}
            <label>
              Release
              <select name="release">
                {flake.releases.slice(0, mostReleases).map(({ release }) => (
                  <option value={release.uuid}>
                    {simplifiedVersion(release.version)}
                    {release.yankedAt !== null && ' (withdrawn: take back)'}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Why
              <input name="reason" required maxlength={2000} />
            </label>
            <button type="submit">Withdraw or take back</button>
          </form>
        </>
      )}
    </>
  );
}
