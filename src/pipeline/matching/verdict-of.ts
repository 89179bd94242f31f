import type { Assessment } from './assess.ts';

type Judged = Pick<Assessment, 'status' | 'route' | 'identity' | 'others' | 'denied'>;

/** What an assessment comes to, in a few words. That nothing speaks of a package is no word that it is not affected. */
export function verdictOf({ status, route, identity, others, denied }: Judged): string {
  switch (status) {
    case 'affected':
    case 'fixed':
      return status;
    case 'not_affected':
      if (identity.length > 0) return 'not affected';
      return denied !== null || others.length > 0 ? 'other software' : 'no record names it';
    case 'under_investigation':
      return `under investigation${reasons[route]}`;
  }
}

/** Why nobody is asked at once. */
const reasons: Readonly<Record<Assessment['route'], string>> = {
  automatic: '',
  queue: '',
  unbounded: ', for no record has an end',
  elsewhere: ", for only another distribution's fix speaks of it",
  stored: ', but too little says so for a person to be asked',
};
