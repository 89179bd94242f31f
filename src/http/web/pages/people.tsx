import type { Child } from 'hono/jsx';
import { inWords, type KnownPerson, type Proposal, roles } from '../../../accounts/index.ts';
import { Empty, Scroll } from '../parts.tsx';
import { Proposals } from './proposals.tsx';

interface Props {
  readonly people: readonly KnownPerson[];
  readonly proposals: readonly Proposal[];
  /** Who looks at it, when they may decide here; null for everyone else. */
  readonly admin: string | null;
  readonly formKey: Child;
  readonly now: number;
  readonly refusal: string | null;
}

export function PeoplePage(props: Props) {
  const { people, admin, refusal } = props;
  return (
    <>
      <h1>People</h1>
      <p class="lead">Who belongs to the house, and what each may do. Every change takes two policy admins.</p>
      {refusal !== null && (
        <div class="notice" role="alert">
          <p>{refusal}</p>
        </div>
      )}
      <h2>Waiting for a second policy admin</h2>
      <Waiting {...props} />
      <h2>Everyone</h2>
      <Scroll label="Everyone">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Roles</th>
              <th scope="col">Known as</th>
            </tr>
          </thead>
          <tbody>
            {people
              .filter(({ removedAt }) => removedAt === null)
              .map((person) => (
                <tr>
                  <th scope="row">{person.name}</th>
                  <td class="wrap">{person.roles.join(', ') || 'reader'}</td>
                  <td class="wrap">{[person.email, person.identity].filter(Boolean).join(', ')}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </Scroll>
      {admin !== null && <Propose {...props} />}
    </>
  );
}

function Waiting({ proposals, admin, formKey, now }: Props) {
  if (proposals.length === 0)
    return (
      <Empty>
        <p>Nothing waits.</p>
      </Empty>
    );
  const waiting = proposals.map(({ content, change, proposedBy: by, proposedAt: at, expiresAt }) => ({
    content,
    by,
    at,
    expiresAt,
    says: <span class="name">{inWords(change)}</span>,
  }));
  return <Proposals waiting={waiting} place="/people" person={admin} formKey={formKey} now={now} />;
}

function Propose({ people, formKey }: Props) {
  return (
    <>
      <h2>Propose a change</h2>
      <form method="post" action="/people/propose">
        {formKey}
        <div class="ask">
          <label class="narrow">
            What
            <select name="kind">
              <option value="add">Add a person</option>
              <option value="roles">Set the roles</option>
              <option value="identity">Set how they are known</option>
              <option value="key">Give a new token</option>
              <option value="remove">Remove them</option>
            </select>
          </label>
          <label>
            Name
            <input type="text" name="name" list="names" maxlength={64} required />
          </label>
          <datalist id="names">
            {people.map(({ name }) => (
              <option value={name} />
            ))}
          </datalist>
        </div>
        <fieldset class="checks">
          <legend>Roles, when adding or setting them</legend>
          {roles.map((role) => (
            <label>
              <input type="checkbox" name="role" value={role} /> {role.replaceAll('_', ' ')}
            </label>
          ))}
        </fieldset>
        <div class="ask">
          <label>
            E-mail
            <input type="email" name="email" maxlength={255} />
          </label>
          <label>
            Issuer and subject at the sign-in service
            <input type="text" name="identity" maxlength={500} />
          </label>
        </div>
        <div class="ask">
          <label>
            Fingerprint of the token they made with <code>snowguard token new</code>
            <input type="text" name="key" maxlength={81} pattern="[0-9a-f]{16}:[0-9a-f]{64}" />
          </label>
        </div>
        <button type="submit">Propose</button>
      </form>
    </>
  );
}
