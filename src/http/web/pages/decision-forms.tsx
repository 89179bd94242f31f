import type { Child } from 'hono/jsx';
import type { Person } from '../../../accounts/index.ts';
import { type VerdictReason, type VerdictType, verdictTypes } from '../../../pipeline/findings/index.ts';
import { paths } from '../../addresses.ts';
import type { FindingPage } from '../../triage-port.ts';
import type { PageContext } from '../context.ts';

export interface Deciding {
  readonly page: FindingPage;
  readonly person: Person;
  readonly field: Child;
  readonly context: PageContext;
}

/** A decision that needs nothing more said. */
export function One({
  page,
  field,
  act,
  says,
  keyed,
  fields = {},
}: Deciding & {
  readonly act: string;
  readonly says: string;
  readonly keyed?: string;
  readonly fields?: Readonly<Record<string, string>>;
}) {
  return (
    <form method="post" action={paths.finding(page.finding.finding.id)} class="one">
      {field}
      <input type="hidden" name="act" value={act} />
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" data-key={keyed} data-says={says.toLowerCase()}>
        {says}
        {keyed !== undefined && <kbd>{keyed}</kbd>}
      </button>
    </form>
  );
}

/** A decision that unfolds to what it asks. */
export function Fold({
  page,
  field,
  act,
  title,
  keyed,
  group,
  says,
  fields = {},
  children,
}: Deciding & {
  readonly act: string;
  readonly title: string;
  readonly keyed?: string;
  readonly group?: string;
  readonly says?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly children?: Child;
}) {
  return (
    <details class="fold" name={group} data-key={keyed} data-says={title.toLowerCase()}>
      <summary>
        {title}
        {keyed !== undefined && <kbd>{keyed}</kbd>}
      </summary>
      <form method="post" action={paths.finding(page.finding.finding.id)}>
        {field}
        <input type="hidden" name="act" value={act} />
        {Object.entries(fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        {children}
        <button type="submit">{says ?? title}</button>
      </form>
    </details>
  );
}

export function Field({
  name,
  label,
  type = 'text',
  value = '',
  required = false,
  pattern,
}: {
  readonly name: string;
  readonly label: string;
  readonly type?: string;
  readonly value?: string;
  readonly required?: boolean;
  readonly pattern?: string;
}) {
  return (
    <label>
      {label}
      <input type={type} name={name} value={value} required={required} pattern={pattern} />
    </label>
  );
}

export function VerdictFields({
  reason,
  page,
}: {
  readonly reason: VerdictReason;
  readonly page: Pick<FindingPage, 'finding'> | null;
}) {
  const type: VerdictType = verdictTypes[reason];
  const version = page?.finding.finding.version ?? '';
  const boundToVersion = reason !== 'component-mismatch' && reason !== 'record-contested';
  return (
    <>
      {type.details.map(({ name, label }) => (
        <Field name={`detail.${name}`} label={label} required />
      ))}
      <label>
        In one or two sentences, for the public
        <textarea name="statement" rows={3} minlength={10} maxlength={4000} required></textarea>
      </label>
      <Field name="evidence" label="Link to the evidence" type="url" required />
      <details class="more-fields">
        <summary>How long it holds{boundToVersion && version !== '' ? `: from ${version}` : ''}</summary>
        <Field name="from" label="From version" value={boundToVersion ? version : ''} />
        <Field name="before" label="Before version" />
        <Field name="patches" label="While these patches are there" />
        <Field name="attribute" label="While the derivation says: sources=… or systems=…" />
        <Field name="until" label="Until" type="date" />
      </details>
    </>
  );
}
