import type { Configuration } from '../config/index.ts';
import { AppError } from '../foundation/errors.ts';
import { type AlertTarget, bindTarget, checkTargets, Subscription } from '../pipeline/alerts/index.ts';
import { readSecret } from './secrets.ts';

/** The targets of the configuration, each with its channel. */
export function targetsOf(
  configuration: Pick<Configuration, 'target'>,
  given: { readonly folder: string; readonly environment: Readonly<Record<string, string | undefined>> },
): readonly AlertTarget[] {
  const names = new Set<string>();
  return configuration.target.map(({ name, channel, secret_env, secret_file, ...settings }) => {
    if (names.has(name))
      throw new AppError({ code: 'config.targets', retryable: false }, `two targets are named ${name}`, {
        hint: 'Give each [[target]] in snowguard.toml a name of its own.',
      });
    names.add(name);
    const secret = () => readSecret({ secret_env, secret_file }, given);
    return bindTarget({ name, channel, settings, secret });
  });
}

/** The subscriptions of the configuration; each names targets that are there. */
export function subscriptionsOf(
  configuration: Pick<Configuration, 'subscription'>,
  targets: readonly AlertTarget[],
): readonly Subscription[] {
  return configuration.subscription.map((given, index) => {
    const parsed = Subscription.safeParse(given);
    if (!parsed.success) {
      const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim());
      throw new AppError(
        { code: 'config.subscriptions', retryable: false },
        `[[subscription]] ${index + 1}: ${problems.join('; ')}`,
        { hint: 'Correct it in snowguard.toml, then run "snowguard config check".' },
      );
    }
    checkTargets(parsed.data, targets);
    return parsed.data;
  });
}
