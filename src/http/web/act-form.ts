import { TriageAct, type VerdictReason, verdictReasons, verdictTypes } from '../../pipeline/findings/index.ts';

export type Form = Readonly<Record<string, unknown>>;
export type ReadAct =
  | { readonly kind: 'act'; readonly act: TriageAct }
  | { readonly kind: 'problem'; readonly text: string };

/** What a form of ours means. Times are read as UTC: the fields say so. */
export function actOfForm(form: Form): ReadAct {
  const read = TriageAct.safeParse(rawOf(textOf(form, 'act'), form));
  if (read.success) return { kind: 'act', act: read.data };
  const [issue] = read.error.issues;
  const where = issue?.path.filter((part) => part !== 'verdict' && part !== 'details').join(' ') ?? '';
  return { kind: 'problem', text: `${where === '' ? '' : `${where}: `}${issue?.message ?? 'not a decision'}` };
}

function rawOf(kind: string, form: Form): unknown {
  const text = (name: string) => textOf(form, name);
  const orNull = (name: string) => (text(name) === '' ? null : text(name));
  const instant = (name: string) => (text(name) === '' ? null : Date.parse(`${text(name).slice(0, 16)}Z`));
  switch (kind) {
    case 'not-affected':
      return { kind, verdict: verdictOf(form) };
    case 'approve':
    case 'approve-lower':
    case 'approve-risk':
      return { kind, content: text('content') };
    case 'withdraw':
    case 'revise-fix':
    case 'reject-fix':
    case 'reopen':
    case 'end-risk':
      return { kind, reason: text('reason') };
    case 'affected':
      return {
        kind,
        mitigation: text('mitigation'),
        nextUpdateAt: instant('nextUpdateAt'),
        targetAt: instant('targetAt'),
        evidence: orNull('evidence'),
      };
    case 'answer':
      return { kind, mitigation: text('mitigation'), evidence: orNull('evidence') };
    case 'post-mortem':
      return { kind, cause: text('cause'), prevention: text('prevention'), evidence: orNull('evidence') };
    case 'report-upstream':
      return { kind, link: text('link'), nextUpdateAt: instant('nextUpdateAt') };
    case 'upstream-fix':
      return { kind, link: text('link') };
    case 'raise':
      return { kind, score: text('score') === '' ? null : Number(text('score')), evidence: orNull('evidence') };
    case 'lower':
      return { kind, to: text('to'), reason: text('reason') };
    case 'accept-risk':
      return {
        kind,
        owner: text('owner'),
        reason: text('reason'),
        control: text('control'),
        until: Date.parse(`${text('until').slice(0, 10)}T00:00:00Z`),
        customer: orNull('customer'),
      };
    case 'start-fix':
      return { kind, how: text('how') };
    case 'propose-fix':
      return { kind, tree: text('tree'), link: orNull('link') };
    case 'approve-fix':
      return { kind, tree: text('tree') };
    case 'verify':
      return { kind, evidence: text('evidence') };
    default:
      return { kind };
  }
}

function verdictOf(form: Form): unknown {
  const text = (name: string) => textOf(form, name);
  const reason = verdictReasons.find((known) => known === text('reason'));
  const until = text('until');
  const attribute = text('attribute');
  const [name = '', ...value] = attribute.split('=');
  return {
    reason: reason ?? text('reason'),
    statement: text('statement'),
    evidence: text('evidence'),
    details: reason === undefined ? {} : detailsOf(reason, form),
    predicate: {
      from: text('from') || null,
      before: text('before') || null,
      patches: text('patches').split(/\s+/).filter(Boolean),
      ...(attribute === '' ? {} : { attributes: { [name.trim()]: value.join('=').trim() } }),
      until: until === '' ? null : Date.parse(`${until.slice(0, 10)}T00:00:00Z`),
    },
  };
}

function detailsOf(reason: VerdictReason, form: Form): Readonly<Record<string, string>> {
  const filled = verdictTypes[reason].details.map(({ name }) => [name, textOf(form, `detail.${name}`)] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== ''));
}

export function textOf(form: Form, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value.trim().slice(0, 4000) : '';
}
