import type { Child } from 'hono/jsx';
import { grantRoles, type Member } from '../../../accounts/index.ts';
import { paths } from '../../addresses.ts';
import { Empty, Moment, Scroll } from '../parts.tsx';

interface Props {
  readonly organisation: string;
  readonly members: readonly Member[];
  readonly refusal: string | null;
  readonly now: number;
  readonly formKey: Child;
}

/** Who may read and publish an organisation's flakes, beside those who belong to it by working in the house. */
export function MembersPage({ organisation, members, refusal, now, formKey }: Props) {
  return (
    <>
      <p class="kicker">
        <a href="/flakes">Flakes</a> · <a href={paths.organisation(organisation)}>{organisation}</a>
      </p>
      <h1>Members of {organisation}</h1>
      <p class="lead">
        A reader sees private flakes, a publisher also uploads releases and store paths, an owner also decides who else
        may. It holds from the next request on.
      </p>
      {refusal !== null && (
        <div class="notice" role="alert">
          <p>{refusal}</p>
        </div>
      )}
      {members.length === 0 ? (
        <Empty>
          <p>Nobody was let in yet. Robots get tokens instead, on the command line: snowguard flake grant.</p>
        </Empty>
      ) : (
        <Scroll label="Members">
          <table>
            <thead>
              <tr>
                <th scope="col">Person</th>
                <th scope="col">Flakes</th>
                <th scope="col">Role</th>
                <th scope="col">Let in</th>
              </tr>
            </thead>
            <tbody>
              {members.map(({ person, flake, role, grantedAt, grantedBy }) => (
                <tr>
                  <th scope="row">{person}</th>
                  <td>{flake ?? 'all'}</td>
                  <td>{role}</td>
                  <td>
                    <Moment at={grantedAt} now={now} /> by {grantedBy}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <h2>Let somebody in, or out</h2>
      <form class="ask" method="post" action={paths.members(organisation)}>
        {formKey}
        <label>
          Person
          <input name="person" required maxlength={100} />
        </label>
        <label>
          Flake (empty: all)
          <input name="flake" maxlength={100} />
        </label>
        <label>
          Role
          <select name="role">
            {grantRoles.toReversed().map((role) => (
              <option value={role}>{role}</option>
            ))}
            <option value="">none: out</option>
          </select>
        </label>
        <button type="submit">Save</button>
      </form>
    </>
  );
}
