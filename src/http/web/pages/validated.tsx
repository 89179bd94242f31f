import type { Validation } from '../../../pipeline/changes/index.ts';
import { paths } from '../../addresses.ts';

const certificates = 'https://csrc.nist.gov/projects/cryptographic-module-validation-program/certificate/';

/** A cryptographic module, its certificate, and whether what is carried is still what was validated. */
export function Validated({ validation: { module, conflicts } }: { readonly validation: Validation }) {
  const { attr, certificate, status } = module;
  return (
    <>
      <a href={paths.package(attr)}>{attr}</a>: {module.module} {module.versions.join(', ')},{' '}
      {certificate === null ? (
        'no certificate yet'
      ) : (
        <>
          certificate <a href={`${certificates}${certificate}`}>{certificate}</a>
        </>
      )}{' '}
      <span class="tag">{status.replace('-', ' ')}</span>
      {conflicts.map((conflict) => (
        <span class="under due at_risk">Not what was validated: {conflict}</span>
      ))}
    </>
  );
}
