import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { someOf } from '../../foundation/some-of.ts';
import type { ClockedFinding } from '../findings/index.ts';
import type { Message } from './message.ts';
import type { MustAct, RebuildCost } from './model.ts';
import { type AlertFacts, bodWords, levelOf, type PlannedMessage, pageOf, severityWords } from './planned-message.ts';

const soonMs = 48 * 3_600_000;

/** One message for each input of a consumer that must move: what is wrong, from and to which release, and what to run. */
export function actMessages(facts: AlertFacts, sequence: number): readonly PlannedMessage[] {
  const findings = Map.groupBy(facts.findings.values(), ({ finding }) => key(finding));
  return facts.acts.map((act) => actMessage(act, findings, facts, sequence));
}

function actMessage(
  act: MustAct,
  findings: ReadonlyMap<string, readonly ClockedFinding[]>,
  facts: AlertFacts,
  sequence: number,
): PlannedMessage {
  const { now, idOf } = facts;
  const fixes = act.fixes.map((fix) => {
    const known = (findings.get(key(fix)) ?? []).filter(({ finding }) => finding.channel === act.channel);
    return {
      ...fix,
      findingId: known[0]?.finding.id ?? null,
      publishedAs: idOf?.(fix) ?? null,
      bod: bodWords(facts, known[0]?.finding.id ?? null, act.consumer),
      exploited: known.some(({ finding }) => finding.knownExploited),
      dueAt: Math.min(...known.map(({ deadlines }) => deadlines.remediationDueAt)),
    };
  });
  const exploited = fixes.some((fix) => fix.exploited);
  const isUrgent = act.band === 'critical' || exploited || fixes.some(({ dueAt }) => dueAt - now < soonMs);
  const [from, to] = [simplifiedVersion(act.fromVersion), simplifiedVersion(act.toVersion)];
  const what = act.packages.length === 0 ? 'its release was withdrawn' : `${someOf(act.packages, 3)}`;
  const base = `act|${act.consumerId}|${act.input}`;
  return {
    sequence,
    forgets: [],
    topics: [
      ...fixes.map((fix) => ({ topic: `${base}|${key(fix)}`, level: levelOf(fix.band, fix.exploited) })),
      ...(act.yanked ? [{ topic: `${base}|withdrawn|${act.fromVersion}`, level: 0 }] : []),
    ],
    message: {
      kind: 'act-now',
      urgency: isUrgent ? 'urgent' : 'normal',
      subject: `${act.consumer}: ${act.step === 'deploy' ? `deploy ${act.input} ${to}` : `update ${act.input} to ${to}`}: ${what}`,
      lead: [
        act.yanked ? `The locked release ${from} was withdrawn.` : '',
        fixes.length === 0
          ? ''
          : `${countOf(fixes.length)} that ${act.isHeld ? 'what runs' : from} lacks and ${to} holds.`,
        exploited ? 'At least one of them is known to be used in attacks.' : '',
        act.firstChange ?? '',
      ]
        .filter((part) => part !== '')
        .join(' '),
      facts: [
        { name: 'Consumer', value: act.consumer },
        { name: 'Input', value: `${act.input} (${act.flake})` },
        { name: 'From', value: act.fromVersion },
        { name: 'To', value: act.toVersion },
        ...costFacts(facts.costs?.get(`${act.consumerId}|${act.input}`)),
        ...(fixes.length === 0 ? [] : [{ name: 'Severity', value: severityWords(act.band, exploited) }]),
      ],
      lines: fixes.map(
        (fix) =>
          `${fix.advisoryId} (${severityWords(fix.band, fix.exploited)}) in ${fix.attr}: ${fix.fromVersion} to ${fix.toVersion}${fix.publishedAs === null ? '' : `, ${fix.publishedAs}`}${fix.bod === '' ? '' : `. ${fix.bod}`}`,
      ),
      command: act.command,
      links: [
        { label: 'What must be done', url: '/consumers' },
        ...act.advisoryIds.slice(0, 3).map((id) => ({ label: id, url: pageOf(id) })),
      ],
      dedupeKey: base,
      incident: null,
      concerns: fixes.flatMap(({ findingId, advisoryId, attr }) =>
        findingId === null ? [] : [{ consumer: act.consumer, findingId, advisoryId, attr }],
      ),
      about: {
        advisoryIds: act.advisoryIds,
        packages: act.packages,
        channels: [],
        consumers: [act.consumer],
        band: fixes.length === 0 ? null : act.band,
        subscriber: null,
      },
    },
  };
}

function costFacts(cost: RebuildCost | undefined): Message['facts'] {
  if (cost === undefined) return [];
  const { rebuilt, running, cached } = cost;
  const what =
    running === null
      ? `${rebuilt} packages of the release are built anew`
      : `${rebuilt} of the ${running} packages that run are built anew`;
  const had = cached.map(({ system, present, wanted }) => `${present} of ${wanted} outputs for ${system}`);
  return [{ name: 'Rebuild', value: `${what}${had.length === 0 ? '' : `; the cache has ${had.join(', ')}`}` }];
}

function key({ advisoryId, attr }: { readonly advisoryId: string; readonly attr: string }): string {
  return `${advisoryId}|${attr}`;
}

function countOf(fixes: number): string {
  return fixes === 1 ? 'One fix' : `${fixes} fixes`;
}
