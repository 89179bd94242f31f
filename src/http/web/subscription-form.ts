import type { DeliveryState } from '../../pipeline/alerts/index.ts';

export const deliveryStates: readonly DeliveryState[] = [
  'waiting',
  'held',
  'folded',
  'sent',
  'dead',
  'diverted',
  'stopped',
];

/** A subscription as it was filled in; what is wrong with it is said by its schema. */
export function subscriptionOfForm(form: URLSearchParams, subscriber: string): unknown {
  const names = (field: string) =>
    (form.get(field) ?? '')
      .split(/[\s,]+/)
      .filter((name) => name !== '')
      .slice(0, 101);
  const text = (field: string) => form.get(field) || undefined;
  const [from, to] = [text('quiet_from'), text('quiet_to')];
  return {
    subscriber,
    targets: form.getAll('target').filter((name) => name !== ''),
    address: text('address') ?? null,
    kinds: form.getAll('kind'),
    packages: names('packages'),
    advisories: names('advisories'),
    channels: names('channels'),
    consumers: names('consumers'),
    severity: text('severity') ?? null,
    digest: text('digest'),
    digest_at: text('digest_at'),
    quiet_hours: from === undefined && to === undefined ? null : { from, to },
    zone: text('zone'),
    mute_urgent: form.get('mute_urgent') === 'yes',
  };
}
