import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import { assertNever } from '../../../foundation/assert-never.ts';
import type { MustAct, Replied } from '../../../pipeline/alerts/index.ts';
import type { InputStanding } from '../../../pipeline/consumers/index.ts';
import { paths } from '../../addresses.ts';
import type { ConsumerBoard } from '../../ports.ts';
import type { PageContext } from '../context.ts';
import { counted } from '../format-time.ts';
import { Band, CopyLine, Empty, Moment } from '../parts.tsx';
import { replyWords } from './reply.tsx';

/** Who must act, with the command; then everyone known. */
export function ConsumersPage({ board, context }: { readonly board: ConsumerBoard; readonly context: PageContext }) {
  return (
    <>
      <h1>Consumers</h1>
      <p class="lead">
        Flakes that are known by their lock, and by what they run where they told it. They hear something only when they
        must act. What they ask to have covered: <a href="/requests">coverage requests</a>.
      </p>
      <section aria-labelledby="act">
        <h2 id="act">Must act</h2>
        {board.mustAct.length === 0 ? (
          <Empty>
            <p>
              {board.standings.length === 0
                ? 'Nobody is known yet.'
                : 'Nobody: every known lock holds the released fixes.'}
            </p>
          </Empty>
        ) : (
          <ol class="rows">
            {board.mustAct.map((act) => (
              <Act act={act} reply={replyTo(act, board)} now={context.now} />
            ))}
          </ol>
        )}
      </section>
      <section aria-labelledby="all">
        <h2 id="all">All known</h2>
        {board.standings.length === 0 ? (
          <Empty>
            <p>
              No lock is registered: <code>snowguard consumer add NAME</code> does. To ask where a lock stands without
              registering it:
            </p>
            <CopyLine text={`curl --data-binary @flake.lock ${context.publicUrl}/api/v1/check`} label="the command" />
          </Empty>
        ) : (
          <ol class="rows plain">
            {board.standings.map(({ consumer, inputs, closure, refused }) => (
              <li>
                <div>
                  <span class="name">{consumer.name}</span>
                  {board.replies !== undefined && (
                    <>
                      {' '}
                      <a href={`/consumers/feeds?name=${encodeURIComponent(consumer.name)}`}>feeds</a>
                    </>
                  )}
                  {inputs.length === 0 && <p class="sub">No input of this registry in its lock.</p>}
                  {inputs.map((standing) => (
                    <p class="sub">
                      {standing.input.input} at {simplifiedVersion(standing.input.version)}: {standingText(standing)}
                    </p>
                  ))}
                  {refused?.refused != null && (
                    <p class="sub">
                      What was told <Moment at={refused.uploadedAt} now={context.now} /> could not be read:{' '}
                      {refused.refused.reason}.
                    </p>
                  )}
                  {closure !== undefined && (
                    <p class="sub">
                      Runs {counted(closure.packages, 'package', 'packages')} ({closure.source}), told{' '}
                      <Moment at={closure.uploadedAt} now={context.now} />: {heldText(inputs)}
                    </p>
                  )}
                </div>
                <div class="end soft">
                  seen <Moment at={consumer.seenAt} now={context.now} />
                </div>
              </li>
            ))}
          </ol>
        )}
      </section>
    </>
  );
}

/** The last answer about what it must act on. */
function replyTo({ consumer, advisoryIds }: MustAct, { replies = [] }: ConsumerBoard): Replied | null {
  const own = replies.findLast(
    (reply) => reply.consumer === consumer && reply.advisoryIds.some((id) => advisoryIds.includes(id)),
  );
  return own ?? null;
}

function Act({ act, reply, now }: { readonly act: MustAct; readonly reply: Replied | null; readonly now: number }) {
  return (
    <li data-row>
      <Band band={act.band} />
      <div>
        <span class="name">{act.consumer}</span> input {act.input}
        <p class="sub">
          {act.yanked && 'Its release was withdrawn. '}
          {act.fixes.slice(0, 8).map((fix, index) => (
            <>
              {index > 0 && ', '}
              <a href={paths.cve(fix.advisoryId)}>{fix.advisoryId}</a> in {fix.attr}
            </>
          ))}
          {act.fixes.length > 8 && ` and ${act.fixes.length - 8} more`}
        </p>
        {reply !== null && (
          <p class="sub">
            <Moment at={reply.at} now={now} />, {replyWords(reply)}
            {reply.answer === 'done' && `. Not seen so far in ${act.isHeld ? 'what it runs' : 'its lock'}.`}
          </p>
        )}
        {act.firstChange !== null && <p class="sub">{act.firstChange}</p>}
        <CopyLine text={act.command} label={`the command for ${act.consumer}`} />
      </div>
      <div class="end">
        {act.step === 'update' && `${simplifiedVersion(act.fromVersion)} to `}
        {simplifiedVersion(act.toVersion)}
        <span class="soft">{counted(act.fixes.length, 'fix', 'fixes')}</span>
      </div>
    </li>
  );
}

function standingText(standing: InputStanding): string {
  switch (standing.kind) {
    case 'unknown':
      return 'a release that is not known here';
    case 'current':
      return standing.yanked ? 'its release was withdrawn and none is newer' : 'the newest release';
    case 'behind':
      return standing.missing.length === 0
        ? 'behind, without missing a fix'
        : `misses ${counted(standing.missing.length, 'fix', 'fixes')}`;
    default:
      return assertNever(standing);
  }
}

/** What of a closure is affected now. */
function heldText(inputs: readonly InputStanding[]): string {
  const known = inputs.flatMap((standing) => (standing.kind === 'unknown' ? [] : [standing]));
  const behind = known.flatMap((standing) => (standing.kind === 'behind' ? [standing] : []));
  const count = (lists: readonly (readonly unknown[] | undefined)[]) => lists.flatMap((list) => list ?? []).length;
  const [lacked, open, notHeld] = [
    count([...behind.map(({ missing }) => missing), ...known.map(({ undeployed }) => undeployed)]),
    count(known.map(({ exposures }) => exposures)),
    count(behind.map((standing) => standing.notHeld)),
  ];
  const parts = [
    lacked === 0 ? 'it lacks no fix' : `it lacks ${counted(lacked, 'fix', 'fixes')}`,
    ...(open === 0 ? [] : [`${open} without a fix yet`]),
    ...(notHeld === 0 ? [] : [`${counted(notHeld, 'fix', 'fixes')} of what it does not run`]),
  ];
  return parts.join(', ');
}
